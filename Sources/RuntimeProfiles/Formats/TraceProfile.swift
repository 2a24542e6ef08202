import Quantities

/// A trace of any program: slices that hold others are runs where they are outermost, and operators where they are not.
///
/// Without an outermost slice around them, the k-th slice of a name is of the k-th run.
enum TraceProfile {
  static func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    guard let slices = text.slices else { return nil }
    let nested = slices.nested()
    let runs = runs(nested, of: slices)
    var times: RunTimes
    var profile = RuntimeProfile(.trace, entries: [])
    if runs.isEmpty {
      var counts: [String: Int] = [:]
      for slice in slices { counts[slice.name, default: 0] += 1 }
      times = RunTimes(runs: counts.values.min() ?? 1)
      let count = counts.values.min() ?? 1
      var seen: [String: Int] = [:]
      for place in nested {
        let name = slices[place.index].name
        let earlier = seen[name, default: 0]
        seen[name] = earlier + 1
        // A name that occurs more often occurs more than once in each run.
        times.add(place.own * 1e-6, to: name, run: earlier * count / (counts[name] ?? 1))
      }
    } else {
      times = RunTimes(runs: runs.count)
      for place in nested where place.depth > 0 {
        let slice = slices[place.index]
        guard let run = runs.lastIndex(startingBefore: slice.start), slice.start <= runs[run].end
        else { continue }
        times.add(place.own * 1e-6, to: slice.name, run: run)
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
    _ nested: [NestedSlice], of slices: [TraceEvents.Slice]
  ) -> [TraceEvents.Slice] {
    let outermost = nested.lazy.filter { $0.depth == 0 }
    var seconds: [String: Double] = [:]
    for place in outermost where place.own < slices[place.index].duration {
      seconds[slices[place.index].name, default: 0] += slices[place.index].duration
    }
    guard let name = seconds.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
      return []
    }
    return outermost.filter { slices[$0.index].name == name }.map { slices[$0.index] }
  }
}
