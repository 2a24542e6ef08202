#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What changes with the contents of a file: its length and the time of its last change.
package struct FileStamp: Equatable, Sendable {
  private struct Identity: Equatable {
    var device: UInt64
    var number: UInt64
  }

  private var identity: Identity
  private var length: Int64
  private var seconds: Int64
  private var nanoseconds: Int64

  init(_ status: stat) {
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    identity = Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
    length = Int64(status.st_size)
    seconds = Int64(time.tv_sec)
    nanoseconds = Int64(time.tv_nsec)
  }

  /// That of the regular file behind a path; nil where there is none.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  /// Whether the file at a path has changed since.
  ///
  /// Another file that took its place has not changed what was opened.
  package func isStale(at path: String) -> Bool {
    guard let now = FileStamp(path: path), now.identity == identity else { return false }
    return now != self
  }
}
