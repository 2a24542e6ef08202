/// A JSON text of unknown origin, such as a report: checked once, then decoded like embedded data.
///
/// Unlike a `Document` it may have keys that are not asked for: reports get new ones.
package struct JSONText {
  private let bytes: [UInt8]
  /// Where the value begins.
  private let start: Int

  /// Nil when the bytes are no JSON, or nest too deeply.
  package init?(_ bytes: [UInt8]) {
    guard let start = bytes.withUnsafeBytes({ JSONGrammar.start(of: $0) }) else { return nil }
    (self.bytes, self.start) = (bytes, start)
  }

  /// The value as a type; nil when it is something else.
  package func decoded<Content: Decodable>(as type: Content.Type = Content.self) -> Content? {
    bytes.withUnsafeBytes { bytes in
      let value = JSONValue(UnsafeRawBufferPointer(rebasing: bytes[start...]))
      return try? JSONValueDecoder(value: value).decode(type)
    }
  }
}
