#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Carbon

/// The time that reports are of: now, or that of `SOURCE_DATE_EPOCH`, so that a report can be made
/// again byte for byte (https://reproducible-builds.org/specs/source-date-epoch/).
package enum ReportClock {
  static var now: CalendarTime {
    let given = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
    // Up to the year 9999: other values are ignored.
    guard let given, (0...253_402_300_799).contains(given) else { return .now }
    return CalendarTime(secondsSince1970: given)
  }

  /// The first year of use when it is not stated; an epoch of 0, which some builds set, is ignored.
  package static var year: Int {
    let year = now.year
    return (2000...2100).contains(year) ? year : CalendarTime.now.year
  }

  /// In UTC to the second, as ISO 8601 writes it: `2026-06-01T00:00:00Z`.
  static var timestamp: String { "\(now)" }
}
