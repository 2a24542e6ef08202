extension Estimate: Codable {
  /// What numbers of files may be besides 0, so that products of several stay within those of a `Double`.
  private static var usable: ClosedRange<Double> { 1e-30...1e30 }

  private enum CodingKeys: String, CodingKey {
    case value, low, high, unit, provenance, source, sources, note
  }

  /// Reads `{"value", "low", "high", "unit", "provenance", "source"}` and checks unit and interval.
  ///
  /// - Throws: `DecodingError` when the unit is another one than `U`, when not
  ///   0 <= low <= value <= high, or when no source is named.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let unit = try fields.decode(String.self, forKey: .unit)
    guard unit == U.symbol else {
      throw DecodingError.dataCorruptedError(
        forKey: .unit, in: fields, debugDescription: "unit is '\(unit)', expected '\(U.symbol)'")
    }
    value = try fields.decode(Double.self, forKey: .value)
    low = try fields.decode(Double.self, forKey: .low)
    high = try fields.decode(Double.self, forKey: .high)
    guard low <= value, value <= high, low >= 0, high.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: fields,
        debugDescription: "expected 0 <= low <= value <= high, found \(low), \(value), \(high)")
    }
    guard [value, low, high].allSatisfy({ $0 == 0 || Self.usable.contains($0) }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: fields,
        debugDescription: "expected 0, or 1e-30 to 1e30, found \(low), \(value), \(high)")
    }
    provenance = try fields.decode(Provenance.self, forKey: .provenance)
    note = try fields.decodeIfPresent(String.self, forKey: .note)
    sources = try fields.decodeIfPresent([String].self, forKey: .sources) ?? []
    if let source = try fields.decodeIfPresent(String.self, forKey: .source) {
      sources.append(source)
    }
    if sources.count > 1 { sources = Set(sources).sorted() }
    guard !sources.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .source, in: fields, debugDescription: "a number must name its source")
    }
  }

  /// Writes the estimate with its unit, provenance and the identifiers of its sources.
  ///
  /// The upper end of a lower bound is null.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(value, forKey: .value)
    try fields.encode(low, forKey: .low)
    try fields.encode(upperEnd, forKey: .high)
    try fields.encode(U.symbol, forKey: .unit)
    try fields.encode(provenance, forKey: .provenance)
    if !sources.isEmpty { try fields.encode(sources, forKey: .sources) }
    try fields.encodeIfPresent(note, forKey: .note)
  }
}
