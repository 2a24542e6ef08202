/// A value of a JSON text, where it stands: what is not asked for is skipped, not decoded.
///
/// The text must be JSON: it was embedded, or `JSONGrammar` has checked it. The value must not be used when the bytes are gone.
struct JSONValue {
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private init(_ bytes: Slice<UnsafeRawBufferPointer>) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes)
  }

  var isObject: Bool { bytes.first == UInt8(ascii: "{") }
  var isList: Bool { bytes.first == UInt8(ascii: "[") }
  var isNull: Bool { bytes.first == UInt8(ascii: "n") }

  /// The truth value; nil for other values.
  var bool: Bool? {
    switch bytes.first {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: nil
    }
  }

  /// The text as it is written, of a number; nil for other values.
  var number: String? {
    guard let first = bytes.first, first == UInt8(ascii: "-") || 0x30...0x39 ~= first else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text without its escapes; nil for other values, and for what is no text in UTF-8.
  var text: String? {
    guard bytes.first == UInt8(ascii: "\"") else { return nil }
    let inner = UnsafeRawBufferPointer(rebasing: bytes.dropFirst().dropLast())
    guard inner.contains(UInt8(ascii: "\\")) else {
      return String(validating: inner, as: UTF8.self)
    }
    return JSONEscapes.removed(from: inner).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Whether the value is a text that is written without escapes and is equal to another.
  func isText(_ text: String) -> Bool {
    bytes.count == text.utf8.count + 2 && bytes.first == UInt8(ascii: "\"")
      && bytes.dropFirst().dropLast().elementsEqual(text.utf8)
  }

  /// The value of a key of an object, which is written without escapes; nil when it has none.
  subscript(key: String) -> JSONValue? {
    guard isObject else { return nil }
    var items = Items(self)
    while let name = items.next(), let value = items.next() {
      if name.isText(key) { return value }
    }
    return nil
  }

  /// The elements of a list, or the keys and values of an object in turn.
  struct Items: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var place = 1

    /// - Parameter value: An object or a list.
    init(_ value: JSONValue) { bytes = value.bytes }

    mutating func next() -> JSONValue? {
      while place < bytes.count, Self.isBetween(bytes[place]) { place += 1 }
      guard place < bytes.count, !Self.isEnd(bytes[place]) else { return nil }
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
      return JSONValue(bytes[start..<place])
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
      while place < bytes.count, !Self.isBetween(bytes[place]), !Self.isEnd(bytes[place]) {
        place += 1
      }
    }

    private static func isBetween(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == UInt8(ascii: ",")
        || byte == UInt8(ascii: ":")
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
  }
}

/// Escapes in texts of JSON.
private enum JSONEscapes {
  /// The bytes that a text with escapes means; nil when one stands for half a character.
  static func removed(from bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(&rest) else { return nil }
        result.append(contentsOf: String(Character(scalar)).utf8)
      default: result.append(escape)
      }
    }
    return result
  }

  /// The character of one escape of four digits, or of two that are a pair of surrogates.
  private static func scalar(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Unicode.Scalar? {
    guard let first = unit(&rest) else { return nil }
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
      let second = unit(&rest), UTF16.isTrailSurrogate(second)
    else { return nil }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private static func unit(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UInt16? {
    let digits = rest.prefix(4)
    rest = rest.dropFirst(4)
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
