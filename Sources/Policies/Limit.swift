import Quantities

/// A number, or a text of a number with a prefix and a unit: `5 mJ`, `10 M`, `256 KiB`, `2 %`.
package struct Limit: Hashable, Sendable, CustomStringConvertible {
  /// In the unit without a prefix.
  package var value: Double
  /// The unit that was written; nil for a number alone.
  package var unit: String?
  /// As it was written.
  package var description: String

  private static let units = ["gCO2e", "g", "J", "s", "B"]
  private static let prefixes: [(String, Double)] = [
    ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("n", 1e-9), ("u", 1e-6), ("µ", 1e-6),
    ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1),
  ]

  /// A number alone.
  package init(_ value: Double) {
    self.value = value
    description = shortest(value)
  }

  /// A share of something: 0.5 is `50 %`.
  package init(share: Double) {
    value = share
    unit = "%"
    description = "\(shortest(100 * share)) %"
  }

  /// Reads a text; nil when it is none of these.
  package init?(_ text: String) {
    let text = text.filter { $0 != " " && $0 != "_" }
    let digits = text.prefix { "0123456789.+-eE".contains($0) }
    guard let number = Double(digits), number >= 0, number.isFinite else { return nil }
    let rest = String(text.dropFirst(digits.count))
    if rest.isEmpty {
      self.init(number)
      return
    }
    if rest == "%" {
      self.init(number / 100)
      (unit, description) = ("%", "\(digits) %")
      return
    }
    let unit = Self.units.first { rest.hasSuffix($0) }
    let prefix = String(rest.dropLast(unit?.count ?? 0))
    guard let scale = Self.prefixes.first(where: { $0.0 == prefix })?.1 else { return nil }
    self.init(number * scale)
    self.unit = unit == "g" ? "gCO2e" : unit
    description = "\(digits) \(rest)"
  }
}

extension Limit: Decodable {
  /// Reads a number or a text.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      guard number >= 0, number.isFinite else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected a number from 0")
      }
      self.init(number)
      return
    }
    let text = try container.decode(String.self)
    guard let limit = Limit(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a number, or one with a unit such as '5 mJ'")
    }
    self = limit
  }
}
