import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a model file: a memory map of a large file, or the contents of a small one or of a stream.
///
/// A map reads only the pages that are touched, so weights stay on disk. A file that another process changes while it
/// is read is an error (`unchanged`). If the change ends this process first, `MappedFiles` tells a handler of the signal.
///
/// Nothing changes the bytes, so threads may share it.
final class ModelFile: @unchecked Sendable {
  /// A stream is held in memory as a whole; a larger model must come as a file.
  static let maximumStreamBytes = 1 << 30

  /// A file up to this size is copied, which takes no longer than to map it, and nobody can change the copy.
  static let maximumCopiedBytes = 1 << 20

  /// Who owns the bytes.
  private enum Storage {
    case map(path: String, FileStamp)
    case memory
    case part(of: ModelFile)
  }

  let bytes: UnsafeRawBufferPointer
  private let storage: Storage

  /// Opens a path; `-` is standard input.
  init(path: String) throws(Problem) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem("cannot be opened: \(Self.systemError())") }
    defer { if path != "-" { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Problem("cannot be read: \(Self.systemError())")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw Problem("is a directory, expected a model file")
    case S_IFREG:
      guard status.st_size > 0 else { throw Problem("is empty, expected a model") }
      let stamp = FileStamp(status)
      if status.st_size <= Self.maximumCopiedBytes {
        bytes = try Self.copy(descriptor, count: Int(status.st_size))
        storage = .memory
        guard fstat(descriptor, &status) == 0, FileStamp(status) == stamp else {
          throw Self.changed
        }
      } else {
        let name = path == "-" ? "/dev/stdin" : path
        bytes = try Self.map(descriptor, count: Int(status.st_size))
        storage = .map(path: name, stamp)
        MappedFiles.add(bytes, path: name, stamp: stamp)
      }
    default:
      bytes = try Self.readAll(descriptor)
      storage = .memory
    }
  }

  /// A copy of bytes in memory.
  init(copying bytes: UnsafeRawBufferPointer) throws(Problem) {
    guard !bytes.isEmpty else { throw Problem("is empty, expected a model") }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    memory.copyMemory(from: bytes)
    self.bytes = UnsafeRawBufferPointer(memory)
    storage = .memory
  }

  /// A member of an archive that another file is.
  init(_ member: ZipArchive.Member, of archive: ZipArchive, in file: ModelFile) throws(Problem) {
    switch try archive.contents(of: member) {
    case .part(let range):
      bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      storage = .part(of: file)
    case .unpacked(let memory):
      bytes = memory
      storage = .memory
    }
  }

  /// A part of another file.
  init(_ range: Range<Int>, of file: ModelFile) {
    bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    storage = .part(of: file)
  }

  deinit {
    switch storage {
    case .map:
      MappedFiles.remove(bytes)
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    case .memory: bytes.deallocate()
    case .part: break
    }
  }

  /// What is read of the file, if it stays as it was when it was opened.
  /// - Throws: `Problem` that the file was changed, which explains any other, or what the body throws.
  func unchanged<Value>(_ body: () throws(Problem) -> Value) throws(Problem) -> Value {
    let result = Result { () throws(Problem) in try body() }
    guard !isStale else { throw Self.changed }
    return try result.get()
  }

  private var isStale: Bool {
    switch storage {
    case .map(let path, let stamp): stamp.isStale(at: path)
    case .memory: false
    case .part(let file): file.isStale
    }
  }

  private static let changed = Problem("was changed while it was read")

  /// Gives up the memory of the bytes before a place, which must not be needed again.
  ///
  /// A page cache of large pages maps megabytes around every byte that is touched, so tags that
  /// are spread between weights would otherwise hold a large part of the file in memory.
  func release(before place: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard case .map = storage, place >= page else { return }
    madvise(
      UnsafeMutableRawPointer(mutating: bytes.baseAddress), place / page * page,
      Int32(MADV_DONTNEED))
  }

  /// Hands on a part in pieces of some bytes, whose memory is given up after each.
  func forPieces(of range: Range<Int>, bytes size: Int, _ take: (UnsafeRawBufferPointer) -> Void) {
    var place = range.lowerBound
    while place < range.upperBound {
      let piece = UnsafeRawBufferPointer(
        rebasing: bytes[place..<min(range.upperBound, place + size)])
      advise(MADV_WILLNEED, about: piece)
      take(piece)
      advise(MADV_DONTNEED, about: piece)
      place += piece.count
    }
  }

  private var isMapped: Bool {
    switch storage {
    case .map: true
    case .memory: false
    case .part(let file): file.isMapped
    }
  }

  /// Tells the system about the pages of a part.
  private func advise(_ advice: Int32, about part: UnsafeRawBufferPointer) {
    guard isMapped, let start = part.baseAddress else { return }
    let before = Int(bitPattern: start) % Int(sysconf(Int32(_SC_PAGESIZE)))
    madvise(UnsafeMutableRawPointer(mutating: start - before), before + part.count, advice)
  }

  private static func map(
    _ descriptor: Int32, count: Int
  ) throws(Problem) -> UnsafeRawBufferPointer {
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw Problem("cannot be mapped: \(systemError())") }
    // Tags are far apart between weights: reading ahead would fetch the weights.
    madvise(start, count, Int32(MADV_RANDOM))
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  private static func copy(
    _ descriptor: Int32, count: Int
  ) throws(Problem) -> UnsafeRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    var start = 0
    while start < count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[start...])
      let step = pread(descriptor, rest.baseAddress, rest.count, off_t(start))
      if step < 0, errno == EINTR { continue }
      guard step > 0 else {
        let problem = step < 0 ? Problem("cannot be read: \(systemError())") : changed
        memory.deallocate()
        throw problem
      }
      start += step
    }
    return UnsafeRawBufferPointer(memory)
  }

  private static func readAll(_ descriptor: Int32) throws(Problem) -> UnsafeRawBufferPointer {
    var capacity = 1 << 16
    var count = 0
    var buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    var problem: String?
    while problem == nil {
      let step = read(descriptor, buffer + count, capacity - count)
      if step == 0 { break }
      if step < 0 {
        if errno == EINTR { continue }
        problem = "cannot be read: \(systemError())"
        break
      }
      count += step
      let read = UnsafeRawBufferPointer(start: buffer, count: count)
      if !ModelFormat.isPlausible(read) { problem = ModelFormat.objection(to: read) }
      guard count == capacity else { continue }
      guard capacity < maximumStreamBytes else {
        problem = "is longer than \(maximumStreamBytes) bytes, give it as a file"
        break
      }
      let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 16)
      larger.copyMemory(from: buffer, byteCount: count)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    }
    if problem == nil, count == 0 { problem = "is empty, expected a model" }
    if let problem {
      buffer.deallocate()
      throw Problem(problem)
    }
    return UnsafeRawBufferPointer(start: buffer, count: count)
  }

  private static func systemError() -> String { String(cString: strerror(errno)) }
}

/// The path without symbolic links; nil when nothing is there.
func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The size of a regular file without opening it; nil when there is none.
func fileSize(at path: String) -> Int? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}

/// Some bytes of a regular file; nil when it has fewer, or cannot be read.
func bytes(at offset: Int, count: Int, of path: String) -> [UInt8]? {
  guard offset >= 0, count >= 0, fileSize(at: path) != nil else { return nil }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: count)
  let read = bytes.withUnsafeMutableBytes {
    pread(descriptor, $0.baseAddress, count, off_t(offset))
  }
  return read == count ? bytes : nil
}
