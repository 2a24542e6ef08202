#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A second of the Gregorian calendar, in UTC.
package struct CalendarTime: CustomStringConvertible {
  private let parts: tm

  /// - Parameter seconds: Since the beginning of 1970, without leap seconds; up to the year 9999.
  package init(secondsSince1970 seconds: Int) {
    var (seconds, parts) = (time_t(seconds), tm())
    gmtime_r(&seconds, &parts)
    self.parts = parts
  }

  /// What the system's clock says.
  package static var now: CalendarTime { CalendarTime(secondsSince1970: time(nil)) }

  package var year: Int { 1900 + Int(parts.tm_year) }

  /// As ISO 8601 writes it: `2026-06-01T00:00:00Z`.
  package var description: String {
    func padded(_ number: Int, _ digits: Int = 2) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let date = [padded(year, 4), padded(Int(parts.tm_mon) + 1), padded(Int(parts.tm_mday))]
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0)) }
    return "\(date.joined(separator: "-"))T\(time.joined(separator: ":"))Z"
  }
}
