import Quantities
import Reports

/// What a scan writes for a file.
struct ScanRow: Equatable {
  var text: String
  var isFailed: Bool
  var hasWarnings: Bool
}

extension ScanRow {
  init(_ result: ScanResult, _ report: ScanReport) throws(Problem) {
    self.init(
      text: try report.row(result), isFailed: result.isFailed, hasWarnings: result.hasWarnings)
  }

  /// The row as a process sends it.
  var message: [UInt8] { [(isFailed ? 1 : 0) | (hasWarnings ? 2 : 0)] + Array(text.utf8) }

  init?(message: [UInt8]) {
    guard let flags = message.first else { return nil }
    self.init(
      text: String(decoding: message.dropFirst(), as: UTF8.self), isFailed: flags & 1 != 0,
      hasWarnings: flags & 2 != 0)
  }
}
