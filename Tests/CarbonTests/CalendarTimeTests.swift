import Testing

@testable import Carbon

@Suite struct CalendarTimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (1_780_272_001, "2026-06-01T00:00:01Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func isWrittenAsISO8601(seconds: Int, text: String) {
    #expect("\(CalendarTime(secondsSince1970: seconds))" == text)
  }

  @Test func nowIsAfterThisWasWritten() {
    #expect((2026...9999).contains(CalendarTime.now.year))
  }
}
