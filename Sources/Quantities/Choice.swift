/// Words that a file may have at a key; a wrong one is answered with the right ones.
package protocol Choice: Codable, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
  /// Reads one of the words.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let choice = Self(rawValue: word) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "expected one of: \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = choice
  }
}
