import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far a scan is, and on the last line of a terminal how long it will take.
struct ScanProgress {
  /// Files of the scan; nil while that is not known, as of standard input.
  private let total: Int?
  private let isShown: Bool
  private let start = monotonicSeconds()
  private var lastShown = -Double.infinity
  private(set) var done = 0
  private(set) var failed = 0

  /// - Parameter total: Counts the files, which takes a walk through all folders.
  init(isQuiet: Bool, total: () -> Int?) {
    isShown = !isQuiet && Terminal.isInteractive
    self.total = isShown ? total() : nil
  }

  mutating func add(_ row: ScanRow) {
    done += 1
    if row.isFailed { failed += 1 }
    // Five times a second is as often as anyone reads.
    let now = monotonicSeconds()
    guard isShown, now - lastShown > 0.2 else { return }
    lastShown = now
    Terminal.standardError("\r\u{1B}[K\(text)")
  }

  /// Takes the line away.
  func end() { if isShown { Terminal.standardError("\r\u{1B}[K") } }

  private var text: String {
    let seconds = monotonicSeconds() - start
    let rate = seconds > 0 ? Double(done) / seconds : 0
    var text = total.map { "\(done) of \(counted($0, "file"))" } ?? counted(done, "file")
    text += ", \(significant(rate)) a second"
    if let total, rate > 0, total > done {
      let left = Int((Double(total - done) / rate).rounded(.up))
      text += ", \(left < 120 ? "\(left) s" : "\((left + 59) / 60) min") left"
    }
    return text + (failed > 0 ? ", \(failed) with errors" : "")
  }
}
