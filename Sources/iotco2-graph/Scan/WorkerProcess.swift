import Documents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a worker may take for one request.
struct WorkerLimits: Sendable {
  var seconds: Double
  var bytes: Double
}

/// Why a worker did not answer.
enum WorkerEnd: Error, Equatable {
  case exited(code: Int32)
  case signal(Int32)
  case tooSlow
  case tooLarge
}

/// A process that answers one request at a time.
///
/// A request at which it crashes, or for which it takes too long or too much memory, ends this process only.
final class WorkerProcess {
  /// Where the process finds its end of the channel.
  static let descriptor: Int32 = 3

  /// How often time and memory are looked at.
  ///
  /// An analysis is mostly done before the first look.
  private static let milliseconds: Int32 = 20

  private let process: pid_t
  private let channel: Channel
  private var isReady = false
  private var isReaped = false
  /// It may hang where no signal reaches it, as in a file system of a network that is gone.
  private var mayHang = false
  /// The most memory that it was seen to have.
  private(set) var peakBytes = 0.0

  /// Starts a process that sends an empty message when it is ready.
  /// - Throws: `CommandFailure` when the system has no more processes or descriptors.
  init(_ executable: String, _ arguments: [String]) throws(CommandFailure) {
    guard let (own, other) = Channel.pair() else { throw Self.failure(errno) }
    defer { other.shut() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, other.descriptor, Self.descriptor)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // In a group of its own, a terminal's Ctrl-C ends the scan first, and no file is blamed for it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    let words = arguments.map { (word: String) in strdup(word) }
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, executable, &actions, &attributes, words + [nil], environ)
    guard code == 0 else {
      own.shut()
      throw Self.failure(code)
    }
    self.process = process
    channel = own
  }

  private static func failure(_ code: Int32) -> CommandFailure {
    CommandFailure(
      code: .environment,
      message: "the system cannot start a process: \(String(cString: strerror(code)))")
  }

  deinit {
    channel.shut()
    guard !isReaped else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, mayHang ? WNOHANG : 0)
  }

  /// What the process answers, or why it ended; it is of no use then.
  /// - Throws: `CommandFailure` when the process ended before it was ready, which no request causes.
  func answer(
    _ request: [UInt8], within limits: WorkerLimits
  ) throws(CommandFailure) -> Result<[UInt8], WorkerEnd> {
    if !isReady {
      if case .failure(let end) = receive(within: limits) {
        throw CommandFailure(
          code: .environment, message: "a process of the scan did not start: it \(end.fact)")
      }
      isReady = true
    }
    guard channel.send(request) else { return .failure(reaped()) }
    return receive(within: limits)
  }

  /// Whether the process has not ended.
  var isRunning: Bool { !channel.isHungUp(within: 0) }

  private func receive(within limits: WorkerLimits) -> Result<[UInt8], WorkerEnd> {
    let start = monotonicSeconds()
    var broken: WorkerEnd?
    let answer = channel.receive(askingEvery: Self.milliseconds) {
      if let bytes = privateBytes { peakBytes = max(peakBytes, bytes) }
      if peakBytes > limits.bytes { broken = .tooLarge }
      if monotonicSeconds() - start > limits.seconds { broken = .tooSlow }
      return broken == nil
    }
    if let answer { return .success(answer) }
    mayHang = broken != nil
    return .failure(broken ?? reaped())
  }

  /// How the process, which has closed its end, ended.
  private func reaped() -> WorkerEnd {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    isReaped = true
    // As the macros of <sys/wait.h> have it.
    let signal = status & 0x7f
    return signal == 0 ? .exited(code: status >> 8 & 0xff) : .signal(signal)
  }

  /// Memory of the process without pages of mapped files, which cost nothing to give up; nil where
  /// the system does not tell.
  private var privateBytes: Double? {
    guard let text = firstBytes(of: "/proc/\(process)/statm", atMost: 256) else { return nil }
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ").map { Int($0) ?? 0 }
    guard pages.count > 2 else { return nil }
    return Double(pages[1] - pages[2]) * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}

extension WorkerEnd {
  /// What the process did, as the predicate of a sentence.
  var fact: String {
    switch self {
    case .exited(let code): "ended with exit code \(code)"
    case .signal(SIGKILL): "was killed (signal \(SIGKILL)), perhaps for lack of memory"
    case .signal(let number):
      "crashed with signal \(number) (\(strsignal(number).map { String(cString: $0) } ?? "unknown"))"
    case .tooSlow: "took too long"
    case .tooLarge: "took too much memory"
    }
  }
}
