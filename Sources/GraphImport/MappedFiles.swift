import Synchronization

/// The model files that are mapped into memory.
///
/// Bytes of a map change with the file, and are gone when it is cut short. What was checked before holds no longer, and
/// the process may end with a signal. A handler of that signal asks here whether this was the cause.
package enum MappedFiles {
  private struct File {
    var path: String
    var stamp: FileStamp
  }

  /// By the address of the map.
  private static let files = Mutex<[Int: File]>([:])

  static func add(_ map: UnsafeRawBufferPointer, path: String, stamp: FileStamp) {
    files.withLock { $0[Int(bitPattern: map.baseAddress)] = File(path: path, stamp: stamp) }
  }

  static func remove(_ map: UnsafeRawBufferPointer) {
    files.withLock { $0[Int(bitPattern: map.baseAddress)] = nil }
  }

  /// The path of a file that has changed since it was mapped; nil when none has.
  package static func changed() -> String? {
    files.withLock { files in files.values.first { $0.stamp.isStale(at: $0.path) }?.path }
  }
}
