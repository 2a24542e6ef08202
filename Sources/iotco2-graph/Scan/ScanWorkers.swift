import GraphImport
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The processes of a scan, which analyse a file at a time.
///
/// Each is this command with the same arguments, so that it reads files with the same options.
struct ScanWorkers: Sendable {
  private let pool: WorkerPool
  private let report: ScanReport
  private let limits: WorkerLimits

  init(_ report: ScanReport, within limits: WorkerLimits) {
    self.report = report
    self.limits = limits
    let words = CommandLine.arguments.dropFirst(2)
    pool = WorkerPool(
      Self.executable, ["iotco2-graph", "scan", "--worker"] + words, within: limits)
  }

  /// The row of a file, whatever happens to the process that analyses it.
  func row(_ path: String) throws -> ScanRow {
    let stamp = FileStamp(path: path)
    switch try pool.answer(Array(path.utf8)) {
    case .success(let message):
      if let row = ScanRow(message: message) { return row }
      throw CommandFailure(code: .environment, message: "a process of the scan gave no row")
    case .failure(let end):
      let problem = Problem(fact(of: end, isStale: stamp?.isStale(at: path) ?? false), at: path)
      return try ScanRow(ScanResult(path, .failure(problem)), report)
    }
  }

  /// Ends the processes, none of which is at work.
  func end() { pool.end() }

  /// - Parameter isStale: Whether the file has changed, which explains a crash.
  private func fact(of end: WorkerEnd, isStale: Bool) -> String {
    switch end {
    case .tooSlow: "its analysis took more than \(shortest(limits.seconds)) s (--time-limit)"
    case .tooLarge:
      "its analysis took more than \(engineering(limits.bytes, unit: "B")) of memory (--memory-limit)"
    case .signal where isStale: "was changed while it was read"
    default: "its analysis \(end.fact)"
    }
  }

  /// Answers for as long as the scan asks.
  /// - Parameter row: Analyses the file at a path.
  static func serve(_ row: (String) throws -> ScanRow) throws {
    // The scan itself says why a process ended.
    ChangedFileHandler.remove()
    let channel = Channel(descriptor: WorkerProcess.descriptor)
    // A scan that is killed takes the file in work with it, even one that takes forever.
    detachThread {
      _ = channel.isHungUp(within: -1)
      _exit(0)
    }
    var answer: [UInt8] = []
    while channel.send(answer), let request = channel.receive() {
      answer = try row(String(decoding: request, as: UTF8.self)).message
    }
  }

  #if canImport(Darwin)
    private static var executable: String {
      var size = UInt32(PATH_MAX)
      var path = [CChar](repeating: 0, count: Int(size))
      return _NSGetExecutablePath(&path, &size) == 0 ? String(cString: path) : ""
    }
  #else
    /// Leads to the same program even when the file was replaced by a newer one.
    private static let executable = "/proc/self/exe"
  #endif
}
