/// A JSON text of unknown origin, such as a report: checked once, then decoded like embedded data.
///
/// Unlike a `Document` it may have keys that are not asked for: reports get new ones.
package struct JSONText {
  private let bytes: [UInt8]
  /// Where the value stands.
  private let place: Range<Int>

  /// Nil when the bytes are no JSON, or nest too deeply.
  package init?(_ bytes: [UInt8]) {
    guard let place = bytes.withUnsafeBytes({ JSONGrammar.place(of: $0) }) else { return nil }
    (self.bytes, self.place) = (bytes, place)
  }

  /// The value as a type; nil when it is something else.
  package func decoded<Content: Decodable>(as type: Content.Type = Content.self) -> Content? {
    bytes.withUnsafeBytes { bytes in
      let value = JSONValue(UnsafeRawBufferPointer(rebasing: bytes[place]))
      return try? JSONValueDecoder(value: value).decode(type)
    }
  }
}
