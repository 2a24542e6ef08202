import Documents
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes results to standard output or, whole or not at all, to a file.
enum Output {
  /// The path that stands for standard output.
  static let standard = "-"

  /// - Throws: `CommandFailure` that names what cannot be written.
  static func write(_ text: String, to path: String?) throws {
    try write(to: path) { try text.write(to: $0) }
  }

  /// Writes what comes in pieces.
  static func write(to path: String?, _ body: (@escaping ByteSink) throws -> Void) throws {
    let destination = Destination(path)
    do {
      try body { try destination.write($0) }
      try destination.finish()
    } catch {
      destination.discard()
      throw error
    }
  }

  /// Where results go.
  ///
  /// It is opened for the first piece, so that what fails before leaves it as it was.
  private final class Destination {
    private let path: String?
    private var descriptor: Int32?
    /// The new file, and the one that it takes the place of.
    private var replacement: (temporary: String, target: String)?

    /// - Parameter path: Nil for standard output.
    init(_ path: String?) { self.path = path == Output.standard ? nil : path }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
      guard Output.writeAll(bytes, to: try opened()) else { throw failure }
    }

    private func opened() throws(CommandFailure) -> Int32 {
      if let descriptor { return descriptor }
      guard let path else {
        descriptor = STDOUT_FILENO
        return STDOUT_FILENO
      }
      try refuseModels(path)
      let target = try resolved(path)
      // A device or a pipe is written to, not replaced.
      let temporary = target.isReplaceable ? "\(target.path).\(getpid()).part" : nil
      let opened =
        temporary.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        ?? open(path, O_WRONLY | O_CLOEXEC)
      guard opened >= 0 else { throw failure }
      replacement = temporary.map { ($0, target.path) }
      descriptor = opened
      return opened
    }

    /// Puts the whole result in its place.
    func finish() throws(CommandFailure) {
      let opened = try opened()
      guard path != nil else { return }
      descriptor = nil
      guard close(opened) == 0 else { throw failure }
      guard let replacement else { return }
      guard rename(replacement.temporary, replacement.target) == 0 else { throw failure }
      self.replacement = nil
    }

    /// Leaves the file as it was.
    func discard() {
      if path != nil, let descriptor { close(descriptor) }
      descriptor = nil
      if let replacement { unlink(replacement.temporary) }
      replacement = nil
    }

    private var failure: CommandFailure { Output.failure(path ?? "standard output") }
  }

  /// Refuses a path that is called like a model, which a report would be written over.
  static func refuseModels(_ path: String) throws(CommandFailure) {
    if let suffix = ModelPaths.suffixes.first(where: path.lowercased().hasSuffix) {
      throw CommandFailure(
        code: .badInput,
        message: "\(path): refusing to overwrite a model file ('\(suffix)')")
    }
  }

  /// Where a path leads, and whether what is there may be replaced by a new file.
  private static func resolved(
    _ path: String
  ) throws(CommandFailure) -> (path: String, isReplaceable: Bool) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, true) }
    guard status.st_mode & S_IFMT == S_IFREG else { return (path, false) }
    guard let real = realpath(path, nil) else { throw failure(path) }
    defer { free(real) }
    return (String(cString: real), true)
  }

  static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// The same, but what a full disk took of the text is taken back, if it went to a file.
  static func writeWhole(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 {
      let count = countWritten(of: UnsafeRawBufferPointer($0), to: descriptor)
      guard count < $0.count else { return true }
      let reason = errno
      let end = lseek(descriptor, 0, SEEK_CUR)
      if count > 0, end >= count { ftruncate(descriptor, end - off_t(count)) }
      errno = reason
      return false
    }
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    countWritten(of: bytes, to: descriptor) == bytes.count
  }

  /// Fewer than there are when the system takes no more.
  private static func countWritten(
    of bytes: UnsafeRawBufferPointer, to descriptor: Int32
  ) -> Int {
    var start = 0
    while start < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      let count = systemWrite(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      start += count
    }
    return start
  }

  private static func systemWrite(
    _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int
  ) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes, count)
    #else
      Darwin.write(descriptor, bytes, count)
    #endif
  }

  /// The path of a file that is not there yet.
  /// - Throws: `Problem` that names the option for another one.
  static func newFile(_ path: String) throws(Problem) -> String {
    guard path == standard || !fileExists(path) else {
      throw Problem("\(path): exists already", expected: "--output with the name of a new file")
    }
    return path
  }

  /// Writes a model file that is not there yet.
  /// - Throws: `CommandFailure` that names the file.
  static func writeNewModel(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    guard close(descriptor) == 0, isWritten else {
      unlink(path)
      throw failure(path)
    }
  }

  /// The failure of the last system call to write.
  static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      code: .environment,
      message: "\(path): cannot be written: \(String(cString: strerror(errno)))")
  }
}
