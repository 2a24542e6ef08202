#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The time that reports are of: now, or that of `SOURCE_DATE_EPOCH`, so that a report can be made
/// again byte for byte (https://reproducible-builds.org/specs/source-date-epoch/).
package enum ReportClock {
  static var now: Date {
    let given = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Int.init)
    // Up to the year 9999: other values are ignored.
    guard let given, (0...253_402_300_799).contains(given) else { return Date() }
    return Date(timeIntervalSince1970: Double(given))
  }

  /// The first year of use when it is not stated; an epoch of 0, which some builds set, is ignored.
  package static var year: Int {
    let year = Calendar(identifier: .gregorian).component(.year, from: now)
    return (2000...2100).contains(year)
      ? year : Calendar(identifier: .gregorian).component(.year, from: Date())
  }

  /// In UTC to the second, as ISO 8601 writes it: `2026-06-01T00:00:00Z`.
  static var timestamp: String {
    Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
      .formatted(.iso8601)
  }
}
