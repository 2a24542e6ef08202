#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The time that reports are of: now, or that of `SOURCE_DATE_EPOCH`, so that a report can be made
/// again byte for byte (https://reproducible-builds.org/specs/source-date-epoch/).
enum ReportClock {
  static var now: Date {
    let given = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
    return given.map(Date.init(timeIntervalSince1970:)) ?? Date()
  }

  static var year: Int { Calendar(identifier: .gregorian).component(.year, from: now) }

  /// In UTC to the second, as ISO 8601 writes it: `2026-06-01T00:00:00Z`.
  static var timestamp: String {
    Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
      .formatted(.iso8601)
  }
}
