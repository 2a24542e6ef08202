import Documents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines of an interrupted scan.
struct FinishedScan {
  /// Two hashes of each path that has its line.
  ///
  /// A path by chance hashed like another would be left out, which with 128 bits does not happen, and
  /// a million paths take 32 MB.
  private var paths: Set<UInt128> = []
  private(set) var count = 0
  /// The first line of a file that was analysed, with its path.
  private(set) var example: (path: String, line: String)?

  private struct Line: Decodable {
    struct Model: Decodable { var path: String }
    struct Failure: Decodable { var message: String }

    var model: Model
    var error: Failure?
  }

  /// How lines begin: their keys are sorted.
  private static let starts = ["{\"coverage\":", "{\"error\":"]

  /// Reads a scan's file and cuts off a last line that was not written to its end.
  /// - Throws: `CommandFailure` when a line is not one of a scan.
  init(_ path: String) throws(CommandFailure) {
    guard fileExists(path) else { return }
    let reader = try LineReader(path)
    var length = 0
    while let (line, isWhole) = reader.nextWithEnd() {
      guard isWhole else {
        // Whatever else a user named by mistake is not to be cut.
        guard Self.starts.contains(where: { line.hasPrefix($0) || $0.hasPrefix(line) }) else {
          throw Self.wrongLine(path, count + 1)
        }
        try Self.cut(path, at: length)
        break
      }
      length += line.utf8.count + 1
      count += 1
      guard let found = JSONText(Array(line.utf8))?.decoded(as: Line.self) else {
        throw Self.wrongLine(path, count)
      }
      if example == nil, found.error == nil { example = (found.model.path, line) }
      paths.insert(Self.hash(found.model.path))
    }
  }

  func contains(_ path: String) -> Bool { paths.contains(Self.hash(path)) }

  private static func wrongLine(_ path: String, _ line: Int) -> CommandFailure {
    CommandFailure(
      code: .badInput, message: "\(path): line \(line) is not one of a scan in NDJSON")
  }

  /// By bytes: names that look alike are different files.
  private static func hash(_ path: String) -> UInt128 {
    let bytes = Array(path.utf8)
    var parts: [UInt128] = []
    for half in 0..<2 {
      var hasher = Hasher()
      hasher.combine(half)
      hasher.combine(bytes)
      parts.append(UInt128(UInt64(bitPattern: Int64(hasher.finalize()))))
    }
    return parts[0] << 64 | parts[1]
  }

  private static func cut(_ path: String, at length: Int) throws(CommandFailure) {
    guard truncate(path, off_t(length)) == 0 else { throw Output.failure(path) }
  }
}
