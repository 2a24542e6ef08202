/// A pattern of names as shells have it: `*` is any text and `?` a character; `[a-z]` is one of some ASCII characters,
/// `[!a-z]` any other; a backslash takes the next character as it is.
///
/// Policies come from strangers. So all readings of a pattern are followed at once, a bit for each place that the text
/// so far may have reached: a byte takes the same time whatever is before it. The C library's `fnmatch` tries them one
/// after the other, which for `a*a*a*a*b` takes a power of the text's length.
struct NamePattern {
  /// Bytes of a pattern that is held against every layer of a model, and how many of them a policy may have.
  static let longest = 200
  static let most = 100
  /// Patterns of models and devices in all rules of a policy: each is read once for each model on each device.
  static let mostOfModels = 1000

  /// How many words have a bit for each place.
  private let words: Int
  /// Places that are left for the next one, by the byte that leaves them.
  private var leaves: [UInt64]
  /// Places that are kept to: by a byte that begins a character, and by one that continues it.
  private var keeps: [UInt64]
  /// The place behind the pattern.
  private var end = 0

  /// Reads a pattern; a bracket that is not closed stands for itself.
  init(_ pattern: String) {
    let bytes = Array(pattern.utf8)
    words = bytes.count / 64 + 1
    leaves = Array(repeating: 0, count: 256 * words)
    keeps = Array(repeating: 0, count: 2 * words)
    var hasSets = true
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "*") {
        keep(continuing: false)
        keep(continuing: true)
      } else if byte == UInt8(ascii: "?") {
        takeCharacter { _ in true }
      } else if byte == UInt8(ascii: "["), hasSets {
        if let set = CharacterSet(bytes, from: place) {
          takeCharacter(set.contains)
          place = set.end
        } else {
          // None of the others is closed either.
          hasSets = false
          take(byte)
        }
      } else if byte == UInt8(ascii: "\\"), place < bytes.count {
        take(bytes[place])
        place += 1
      } else {
        take(byte)
      }
    }
  }

  /// Whether a pattern is a name as it stands.
  static func isName(_ pattern: String) -> Bool {
    !pattern.utf8.contains { "*?[\\".utf8.contains($0) }
  }

  private mutating func keep(continuing: Bool) {
    keeps[(continuing ? words : 0) + end / 64] |= 1 << UInt64(end % 64)
  }

  private mutating func leave(by byte: UInt8) {
    leaves[Int(byte) * words + end / 64] |= 1 << UInt64(end % 64)
  }

  private mutating func take(_ byte: UInt8) {
    leave(by: byte)
    end += 1
  }

  /// Takes one character, of which the first byte decides.
  private mutating func takeCharacter(_ isTaken: (UInt8) -> Bool) {
    for byte in UInt8.min...UInt8.max where !Self.continues(byte) && isTaken(byte) {
      leave(by: byte)
    }
    end += 1
    keep(continuing: true)
  }

  /// Whether a byte of a text in UTF-8 continues a character.
  private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Whether the whole of a text is of the pattern.
  func matches(_ text: String) -> Bool {
    var places = [UInt64](repeating: 0, count: words)
    places[0] = 1
    for byte in text.utf8 {
      let leaving = Int(byte) * words
      let keeping = Self.continues(byte) ? words : 0
      var carry: UInt64 = 0
      var isAnywhere = false
      for word in 0..<words {
        let left = places[word] & leaves[leaving + word]
        places[word] = (left << 1) | carry | (places[word] & keeps[keeping + word])
        carry = left >> 63
        if places[word] != 0 { isAnywhere = true }
      }
      guard isAnywhere else { return false }
    }
    return places[end / 64] >> UInt64(end % 64) & 1 == 1
  }
}

/// The ASCII characters between brackets of a pattern; others between them count for nothing.
private struct CharacterSet {
  private var members: Set<UInt8> = []
  private let isNegated: Bool
  /// Where the pattern goes on.
  private(set) var end: Int

  /// Reads a set behind its bracket; nil when it is not closed.
  init?(_ bytes: [UInt8], from start: Int) {
    let signs = [UInt8(ascii: "!"), UInt8(ascii: "^")]
    isNegated = start < bytes.count && signs.contains(bytes[start])
    // A bracket that would close an empty set is its first member.
    let first = isNegated ? start + 1 : start
    end = first
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "]"), end > first {
        end += 1
        return
      }
      var last = byte
      if end + 2 < bytes.count, bytes[end + 1] == UInt8(ascii: "-"),
        bytes[end + 2] != UInt8(ascii: "]")
      {
        last = bytes[end + 2]
        end += 2
      }
      end += 1
      if byte <= last, last < 0x80 { members.formUnion(byte...last) }
    }
    return nil
  }

  func contains(_ byte: UInt8) -> Bool { members.contains(byte) != isNegated }
}
