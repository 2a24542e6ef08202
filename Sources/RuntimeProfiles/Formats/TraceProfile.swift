import Quantities

/// A trace of any program: slices that hold others are runs where they are outermost, and operators where they are not.
///
/// Without an outermost slice around them, the k-th slice of a name is of the k-th run.
enum TraceProfile {
  static func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    guard let slices = text.slices else { return nil }
    let nested = slices.withOwnTimes()
    let runs = runs(nested)
    var times: RunTimes
    var profile = RuntimeProfile(.trace, entries: [])
    if runs.isEmpty {
      var counts: [String: Int] = [:]
      for (slice, _, _) in nested { counts[slice.name, default: 0] += 1 }
      times = RunTimes(runs: counts.values.min() ?? 1)
      let count = counts.values.min() ?? 1
      var seen: [String: Int] = [:]
      for (slice, own, _) in nested {
        let place = seen[slice.name, default: 0]
        seen[slice.name] = place + 1
        // A name that occurs more often occurs more than once in each run.
        times.add(own * 1e-6, to: slice.name, run: place * count / (counts[slice.name] ?? 1))
      }
    } else {
      times = RunTimes(runs: runs.count)
      for (slice, own, depth) in nested where depth > 0 {
        guard let run = runs.lastIndex(startingBefore: slice.start), slice.start <= runs[run].end
        else { continue }
        times.add(own * 1e-6, to: slice.name, run: run)
      }
      profile.whole = Timing(runs: runs.map { $0.duration * 1e-6 })
    }
    profile.entries = try times.timings().map { name, timing in
      RuntimeProfile.Entry(name: name, operatorWord: name, parts: [name], timing: timing)
    }
    return profile
  }

  /// The outermost slices of the name that holds most time, if any holds others.
  private static func runs(
    _ nested: [(slice: TraceEvents.Slice, own: Double, depth: Int)]
  ) -> [TraceEvents.Slice] {
    var seconds: [String: Double] = [:]
    for (slice, own, depth) in nested where depth == 0 && own < slice.duration {
      seconds[slice.name, default: 0] += slice.duration
    }
    guard let name = seconds.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
      return []
    }
    return nested.filter { $0.depth == 0 && $0.slice.name == name }.map(\.slice)
  }
}
