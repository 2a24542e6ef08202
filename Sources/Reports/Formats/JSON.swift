package import Quantities

/// JSON in one form everywhere: keys sorted, so that equal reports are equal bytes.
package enum JSON {
  /// A value with a line for each of its parts.
  package static func document(_ value: some Encodable) throws(Problem) -> String {
    try text(of: value, isPretty: true)
  }

  /// A value in one line.
  static func line(_ value: some Encodable) throws(Problem) -> String {
    try text(of: value, isPretty: false)
  }

  /// Hands a value on as it is written, in one line or with a line for each of its parts.
  /// - Throws: `Problem` when it cannot be written, and what the sink throws.
  static func write(_ value: some Encodable, isPretty: Bool, to sink: @escaping ByteSink) throws {
    do {
      try JSONWriter(isPretty: isPretty, to: sink).write(value)
    } catch let error as EncodingError {
      // Numbers of reports are finite; JSON has no others.
      throw Problem("the report cannot be written as JSON: \(error)")
    }
  }

  /// A text in quotation marks, as JSON and YAML both read it.
  static func quoted(_ text: String) -> String {
    // A string is always encodable; what is not text in Unicode was replaced when it was read.
    String(((try? line(text)) ?? "\"\"\n").dropLast())
  }

  private static func text(of value: some Encodable, isPretty: Bool) throws(Problem) -> String {
    var text = ""
    do {
      // Pieces end between characters: what is escaped or quoted is never divided.
      try write(value, isPretty: isPretty) { text += String(decoding: $0, as: UTF8.self) }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem("the report cannot be written as JSON: \(error)")
    }
    return text
  }
}

/// A value that is written as null when it is unknown, instead of being left out.
package struct Nullable<Value: Encodable>: Encodable {
  let value: Value?

  init(_ value: Value?) { self.value = value }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

/// A non-negative number as a decimal without an exponent, with twelve significant digits.
func plainDecimal(_ number: Double) -> String {
  guard number > 0, number.isFinite else { return "0" }
  var decimals = 12
  var scale = number
  while scale < 1, decimals < 40 {
    scale *= 10
    decimals += 1
  }
  // Digits are cut from an integer of at most 17 of them, which a double holds well enough.
  let whole = number.rounded(.down)
  guard whole < 1e15 else { return "\(Int64(min(number, 9e18)))" }
  var digits = ""
  var rest = number - whole
  for _ in 0..<min(decimals, 40) {
    rest *= 10
    let digit = min(9, Int(rest))
    digits += "\(digit)"
    rest -= Double(digit)
  }
  while digits.hasSuffix("0") { digits.removeLast() }
  return "\(Int64(whole))" + (digits.isEmpty ? "" : ".\(digits)")
}
