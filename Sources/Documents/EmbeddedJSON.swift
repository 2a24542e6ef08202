#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of a JSON file that was embedded at build time, where it stands: what is not asked for is
/// skipped, not decoded.
///
/// That is fast and has no line numbers: tests read every such file whole, as strictly as users' files. Keys and texts that are asked for have
/// no escapes.
package struct EmbeddedJSON: Sendable {
  // The bytes of a literal last as long as the process.
  nonisolated(unsafe) private let bytes: UnsafeRawBufferPointer

  /// The whole of a file.
  /// - Parameters:
  ///   - contents: The file in JSON; nil when none of the name was embedded.
  ///   - name: Name of the file in the failure.
  package init(_ contents: StaticString?, named name: String) {
    guard let contents else { preconditionFailure("\(name) was not embedded") }
    bytes = UnsafeRawBufferPointer(
      start: contents.utf8Start, count: contents.utf8CodeUnitCount)
  }

  private init(_ bytes: Slice<UnsafeRawBufferPointer>) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes)
  }

  /// The value of a key of an object; nil when it has none.
  package subscript(key: String) -> EmbeddedJSON? {
    guard bytes.first == UInt8(ascii: "{") else { return nil }
    var cursor = Cursor(bytes)
    while cursor.next() {
      let name = cursor.skip()
      guard cursor.next() else { break }
      let value = cursor.skip()
      if EmbeddedJSON(name).isText(key) { return EmbeddedJSON(value) }
    }
    return nil
  }

  /// The elements of a list, in order; none of other values.
  package var elements: [EmbeddedJSON] {
    guard bytes.first == UInt8(ascii: "[") else { return [] }
    var cursor = Cursor(bytes)
    var result: [EmbeddedJSON] = []
    while cursor.next() { result.append(EmbeddedJSON(cursor.skip())) }
    return result
  }

  /// The text, which has no escapes; nil for other values.
  package var text: String? {
    guard bytes.first == UInt8(ascii: "\"") else { return nil }
    return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
  }

  /// The whole number; nil for other values.
  package var integer: Int? { Int(String(decoding: bytes, as: UTF8.self)) }

  package func isText(_ text: String) -> Bool {
    bytes.count == text.utf8.count + 2 && bytes.first == UInt8(ascii: "\"")
      && bytes.dropFirst().dropLast().elementsEqual(text.utf8)
  }

  /// The value as a type.
  package func decoded<Content: Decodable>(as type: Content.Type = Content.self) -> Content {
    Self.decoded(Data(bytes))
  }

  /// The value as a type, with one element of a list inside it as the whole list.
  package func decoded<Content: Decodable>(
    as type: Content.Type = Content.self, keeping element: EmbeddedJSON, of list: EmbeddedJSON
  ) -> Content {
    guard let start = bytes.baseAddress, let inner = list.bytes.baseAddress else {
      preconditionFailure("the list is not part of the value")
    }
    let offset = inner - start
    var text = Data(bytes[..<offset])
    text.append(UInt8(ascii: "["))
    text.append(contentsOf: element.bytes)
    text.append(UInt8(ascii: "]"))
    text.append(contentsOf: bytes[(offset + list.bytes.count)...])
    return Self.decoded(text)
  }

  private static func decoded<Content: Decodable>(_ text: Data) -> Content {
    do {
      return try JSONDecoder().decode(Content.self, from: text)
    } catch {
      preconditionFailure("an embedded file is damaged: \(error)")
    }
  }
}

/// A place in a JSON text, at first inside the brackets of its outermost value.
private struct Cursor {
  private let bytes: UnsafeRawBufferPointer
  private var place: Int

  /// - Parameter bytes: An object or a list.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    place = 1
  }

  /// Goes on to the next key or value; false at the end of the object or list.
  mutating func next() -> Bool {
    while place < bytes.count, Self.isBetween(bytes[place]) { place += 1 }
    return place < bytes.count && bytes[place] != UInt8(ascii: "}")
      && bytes[place] != UInt8(ascii: "]")
  }

  /// Skips a key or a value.
  mutating func skip() -> Slice<UnsafeRawBufferPointer> {
    let start = place
    var depth = 0
    repeat {
      switch bytes[place] {
      case UInt8(ascii: "\""): skipText()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      default:
        if depth == 0 { skipWord() } else { place += 1 }
      }
    } while depth > 0
    return bytes[start..<place]
  }

  private mutating func skipText() {
    place += 1
    while bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    place += 1
  }

  /// A number, `true`, `false` or `null`.
  private mutating func skipWord() {
    while place < bytes.count, !Self.isBetween(bytes[place]), bytes[place] != UInt8(ascii: "}"),
      bytes[place] != UInt8(ascii: "]")
    {
      place += 1
    }
  }

  private static func isBetween(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == UInt8(ascii: ",")
      || byte == UInt8(ascii: ":")
  }
}
