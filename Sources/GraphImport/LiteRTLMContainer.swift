internal import CFlatBuffers
import Quantities

/// The models in a container of LiteRT-LM: sections behind a header, uncompressed.
///
/// The file begins with `LITERTLM`, three numbers of a version, a gap, and the end of the header,
/// which starts at byte 32.
struct LiteRTLMContainer {
  struct Member {
    /// What the model is for, or else which section it is.
    var name: String
    var range: Range<Int>
  }

  private(set) var members: [Member] = []

  private static let headerStart = 32
  /// What a model costs besides its name.
  private static let memberCost = 64

  static func isContainer(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: "LITERTLM".utf8)
  }

  /// - Throws: `Problem` when the header, or the place of a model, is not within the file.
  init(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    guard bytes.count > Self.headerStart else {
      throw Problem(
        "is a LiteRT-LM container of \(counted(bytes.count, "byte")), expected a header")
    }
    let end = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    guard end > UInt64(Self.headerStart), end <= UInt64(bytes.count) else {
      throw Problem(
        "is a LiteRT-LM container whose header ends at byte \(end) of \(bytes.count)")
    }
    let header = UnsafeRawBufferPointer(rebasing: bytes[Self.headerStart..<Int(end)])
    guard let start = header.baseAddress,
      let handle = tfl_open_litertlm(start.assumingMemoryBound(to: UInt8.self), header.count)
    else { throw Problem("is a LiteRT-LM container with a damaged header") }
    let contents = FlatBufferContents(bytes: header.count)
    for index in 0..<tfl_count_litertlm(handle) {
      let section = tfl_read_litertlm(handle, index)
      guard section.is_tflite != 0 else { continue }
      try contents.spend(Self.memberCost, on: "sections")
      guard section.begin < section.end, section.end <= UInt64(bytes.count) else {
        throw Problem(
          place: "section \(index)",
          "bytes \(section.begin) to \(section.end) of the file, which has \(bytes.count)")
      }
      let name = try contents.text(section.model_type, of: "sections")
      members.append(
        Member(
          name: name.isEmpty ? "section \(index)" : name,
          range: Int(section.begin)..<Int(section.end)))
    }
  }
}
