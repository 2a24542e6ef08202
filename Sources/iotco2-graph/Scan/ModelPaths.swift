import Documents
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files of a scan, one after the other: of folders and patterns the names of one folder at a
/// time are kept, in alphabetical order, and links to folders are not followed.
struct ModelPaths: Sequence, IteratorProtocol {
  /// What model files are called; a folder has other files too.
  static let suffixes = [".onnx", ".tflite", ".lite", ".tfl", ".ort", ".task", ".litertlm"]

  private enum Root {
    case path(String)
    case pattern(PathPattern)
    case list(LineReader)
  }

  /// A folder that is being read: its names that are still to come, the last first.
  private struct Folder {
    var path: String
    var depth: Int
    var names: [String]
  }

  private var roots: [Root]
  private var folders: [Folder] = []
  /// A folder that cannot be read: its error represents its contents.
  private var unreadable: String?
  private var pattern: PathPattern?
  private var list: LineReader?

  /// - Parameters:
  ///   - paths: Files, folders, and patterns.
  ///   - list: A file with a path on each line; `-` is standard input.
  /// - Throws: `CommandFailure` for a path that does not exist.
  init(_ paths: [String], list: String?) throws(CommandFailure) {
    roots = []
    for path in paths {
      // A file may be called like a pattern.
      if fileExists(path) {
        roots.append(.path(path))
      } else if let pattern = PathPattern(path) {
        roots.append(.pattern(pattern))
      } else {
        throw CommandFailure(code: .badInput, message: "\(path): no such file or folder")
      }
    }
    if let list { roots.append(.list(try LineReader(list))) }
    roots.reverse()
  }

  /// The model files of folders and patterns, and other paths as they are: what reads them reports them.
  /// - Throws: `Problem` for a folder or pattern without model files.
  static func all(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      guard isFolder(path) || !fileExists(path) && PathPattern(path) != nil else { return [path] }
      let found = Array(try ModelPaths([path], list: nil))
      guard !found.isEmpty else { throw Problem("no model files found", at: path) }
      return found
    }
  }

  mutating func next() -> String? {
    while true {
      if let path = nextInFolders() { return path }
      if var path = list?.next() {
        // Lists may come from systems that end lines with two characters.
        if path.unicodeScalars.last == "\r" { path.unicodeScalars.removeLast() }
        if !path.isEmpty { return path }
        continue
      }
      list = nil
      guard let root = roots.popLast() else { return nil }
      pattern = nil
      switch root {
      case .list(let reader): list = reader
      case .pattern(let found):
        pattern = found
        open(found.base, depth: 1)
      case .path(let path):
        guard Self.kind(of: path, followingLinks: true) == S_IFDIR else { return path }
        open(path, depth: 1)
      }
    }
  }

  private mutating func nextInFolders() -> String? {
    if let path = unreadable {
      unreadable = nil
      return path
    }
    while let folder = folders.last {
      guard let name = folders[folders.count - 1].names.popLast() else {
        folders.removeLast()
        continue
      }
      let path = folder.path == "." ? name : folder.path + (folder.path == "/" ? "" : "/") + name
      if Self.kind(of: path, followingLinks: false) == S_IFDIR {
        if pattern?.depth.map({ folder.depth < $0 }) ?? true { open(path, depth: folder.depth + 1) }
        if unreadable != nil { return nextInFolders() }
      } else if isWanted(path, name: name) {
        return path
      }
    }
    return nil
  }

  private func isWanted(_ path: String, name: String) -> Bool {
    // A pipe or a device that lies in a folder may never end; a link to nothing is a line with its
    // error.
    guard [S_IFREG, nil].contains(Self.kind(of: path, followingLinks: true)) else { return false }
    guard let pattern else { return Self.suffixes.contains { name.lowercased().hasSuffix($0) } }
    let base = pattern.base == "." ? 0 : pattern.base.split(separator: "/").count
    return pattern.matches(path.split(separator: "/").dropFirst(base).map(String.init))
  }

  private mutating func open(_ path: String, depth: Int) {
    guard let names = Self.names(in: path) else {
      unreadable = path
      return
    }
    folders.append(Folder(path: path, depth: depth, names: names.sorted(by: >)))
  }

  /// What a folder contains; nil when it cannot be read.
  private static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    // Only the error's number tells the end from an error.
    errno = 0
    while let entry = readdir(stream) {
      // The name's type is of a fixed length, which names exceed on some file systems.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let start = UnsafeRawPointer(entry).advanced(by: offset)
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    return errno == 0 ? names : nil
  }

  /// What sort of file is at a path; nil when there is none.
  static func kind(of path: String, followingLinks: Bool) -> mode_t? {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }
}

/// The lines of a file, one at a time.
final class LineReader {
  private let stream: UnsafeMutablePointer<FILE>
  private var buffer: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  /// - Parameter path: The file; `-` is standard input.
  init(_ path: String) throws(CommandFailure) {
    guard let stream = path == "-" ? fdopen(STDIN_FILENO, "r") : fopen(path, "re") else {
      throw CommandFailure(
        code: .badInput, message: "\(path): cannot be read: \(String(cString: strerror(errno)))")
    }
    self.stream = stream
  }

  deinit {
    free(buffer)
    fclose(stream)
  }

  /// The next line without its end; nil behind the last.
  func next() -> String? { nextWithEnd()?.line }

  /// The same, with whether the line has an end.
  func nextWithEnd() -> (line: String, isWhole: Bool)? {
    let count = getline(&buffer, &capacity, stream)
    guard count > 0, let buffer else { return nil }
    var line = UnsafeRawBufferPointer(start: buffer, count: count)[...]
    let isWhole = line.last == UInt8(ascii: "\n")
    if isWhole { line = line.dropLast() }
    return (String(decoding: line, as: UTF8.self), isWhole)
  }
}
