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
  static func write(_ text: String, to path: String?) throws(CommandFailure) {
    guard let path else {
      guard writeAll(text, to: STDOUT_FILENO) else { throw failure("standard output") }
      return
    }
    try refuseModels(path)
    let target = try resolved(path)
    guard target.isReplaceable else {
      // A device or a pipe is written to, not replaced.
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path) }
      let isWritten = writeAll(text, to: descriptor)
      guard close(descriptor) == 0, isWritten else { throw failure(path) }
      return
    }
    let temporary = "\(target.path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = writeAll(text, to: descriptor)
    let isClosed = close(descriptor) == 0
    guard isWritten, isClosed, rename(temporary, target.path) == 0 else {
      let failure = failure(path)
      unlink(temporary)
      throw failure
    }
  }

  /// Refuses a path that is called like a model, which a report would be written over.
  static func refuseModels(_ path: String) throws(CommandFailure) {
    if let suffix = ModelPaths.suffixes.first(where: path.lowercased().hasSuffix) {
      throw CommandFailure(
        code: .badInput,
        message: "\(path): has the suffix of a model ('\(suffix)'), expected another name")
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
    return text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...])
        let count = systemWrite(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        start += count
      }
      return true
    }
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

  /// The failure of the last system call to write.
  static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      code: .environment,
      message: "\(path): cannot be written: \(String(cString: strerror(errno)))")
  }
}
