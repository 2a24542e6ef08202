import RuntimeProfiles
import Testing

@Suite struct TimingTests {
  @Test func takesMedianAndPercentilesOverRuns() {
    let timing = Timing(runs: [4, 1, 2, 3, 5])
    #expect(timing.value == 3)
    // Type 7 of Hyndman and Fan: 0.05 * 4 = 0.2 of the way from 1 to 2.
    #expect(timing.low.map { abs($0 - 1.2) < 1e-12 } ?? false)
    #expect(timing.high.map { abs($0 - 4.8) < 1e-12 } ?? false)
  }

  @Test func addsUpRunByRun() {
    // The median of sums (5, 5, 6) is not the sum of medians (2 + 2).
    let sum = Timing.sum([Timing(runs: [1, 2, 5]), Timing(runs: [4, 3, 1])])
    #expect(sum.value == 5 && sum.runs == [5, 5, 6])
  }

  @Test func addsUpNumbersWithoutRuns() {
    let sum = Timing.sum([Timing(2, low: 1, high: 3), Timing(5)])
    #expect(sum.value == 7 && sum.low == nil && sum.high == nil)
  }

  @Test func oneRunHasNoSpread() {
    #expect(Timing(runs: [2]).low == nil)
  }
}
