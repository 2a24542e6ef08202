import Foundation

/// The lines of a scan that was ended before it was done.
struct FinishedScan {
  /// Two hashes of each path that has its line.
  ///
  /// A path by chance hashed like another would be left out, which with 128 bits does not happen, and
  /// a million paths take 32 MB.
  private var paths: Set<UInt128> = []
  private(set) var count = 0

  private struct Line: Decodable {
    struct Model: Decodable { var path: String }
    struct Device: Decodable { var name, stack: String }

    var model: Model
    var device: Device?
  }

  /// Reads a scan's file and cuts off a last line that was not written to its end.
  /// - Throws: `CommandFailure` when a line is not one of a scan, or is of another device.
  init(_ path: String, device: String?, stack: String?) throws(CommandFailure) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let reader = try LineReader(path)
    let decoder = JSONDecoder()
    var length = 0
    while let (line, isWhole) = reader.nextWithEnd() {
      guard isWhole else {
        try Self.cut(path, at: length)
        break
      }
      length += line.utf8.count + 1
      count += 1
      guard let found = try? decoder.decode(Line.self, from: Data(line.utf8)) else {
        throw CommandFailure(
          code: .badInput, message: "\(path): line \(count) is not one of a scan in NDJSON")
      }
      // A file with an error was on no device.
      if let other = found.device, other.name != device || other.stack != stack {
        throw CommandFailure(
          code: .badInput,
          message: "\(path): line \(count) is of \(other.name), \(other.stack); this scan is of "
            + (device.map { "\($0), \(stack ?? "")" } ?? "no device"))
      }
      paths.insert(Self.hash(found.model.path))
    }
  }

  func contains(_ path: String) -> Bool { paths.contains(Self.hash(path)) }

  private static func hash(_ path: String) -> UInt128 {
    var parts: [UInt128] = []
    for half in 0..<2 {
      var hasher = Hasher()
      hasher.combine(half)
      hasher.combine(path)
      parts.append(UInt128(UInt64(bitPattern: Int64(hasher.finalize()))))
    }
    return parts[0] << 64 | parts[1]
  }

  private static func cut(_ path: String, at length: Int) throws(CommandFailure) {
    guard truncate(path, off_t(length)) == 0 else {
      throw CommandFailure(
        code: .environment,
        message: "\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
