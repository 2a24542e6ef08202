package import Quantities

/// A unit in which people state facts of a board, with what they write behind the number.
package protocol StatedUnit: UnitOfMeasure {
  static var form: NumberForm { get }
}

extension Hertz: StatedUnit { package static var form: NumberForm { .clock } }
extension Bytes: StatedUnit { package static var form: NumberForm { .capacity } }
extension Watts: StatedUnit { package static var form: NumberForm { .watts } }

/// A number with its unit in a file that a user writes: `160 MHz`, or
/// `{value: 20 mW, low: 17 mW, high: 23 mW, provenance: measured, source: my power meter}`.
///
/// Like a `UserInput`, a text alone has no interval and is taken as read in a data sheet.
package struct StatedQuantity<U: StatedUnit>: Sendable {
  /// The number in `U`; its source names nothing in the file, but is the text that the user wrote.
  package var estimate: Estimate<U>
  /// As it was written.
  private var fields: Fields

  private struct Fields: Codable, Sendable {
    var value: String
    var low, high: String?
    var provenance: Provenance?
    var source, note: String?
  }

  /// A text alone.
  /// - Throws: `Problem` with an example.
  package init(_ text: String) throws(Problem) {
    try self.init(Fields(value: text))
  }

  private init(_ fields: Fields) throws(Problem) {
    let value = try U.form.number(fields.value)
    let low = try fields.low.map { text throws(Problem) in try U.form.number(text) } ?? value
    let high = try fields.high.map { text throws(Problem) in try U.form.number(text) } ?? value
    guard low <= value, value <= high else {
      throw Problem("expected low <= value <= high")
    }
    self.fields = fields
    estimate = Estimate(
      value, low: low, high: high, provenance: fields.provenance ?? .datasheet,
      sources: [fields.source ?? BoardProfile.source], note: fields.note)
  }

  /// The number as it was written.
  package var text: String { fields.value }

  /// Whether the user stated how far off the number may be.
  package var hasInterval: Bool { fields.low != nil || fields.high != nil }
}

extension StatedQuantity: Codable {
  /// Reads a text, or a mapping with `value` and, if wanted, the other keys.
  package init(from decoder: any Decoder) throws {
    let text = try? decoder.singleValueContainer().decode(String.self)
    let fields = try text.map { Fields(value: $0) } ?? Fields(from: decoder)
    do throws(Problem) {
      try self.init(fields)
    } catch {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "\(error), found '\(fields.value.prefix(40))'"))
    }
  }

  /// Writes a text alone as it was written.
  package func encode(to encoder: any Encoder) throws {
    let isAlone =
      !hasInterval && fields.provenance == nil && fields.source == nil && fields.note == nil
    guard isAlone else { return try fields.encode(to: encoder) }
    var container = encoder.singleValueContainer()
    try container.encode(fields.value)
  }
}
