import Quantities

/// Tables of fields with commas, RFC 4180.
package enum CSV {
  /// Rows of fields as a document, the title row among them.
  package static func document(_ rows: some Sequence<[String]>) -> String {
    rows.map(line).joined()
  }

  /// Hands rows on in pieces.
  static func write(_ rows: some Sequence<[String]>, to sink: ByteSink) throws {
    var lines = ""
    func handOn() throws {
      try lines.write(to: sink)
      lines.removeAll(keepingCapacity: true)
    }
    for row in rows {
      lines += line(row)
      if lines.utf8.count >= pieceBytes { try handOn() }
    }
    if !lines.isEmpty { try handOn() }
  }

  private static let pieceBytes = 1 << 16

  private static func line(_ fields: [String]) -> String {
    fields.map(escaped).joined(separator: ",") + "\n"
  }

  /// RFC 4180: a field with a comma, a quote or a line end stands in quotes, quotes doubled.
  ///
  /// Spreadsheets take text that begins like a formula for one; an apostrophe before it keeps it text.
  package static func escaped(_ field: String) -> String { quoted(inert(printable(field))) }

  private static func inert(_ field: String) -> String {
    guard let first = field.unicodeScalars.first, "=+-@".unicodeScalars.contains(first),
      field != "-", Double(field) == nil
    else { return field }
    return "'" + field
  }

  private static func quoted(_ field: String) -> String {
    // By scalars: a quote and a combining mark behind it are one character, and still a quote.
    let special = field.unicodeScalars.contains { scalar in
      ",\"".unicodeScalars.contains(scalar) || scalar.properties.isWhitespace && scalar != " "
    }
    guard special else { return field }
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }

  /// Titles of how fast the tokens of a text come.
  static let speedColumns = [
    "first_token_s", "first_token_low_s", "first_token_high_s", "tokens_per_second",
    "tokens_per_second_low", "tokens_per_second_high",
  ]

  /// The fields of these columns.
  static func fields(firstToken: Time?, tokensPerSecond speed: Interval?) -> [String] {
    fields(firstToken)
      + [speed?.value, speed?.low, speed?.high].map { number in
        number.map { $0.isFinite ? "\($0)" : "" } ?? ""
      }
  }

  /// The fields of an estimate: its value and both ends, empty where it is not known and where a lower bound
  /// has no upper end.
  static func fields<U>(_ estimate: Estimate<U>?) -> [String] {
    [estimate?.value, estimate?.low, estimate?.upperEnd].map { $0.map { "\($0)" } ?? "" }
  }
}
