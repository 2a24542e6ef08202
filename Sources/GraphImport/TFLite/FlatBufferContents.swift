internal import CFlatBuffers
import Quantities
import OpGraph

/// Makes texts and lists of what a flatbuffer holds, and charges what they take.
///
/// Offsets of a flatbuffer may share what they point to, so that four bytes can stand for all the others of a
/// file. Texts and lists are made here only, so that none goes without a charge.
final class FlatBufferContents {
  /// In bytes of what is made, roughly.
  ///
  /// An operator and its result take some 80 bytes in the file and cost some 1100.
  private var budget: DecodeBudget

  /// What a byte of a text costs: names go into those of layers, of regions and of messages.
  private static let textCost = 4
  /// A list of axes or sizes has a number for each, one of pads two.
  private static let mostNumbers = 2 * TensorType.maximumRank
  /// Of a text that is an option: a name, or an equation.
  private static let mostText = 1024

  /// - Parameter bytes: The size of the file.
  init(bytes: Int) {
    budget = DecodeBudget(base: 16 << 20, bytes: 16 * min(bytes, 1 << 27), bytesPerUnit: 1)
  }

  /// Charges what is made besides texts and lists.
  /// - Throws: `Problem` when the file holds more than its size allows.
  func spend(_ bytes: Int, on what: String) throws(Problem) {
    try budget.spend(bytes, on: what)
  }

  func text(_ string: tfl_string, of what: String) throws(Problem) -> String {
    guard let start = string.bytes else { return "" }
    try spend(Self.textCost * string.count, on: what)
    let bytes = UnsafeRawBufferPointer(start: start, count: string.count)
    return printable(String(decoding: bytes, as: UTF8.self))
  }

  /// Charges one more use of a text: what it is written into is longer by as much.
  func repeated(_ text: String, of what: String) throws(Problem) -> String {
    try spend(Self.textCost * text.utf8.count, on: what)
    return text
  }

  /// - Parameter cost: What a number costs, with what is made of it later.
  func integers(
    _ list: tfl_ints, of what: String, cost: Int = 8
  ) throws(Problem) -> [Int] {
    try elements(list.items, count: list.count, of: what, cost: cost).map(Int.init)
  }

  /// Elements that need not be aligned: a model may lie anywhere in an archive.
  func elements<Element: BitwiseCopyable>(
    _ start: UnsafePointer<Element>?, count: Int, of what: String, cost: Int
  ) throws(Problem) -> [Element] {
    guard let start, count > 0 else { return [] }
    try spend(cost * count, on: what)
    let size = MemoryLayout<Element>.size
    let bytes = UnsafeRawBufferPointer(start: start, count: count * size)
    return (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self) }
  }

  /// Charges a list of numbers that is an operator's option.
  /// - Throws: `Problem` also when it is longer than any of axes, sizes or pads.
  func spend(onNumbers count: Int, ofOption name: String) throws(Problem) {
    guard count <= Self.mostNumbers else {
      throw Problem(
        "option '\(name)' has \(counted(count, "number")), expected at most \(Self.mostNumbers)")
    }
    try spend(8 * count, on: "options")
  }

  /// Charges a text that is an operator's option.
  /// - Throws: `Problem` also when it is longer than a name or an equation.
  func spend(onText count: Int, ofOption name: String) throws(Problem) {
    guard count <= Self.mostText else {
      throw Problem(
        "option '\(name)' has \(counted(count, "byte")), expected at most \(Self.mostText)")
    }
    try spend(Self.textCost * count, on: "options")
  }

  /// A text that is an operator's option.
  func option(_ string: tfl_string, named name: String) throws(Problem) -> String {
    try spend(onText: string.count, ofOption: name)
    let bytes = UnsafeRawBufferPointer(start: string.bytes, count: string.count)
    return printable(String(decoding: bytes, as: UTF8.self))
  }
}
