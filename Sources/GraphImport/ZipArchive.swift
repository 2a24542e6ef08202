import Quantities

internal import CZlib

/// The directory of a ZIP archive (PKWARE's APPNOTE 6.3.10) in the bytes of a file.
///
/// TFLite files carry one behind the model, and bundles of models are one.
struct ZipArchive {
  struct Member: Hashable {
    var name: String
    /// Size when unpacked.
    var bytes: Int
    fileprivate var packedBytes: Int
    fileprivate var header: Int
    fileprivate var method: UInt16
    var isStored: Bool { method == 0 }
  }

  /// More than any bundle of models holds.
  private static let maximumMembers = 4096
  /// What an unpacked member may have beyond three times the archive's size.
  private static let baseBytes = 32 << 20

  let bytes: UnsafeRawBufferPointer
  let members: [Member]

  /// MediaPipe aligns members, the first one too, with zeros in front of it.
  private static let mostPadding = 8

  static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(mostPadding).prefix { $0 == 0 }.count
    return bytes[start...].starts(with: [0x50, 0x4b, 0x03, 0x04])
  }

  /// Reads the directory at the end of the bytes; nil when there is none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    // The end record has 22 bytes and a comment of at most 64 KiB.
    guard bytes.count >= 22 else { return nil }
    let lowest = max(0, bytes.count - 22 - 0xffff)
    guard
      let end = stride(from: bytes.count - 22, through: lowest, by: -1).first(where: {
        Self.number(bytes, $0, UInt32.self) == 0x0605_4b50
      }), let count = Self.number(bytes, end + 10, UInt16.self),
      let size = Self.number(bytes, end + 12, UInt32.self),
      let stated = Self.number(bytes, end + 16, UInt32.self), count <= Self.maximumMembers,
      size <= end
    else { return nil }
    // Behind a model, places are counted from the model's start or from the archive's.
    var place = end - size
    let shift = place - stated
    guard shift >= 0 else { return nil }
    var members: [Member] = []
    for _ in 0..<count {
      guard Self.number(bytes, place, UInt32.self) == 0x0201_4b50,
        let method = Self.number(bytes, place + 10, UInt16.self),
        let packed = Self.number(bytes, place + 20, UInt32.self),
        let unpacked = Self.number(bytes, place + 24, UInt32.self),
        let nameLength = Self.number(bytes, place + 28, UInt16.self),
        let extraLength = Self.number(bytes, place + 30, UInt16.self),
        let commentLength = Self.number(bytes, place + 32, UInt16.self),
        let header = Self.number(bytes, place + 42, UInt32.self),
        place + 46 + nameLength <= end
      else { return nil }
      let name = UnsafeRawBufferPointer(rebasing: bytes[place + 46..<place + 46 + nameLength])
      members.append(
        Member(
          name: printable(String(decoding: name, as: UTF8.self)), bytes: unpacked,
          packedBytes: packed, header: header + shift, method: UInt16(method)))
      place += 46 + nameLength + extraLength + commentLength
    }
    self.members = members
  }

  /// A member's bytes: a part of the archive's own, or unpacked into memory that the caller frees.
  enum Contents {
    case part(Range<Int>)
    case unpacked(UnsafeRawBufferPointer)
  }

  func contents(of member: Member) throws(Problem) -> Contents {
    let header = member.header
    guard Self.number(bytes, header, UInt32.self) == 0x0403_4b50,
      let nameLength = Self.number(bytes, header + 26, UInt16.self),
      let extraLength = Self.number(bytes, header + 28, UInt16.self)
    else { throw damaged(member) }
    let start = header + 30 + nameLength + extraLength
    let (end, overflow) = start.addingReportingOverflow(member.packedBytes)
    guard !overflow, end <= bytes.count else { throw damaged(member) }
    switch member.method {
    case 0:
      guard member.bytes == member.packedBytes, !(start..<end).isEmpty else {
        throw damaged(member)
      }
      return .part(start..<end)
    case 8: return .unpacked(try inflated(member, start..<end))
    case let other:
      throw Problem(
        place: "member '\(member.name)'",
        "is packed with method \(other), expected 0 (stored) or 8 (deflate)")
    }
  }

  private func damaged(_ member: Member) -> Problem {
    Problem(
      place: "member '\(member.name)'", "does not lie in the archive where its directory says")
  }

  private func inflated(
    _ member: Member, _ range: Range<Int>
  ) throws(Problem) -> UnsafeRawBufferPointer {
    let limit = Self.baseBytes + 3 * bytes.count
    guard member.bytes > 0, member.bytes <= limit else {
      throw Problem(
        place: "member '\(member.name)'",
        "unpacks to \(member.bytes) bytes, expected 1 to \(limit) from an archive of this size")
    }
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: member.bytes, alignment: 16)
    var stream = z_stream()
    stream.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        .advanced(by: range.lowerBound))
    stream.avail_in = UInt32(range.count)
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(output.count)
    // Negative window bits: deflate data without a zlib header.
    var status = inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status == Z_OK {
      status = inflate(&stream, Z_FINISH)
      inflateEnd(&stream)
    }
    guard status == Z_STREAM_END, stream.avail_out == 0 else {
      output.deallocate()
      throw Problem(
        place: "member '\(member.name)'", "cannot be unpacked to its \(member.bytes) bytes")
    }
    return UnsafeRawBufferPointer(output)
  }

  private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ place: Int, _: Number.Type
  ) -> Int? {
    guard place >= 0, place <= bytes.count - MemoryLayout<Number>.size else { return nil }
    return Int(Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self)))
  }
}
