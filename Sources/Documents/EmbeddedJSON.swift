/// A value of a JSON file that was embedded at build time, where it stands: what is not asked for is
/// skipped, not decoded.
///
/// That is fast and has no line numbers: tests read every such file whole, as strictly as users' files. Keys and texts that are asked for have
/// no escapes.
package struct EmbeddedJSON: Sendable {
  // The bytes of a literal last as long as the process.
  nonisolated(unsafe) private let value: JSONValue

  /// The whole of a file.
  /// - Parameters:
  ///   - contents: The file in JSON; nil when none of the name was embedded.
  ///   - name: Name of the file in the failure.
  package init(_ contents: StaticString?, named name: String) {
    guard let contents else { preconditionFailure("\(name) was not embedded") }
    value = JSONValue(
      UnsafeRawBufferPointer(
        start: contents.utf8Start, count: contents.utf8CodeUnitCount))
  }

  private init(_ value: JSONValue) { self.value = value }

  /// The value of a key of an object; nil when it has none.
  package subscript(key: String) -> EmbeddedJSON? { value[key].map(EmbeddedJSON.init) }

  /// The elements of a list, in order; none of other values.
  package var elements: [EmbeddedJSON] {
    value.isList ? JSONValue.Items(value).map(EmbeddedJSON.init) : []
  }

  /// The text; nil for other values.
  package var text: String? { value.text }

  /// The whole number; nil for other values.
  package var integer: Int? { value.number.flatMap { Int($0) } }

  package func isText(_ text: String) -> Bool { value.isText(text) }

  /// The value as a type.
  package func decoded<Content: Decodable>(as type: Content.Type = Content.self) -> Content {
    Self.decoded(value)
  }

  /// The value as a type, with one element of a list inside it as the whole list.
  package func decoded<Content: Decodable>(
    as type: Content.Type = Content.self, keeping element: EmbeddedJSON, of list: EmbeddedJSON
  ) -> Content {
    let (bytes, inner) = (value.bytes, list.value.bytes)
    guard let start = bytes.baseAddress, let listStart = inner.baseAddress else {
      preconditionFailure("the list is not part of the value")
    }
    let offset = listStart - start
    var text = Array(bytes[..<offset])
    text.append(UInt8(ascii: "["))
    text += element.value.bytes
    text.append(UInt8(ascii: "]"))
    text += bytes[(offset + inner.count)...]
    return text.withUnsafeBytes { Self.decoded(JSONValue($0)) }
  }

  private static func decoded<Content: Decodable>(_ value: JSONValue) -> Content {
    do {
      return try JSONValueDecoder(value: value).decode(Content.self)
    } catch {
      preconditionFailure("an embedded file is damaged: \(error)")
    }
  }
}
