import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes each line with one call, so that one who reads along, or ends the scan, finds whole lines.
///
/// A file is locked, since the lines of two scans would stand in it twice.
final class LineWriter {
  private enum Place {
    case standardOutput
    /// A file whose contents are replaced.
    case file(String)
    /// A file whose lines are kept.
    case resumed(String)
  }

  private let place: Place
  private let header: String?
  private var descriptor: Int32?

  /// - Parameter path: Nil for standard output. A file is opened for the first line: what fails before leaves it as it
  ///   was.
  init(_ path: String?, header: String?) {
    place = path.map { .file($0) } ?? .standardOutput
    self.header = header
  }

  /// Appends to a file, which is this scan's alone from now on if it exists.
  /// - Throws: `CommandFailure` when it is no file, or another scan writes to it.
  init(resuming path: String) throws(CommandFailure) {
    place = .resumed(path)
    header = nil
    guard let kind = ModelPaths.kind(of: path, followingLinks: true) else { return }
    guard kind == S_IFREG else {
      throw CommandFailure(code: .badInput, message: "\(path): cannot be resumed: not a file")
    }
    descriptor = try Self.locked(path)
  }

  deinit {
    if case .standardOutput = place { return }
    if let descriptor { close(descriptor) }
  }

  func write(_ line: String) throws(CommandFailure) {
    var text = line
    if descriptor == nil {
      descriptor = try opened()
      text = (header ?? "") + line
    }
    guard let descriptor, Output.writeWhole(text, to: descriptor) else {
      throw Output.failure(path ?? "standard output")
    }
  }

  private var path: String? {
    switch place {
    case .standardOutput: nil
    case .file(let path), .resumed(let path): path
    }
  }

  private func opened() throws(CommandFailure) -> Int32 {
    guard let path else { return STDOUT_FILENO }
    let descriptor = try Self.locked(path)
    switch place {
    case .resumed where lseek(descriptor, 0, SEEK_END) > 0:
      // It was not there when this scan looked for lines in it.
      close(descriptor)
      throw Self.taken(path)
    case .file where ModelPaths.kind(of: path, followingLinks: true) == S_IFREG:
      guard ftruncate(descriptor, 0) == 0 else { throw Output.failure(path) }
    default: break
    }
    return descriptor
  }

  private static func locked(_ path: String) throws(CommandFailure) -> Int32 {
    try Output.refuseModels(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0o666)
    guard descriptor >= 0 else { throw Output.failure(path) }
    // Devices are for all, and some file systems have no locks.
    if ModelPaths.kind(of: path, followingLinks: true) == S_IFREG,
      flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK
    {
      close(descriptor)
      throw taken(path)
    }
    return descriptor
  }

  private static func taken(_ path: String) -> CommandFailure {
    CommandFailure(code: .badInput, message: "\(path): another scan writes to it")
  }
}
