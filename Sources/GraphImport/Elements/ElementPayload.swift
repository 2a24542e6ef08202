import Quantities
import OpGraph

/// Hands on the bytes of one tensor and counts them.
struct ElementPayload {
  /// Bytes that the shape takes; nil where the elements are packed in another way.
  private let expected: Int?
  /// Bytes of an element; 1 for those that share a byte.
  private let width: Int
  private var count = 0

  init(_ type: TensorType) {
    expected = type.sparsity == nil ? type.elementBytes.fixedValue : nil
    width = max(1, (type.elementType.bits ?? 8) / 8)
  }

  /// - Throws: `Problem` when there were fewer or more bytes than the shape takes.
  func checkLength() throws(Problem) {
    guard let expected, expected != count else { return }
    throw Problem(
      "\(counted(count, "byte")) of elements", expected: "\(expected), as its shape takes")
  }

  // MARK: Bytes as they are

  /// A part of the model file.
  mutating func read(
    _ range: Range<Int>, of file: ModelFile, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) {
    guard range.lowerBound >= 0, range.upperBound <= file.bytes.count else {
      throw Problem(
        "elements at \(range.lowerBound) to \(range.upperBound)",
        expected: "a place in the file's \(counted(file.bytes.count, "byte"))")
    }
    file.forPieces(of: range, bytes: FileElements.pieceBytes, take)
    count += range.count
  }

  /// A part of another file in the model's folder.
  mutating func read(
    _ location: String, at offset: Int, in folder: String,
    _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) {
    guard !ONNXExternalData.isLinkedOutside(folder, location) else {
      throw Problem("'\(location)' is a link", expected: "a file in the model's folder")
    }
    guard let expected else { return }
    var place = offset
    let (end, overflow) = offset.addingReportingOverflow(expected)
    guard !overflow else { throw Problem("an offset of \(offset)", expected: "a place in a file") }
    while place < end {
      let size = min(FileElements.pieceBytes, end - place)
      guard let piece = bytes(at: place, count: size, of: folder + location) else {
        let length = fileSize(at: folder + location)
        throw Problem(
          length.map { "'\(location)' has \(counted($0, "byte"))" }
            ?? "'\(location)' is missing or no regular file",
          expected: "\(counted(expected, "byte")) at \(offset)")
      }
      piece.withUnsafeBytes(take)
      place += size
    }
    count += expected
  }

  // MARK: Lists of ONNX

  /// The fields of an ONNX tensor: its bytes, or a list of numbers.
  mutating func readMessage(
    _ range: Range<Int>, of file: ModelFile, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) {
    for field in try ONNXWire.payloads(of: range, in: file) {
      switch field.kind {
      case .bytes: try read(field.content, of: file, take)
      case .numbers: try readNumbers(field.content, of: file, take)
      }
    }
  }

  /// Numbers of variable length, each made as wide as an element.
  private mutating func readNumbers(
    _ range: Range<Int>, of file: ModelFile, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    var elements: [UInt8] = []
    elements.reserveCapacity(width * min(range.count, FileElements.pieceBytes / 8))
    let width = width
    func hand() {
      elements.withUnsafeBytes(take)
      count += elements.count
      elements.removeAll(keepingCapacity: true)
    }
    file.forPieces(of: range, bytes: FileElements.pieceBytes / 8) { piece in
      for byte in piece {
        if shift < 64 { number |= UInt64(byte & 0x7f) << shift }
        shift += 7
        guard byte < 0x80 else { continue }
        for place in 0..<UInt64(width) {
          elements.append(UInt8(truncatingIfNeeded: number >> (8 * place)))
        }
        (number, shift) = (0, 0)
      }
      hand()
    }
    guard shift == 0 else { throw Problem("a number of its elements ends in the middle") }
  }
}
