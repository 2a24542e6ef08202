/// A number in a file that a user writes: `4`, or `{value: 4, low: 3, high: 5, source: data sheet}`.
///
/// A number alone has no interval: it is taken as exact. Its unit is that of the
/// key it stands at.
package struct UserInput: Hashable, Sendable {
  package var value, low, high: Double
  package var provenance: Provenance
  /// Identifier of a source in the file, or plain words.
  package var source: String?
  package var note: String?

  /// A number alone.
  package init(_ value: Double, provenance: Provenance = .datasheet) {
    self.init(value, low: value, high: value, provenance: provenance)
  }

  /// A number with an interval.
  package init(
    _ value: Double, low: Double, high: Double, provenance: Provenance, source: String? = nil
  ) {
    (self.value, self.low, self.high) = (value, low, high)
    self.provenance = provenance
    self.source = source
  }

  /// The number of an estimate.
  package init<U>(_ estimate: Estimate<U>) {
    self.init(
      estimate.value, low: estimate.low, high: estimate.high, provenance: estimate.provenance,
      source: estimate.sources.first)
  }

  /// The number in a unit.
  package func estimate<U>(_ unit: U.Type = U.self) -> Estimate<U> {
    Estimate(
      value, low: low, high: high, provenance: provenance, sources: source.map { [$0] } ?? [])
  }
}

extension UserInput: Codable {
  private enum CodingKeys: String, CodingKey { case value, low, high, provenance, source, note }

  /// Reads a number, or a mapping with `value` and, if wanted, the other keys.
  package init(from decoder: any Decoder) throws {
    if let number = try? decoder.singleValueContainer().decode(Double.self) {
      self.init(number)
    } else {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      let number = try fields.decode(Double.self, forKey: .value)
      self.init(
        number, low: try fields.decodeIfPresent(Double.self, forKey: .low) ?? number,
        high: try fields.decodeIfPresent(Double.self, forKey: .high) ?? number,
        provenance: try fields.decodeIfPresent(Provenance.self, forKey: .provenance) ?? .datasheet,
        source: try fields.decodeIfPresent(String.self, forKey: .source))
      note = try fields.decodeIfPresent(String.self, forKey: .note)
    }
    guard 0 <= low, low <= value, value <= high, high <= 1e15 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "expected 0 <= low <= value <= high <= 1e15"))
    }
    guard [low, value, high].allSatisfy({ $0 == 0 || $0 >= 1e-15 }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "expected 0, or at least 1e-15"))
    }
  }

  /// Writes the interval too, whatever the file said.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(value, forKey: .value)
    try fields.encode(low, forKey: .low)
    try fields.encode(high, forKey: .high)
    try fields.encode(provenance, forKey: .provenance)
    try fields.encodeIfPresent(source, forKey: .source)
    try fields.encodeIfPresent(note, forKey: .note)
  }
}
