import Statistics

/// How long something took in an inference, in seconds or, until the clock is known, in cycles.
package struct Timing: Hashable, Sendable {
  /// The median over runs, or the mean where a profile states no more.
  package var value: Double
  /// The 5th percentile over runs; nil where single runs are not known.
  package var low: Double?
  /// The 95th percentile over runs; nil where single runs are not known.
  package var high: Double?
  /// Each run, in order; empty where a profile states a summary only.
  package var runs: [Double]

  /// A number that a profile states, of one run or over several.
  package init(_ value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
    runs = []
  }

  /// Whether all its numbers are times.
  var isUsable: Bool {
    ([value, low, high].compactMap(\.self) + runs).allSatisfy { $0 >= 0 && $0.isFinite }
  }

  /// - Parameter runs: At least one.
  package init(runs: [Double]) {
    let sorted = runs.sorted()
    value = quantile(0.5, of: sorted)
    if runs.count > 1 {
      low = quantile(0.05, of: sorted)
      high = quantile(0.95, of: sorted)
    }
    self.runs = runs
  }

  /// The time of several things together: run by run where all have the same runs, else by their numbers.
  package static func sum(_ timings: [Timing]) -> Timing {
    guard let first = timings.first else { return Timing(0) }
    guard timings.count > 1 else { return first }
    if first.runs.count > 1, timings.allSatisfy({ $0.runs.count == first.runs.count }) {
      return Timing(
        runs: first.runs.indices.map { run in timings.reduce(0) { $0 + $1.runs[run] } })
    }
    let ends = timings.map { ($0.low, $0.high) }
    let isKnown = ends.allSatisfy { $0.0 != nil && $0.1 != nil }
    return Timing(
      timings.reduce(0) { $0 + $1.value },
      low: isKnown ? ends.reduce(0) { $0 + ($1.0 ?? 0) } : nil,
      high: isKnown ? ends.reduce(0) { $0 + ($1.1 ?? 0) } : nil)
  }

  package func scaled(by factor: Double) -> Timing {
    var result = self
    result.value *= factor
    result.low = low.map { $0 * factor }
    result.high = high.map { $0 * factor }
    result.runs = runs.map { $0 * factor }
    return result
  }
}
