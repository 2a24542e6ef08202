#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Takes the bytes of a report as they are made.
package typealias ByteSink = (UnsafeRawBufferPointer) throws -> Void

extension String {
  /// Hands the text on as bytes in UTF-8.
  package func write(to sink: ByteSink) throws {
    var text = self
    try text.withUTF8 { try sink(UnsafeRawBufferPointer($0)) }
  }
}

/// Writes JSON while a value is encoded, so that no report has to be in memory as a whole.
///
/// Keys come out sorted by their bytes in UTF-8. The members of an object are therefore kept until it ends,
/// unless its type promises to encode them in that order. What is finished goes to a sink in pieces.
///
/// A container may be used until the one around it goes on: JSON cannot be written in two places.
final class JSONWriter {
  private struct Frame {
    var isObject: Bool
    /// Where its first byte is.
    var start: Int
    var count = 0
    /// The key of the member that was begun last; a literal, where that is what it was.
    var key = ""
    var literal: StaticString?
    /// Whether the members came in the order of their keys so far, and whether they always do.
    var isSorted = true
    var promisesOrder = false
    /// Where its members start in the list of all.
    var firstMember: Int
  }

  private struct Member {
    var key: String
    var start: Int
    var end: Int
  }

  /// What is finished is handed on when it is at least as long.
  private static let pieceBytes = 1 << 16

  private let sink: ByteSink
  private let isPretty: Bool
  /// A line end and as many spaces as the usual depths take.
  private let blank = [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 64)
  // These are changed for every byte, and no access to one of them makes another access to it.
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var members: [Member] = []
  /// Objects whose members may still be sorted.
  @exclusivity(unchecked) private var unsortedObjects = 0
  /// Whether a value has to come next.
  @exclusivity(unchecked) private(set) var awaitsValue = true

  /// - Parameter isPretty: Whether each member and each element has a line of its own.
  init(isPretty: Bool, to sink: @escaping ByteSink) {
    self.isPretty = isPretty
    self.sink = sink
    bytes.reserveCapacity(2 * Self.pieceBytes)
  }

  /// Writes a value and a line end.
  func write(_ value: some Encodable) throws {
    awaitsValue = true
    try value.encode(to: JSONValueEncoder(self, depth: 0))
    guard !awaitsValue else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: [], debugDescription: "encodes nothing"))
    }
    try close(to: 0)
    bytes.append(UInt8(ascii: "\n"))
    try flush(atLeast: 1)
  }

  /// The keys and places that lead to the value that is written.
  func codingPath(depth: Int) -> [any CodingKey] {
    frames.prefix(depth).map { frame in
      guard frame.isObject else { return PathKey("Index \(frame.count - 1)") }
      return PathKey(frame.literal.map { "\($0)" } ?? frame.key)
    }
  }

  private struct PathKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  // MARK: Containers

  /// Begins an object or a list as the value that comes next, or goes on with it.
  func open(isObject: Bool, depth: Int) {
    if awaitsValue {
      frames.append(Frame(isObject: isObject, start: bytes.count, firstMember: members.count))
      bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
      if isObject { unsortedObjects += 1 }
      awaitsValue = false
    }
    precondition(
      frames.count > depth && frames[depth].isObject == isObject,
      "a value is encoded as both an object and something else")
  }

  /// States that the members of an object come in the order of their keys.
  func promiseOrder(depth: Int) {
    open(isObject: true, depth: depth)
    precondition(frames[depth].count == 0, "the promise comes before the first member")
    guard !frames[depth].promisesOrder else { return }
    frames[depth].promisesOrder = true
    unsortedObjects -= 1
  }

  /// Begins a member of an object; its value comes next.
  func beginMember(_ key: String, depth: Int) throws {
    try close(to: depth + 1)
    if frames[depth].count > 0 {
      if !frames[depth].promisesOrder { members[members.count - 1].end = bytes.count }
      if !Self.precedes(frames[depth].key, key) {
        guard !frames[depth].promisesOrder else { throw brokenPromise(key, depth: depth) }
        frames[depth].isSorted = false
      }
      bytes.append(UInt8(ascii: ","))
    }
    lineBreak(depth + 1)
    if !frames[depth].promisesOrder {
      members.append(Member(key: key, start: bytes.count, end: 0))
    }
    frames[depth].count += 1
    frames[depth].key = key
    append(quoted: key)
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    awaitsValue = true
  }

  /// Begins a member of an object whose keys are all literals, in their order, and need no escape.
  func beginMember(literal key: StaticString, depth: Int) throws {
    if awaitsValue || frames.count > depth + 1 { try close(to: depth + 1) }
    if let last = frames[depth].literal {
      let least = min(last.utf8CodeUnitCount, key.utf8CodeUnitCount)
      let order = memcmp(last.utf8Start, key.utf8Start, least)
      guard order < 0 || order == 0 && last.utf8CodeUnitCount < key.utf8CodeUnitCount else {
        throw brokenPromise("\(key)", depth: depth)
      }
      bytes.append(UInt8(ascii: ","))
    }
    lineBreak(depth + 1)
    frames[depth].count += 1
    frames[depth].literal = key
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    awaitsValue = true
  }

  private func brokenPromise(_ key: String, depth: Int) -> EncodingError {
    EncodingError.invalidValue(
      key,
      EncodingError.Context(
        codingPath: codingPath(depth: depth + 1),
        debugDescription: "'\(key)' comes after the member before it, expected sorted keys"))
  }

  /// Begins an element of a list; its value comes next.
  func beginElement(depth: Int) throws {
    try close(to: depth + 1)
    if frames[depth].count > 0 { bytes.append(UInt8(ascii: ",")) }
    lineBreak(depth + 1)
    frames[depth].count += 1
    awaitsValue = true
  }

  /// How many elements a list has so far.
  func count(depth: Int) -> Int { frames[depth].count }

  /// Ends the value that was begun last and all containers within it.
  func close(to depth: Int) throws {
    if awaitsValue {
      // What encodes nothing is an object without members.
      open(isObject: true, depth: frames.count)
    }
    while frames.count > depth {
      let frame = frames.removeLast()
      if frame.isObject && !frame.promisesOrder {
        if frame.count > 0 { members[members.count - 1].end = bytes.count }
        if !frame.isSorted { sortMembers(frame) }
        members.removeLast(members.count - frame.firstMember)
        unsortedObjects -= 1
      }
      if frame.count == 0, isPretty { bytes.append(UInt8(ascii: "\n")) }
      lineBreak(frames.count)
      bytes.append(frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }
    if unsortedObjects == 0 { try flush(atLeast: Self.pieceBytes) }
  }

  /// Puts the members of an object into the order of their keys; of equal ones the last stays.
  private func sortMembers(_ frame: Frame) {
    let own = members[frame.firstMember...].enumerated().sorted { left, right in
      left.element.key == right.element.key
        ? left.offset < right.offset : Self.precedes(left.element.key, right.element.key)
    }.map(\.element)
    let written = Array(bytes[frame.start...])
    bytes.removeSubrange((frame.start + 1)...)
    var isFirst = true
    for (place, member) in own.enumerated() {
      if place + 1 < own.count, own[place + 1].key == member.key { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      lineBreak(frames.count + 1)
      bytes.append(contentsOf: written[member.start - frame.start..<member.end - frame.start])
    }
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private func flush(atLeast least: Int) throws {
    guard bytes.count >= least else { return }
    try bytes.withUnsafeBytes(sink)
    bytes.removeAll(keepingCapacity: true)
  }

  // MARK: Values

  func writeNull() throws { try write(plain: "null") }

  func write(truth value: Bool) throws { try write(plain: value ? "true" : "false") }

  func write(integer value: some FixedWidthInteger) throws {
    try begin()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    // The digits from behind; 64 bits have at most 20.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = UInt64(value.magnitude)
      var first = digits.count
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest != 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }

  /// - Throws: `EncodingError` for a number that is not finite, which JSON does not have.
  func write<Number: BinaryFloatingPoint & CustomStringConvertible>(
    number value: Number, depth: Int
  ) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value,
        EncodingError.Context(
          codingPath: codingPath(depth: depth),
          debugDescription: "Unable to encode \(Number.self).\(value) directly in JSON."))
    }
    let text = value.description
    try write(plain: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  func write(text value: String) throws {
    try begin()
    append(quoted: value)
  }

  private func write(plain text: String) throws {
    try begin()
    bytes.append(contentsOf: text.utf8)
  }

  private func begin() throws {
    guard awaitsValue else {
      throw EncodingError.invalidValue(
        self, EncodingError.Context(codingPath: [], debugDescription: "encodes two values as one"))
    }
    awaitsValue = false
  }

  private func lineBreak(_ depth: Int) {
    guard isPretty else { return }
    let count = 1 + 2 * depth
    bytes.append(contentsOf: blank[..<min(count, blank.count)])
    for _ in blank.count..<max(count, blank.count) { bytes.append(UInt8(ascii: " ")) }
  }

  private func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { all in
      var start = 0
      for (place, byte) in all.enumerated()
      where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start..<place]))
        append(escaped: byte)
        start = place + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: all[start...]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private func append(escaped byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      for digit in [byte >> 4, byte & 15] {
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}
