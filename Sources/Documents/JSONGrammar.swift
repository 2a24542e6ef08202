/// Whether bytes are one JSON value, as RFC 8259 defines it.
///
/// Open lists and objects stand in a list of their own: however deep a text nests, nothing calls itself.
struct JSONGrammar {
  /// Lists and objects within each other.
  private static let levels = 512

  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  /// The bytes that end the open lists and objects, the innermost last.
  private var ends: [UInt8] = []

  /// Where the value stands that bytes are, without the spaces around it; nil when they are none.
  static func place(of bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    var grammar = JSONGrammar(bytes)
    grammar.skipSpaces()
    let start = grammar.place
    guard grammar.takeValue() else { return nil }
    return start..<bytes.count - bytes.reversed().prefix(while: isSpace).count
  }

  private init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    // Editors on Windows begin files with this mark.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: mark) { place = mark.count }
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func takeValue() -> Bool {
    repeat {
      if ends.last == UInt8(ascii: "}") {
        guard takeText() else { return false }
        skipSpaces()
        guard take(UInt8(ascii: ":")) else { return false }
        skipSpaces()
      }
      switch next {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let end = UInt8(ascii: next == UInt8(ascii: "{") ? "}" : "]")
        guard ends.count < Self.levels else { return false }
        ends.append(end)
        place += 1
        skipSpaces()
        if next != end { continue }
      case UInt8(ascii: "\""): guard takeText() else { return false }
      case UInt8(ascii: "t"): guard take("true") else { return false }
      case UInt8(ascii: "f"): guard take("false") else { return false }
      case UInt8(ascii: "n"): guard take("null") else { return false }
      default: guard takeNumber() else { return false }
      }
      guard takeEnds() else { return false }
    } while !ends.isEmpty
    return place == bytes.count
  }

  /// What stands behind a value: ends of lists and objects, then a comma or the end of the text.
  private mutating func takeEnds() -> Bool {
    skipSpaces()
    while let end = ends.last {
      if take(UInt8(ascii: ",")) {
        skipSpaces()
        return true
      }
      guard take(end) else { return false }
      ends.removeLast()
      skipSpaces()
    }
    return true
  }

  private mutating func takeText() -> Bool {
    guard take(UInt8(ascii: "\"")) else { return false }
    while let byte = next, byte >= 0x20 {
      place += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\"), !takeEscape() { return false }
    }
    return false
  }

  private mutating func takeEscape() -> Bool {
    guard let byte = next else { return false }
    place += 1
    switch byte {
    case UInt8(ascii: "u"):
      for _ in 0..<4 {
        guard let digit = next, Unicode.Scalar(digit).properties.isASCIIHexDigit else {
          return false
        }
        place += 1
      }
      return true
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return true
    default: return false
    }
  }

  private mutating func takeNumber() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")), !takeDigits() { return false }
    if take(UInt8(ascii: ".")), !takeDigits() { return false }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      return takeDigits()
    }
    return true
  }

  private mutating func takeDigits() -> Bool {
    let start = place
    while let byte = next, 0x30...0x39 ~= byte { place += 1 }
    return place > start
  }

  private mutating func take(_ word: StaticString) -> Bool {
    word.withUTF8Buffer { $0.allSatisfy { take($0) } }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipSpaces() {
    while let byte = next, Self.isSpace(byte) { place += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
