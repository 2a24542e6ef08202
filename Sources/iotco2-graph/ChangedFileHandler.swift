import GraphImport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Turns the signal that ends a process when a model file is changed under it into an error.
///
/// The signal comes from a thread that reads the file, and so never from within the allocator or while a lock is held:
/// the handler may use both.
enum ChangedFileHandler {
  /// A part of the file that is gone, or a number out of it that leads astray or into a trap.
  private static let signals = [SIGBUS, SIGSEGV, SIGILL, SIGTRAP]

  static func install() {
    for number in signals {
      signal(number) { number in
        if let path = MappedFiles.changed() {
          printError("\(path): was changed while it was read")
          _exit(CommandFailure.Code.badInput.rawValue)
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  static func remove() { for number in signals { signal(number, SIG_DFL) } }
}
