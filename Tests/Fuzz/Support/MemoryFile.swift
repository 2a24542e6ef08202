#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file without a name, through which each input goes to the loaders that commands use.
///
/// It is made once and written over for every input, since a fuzzer has thousands of them a second.
package struct MemoryFile: Sendable {
  private let descriptor: CInt
  /// Opens the file anew.
  package let path: String

  package init() {
    var name = Array("/dev/shm/fuzz-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    precondition(descriptor >= 0 && unlink(name) == 0, "no file can be made in /dev/shm")
    path = "/proc/self/fd/\(descriptor)"
  }

  /// Replaces its contents.
  package func write(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    precondition(
      ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes.baseAddress, count, 0) == count,
      "the file in /dev/shm cannot be written")
  }
}
