import Quantities

/// The profile that onnxruntime writes with `enable_profiling`: a trace whose slices are runs of the model and kernels.
enum ORTProfile {
  private static let kernelSuffix = "_kernel_time"

  static func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    guard let slices = text.slices else { return nil }
    let kernels = slices.filter {
      $0.category == "Node" && $0.name.hasSuffix(kernelSuffix) && $0.arguments?.operatorName != nil
    }
    guard !kernels.isEmpty else { return nil }
    let runs = slices.filter { $0.name == "model_run" }.sorted { $0.start < $1.start }
    guard !runs.isEmpty else {
      throw Problem("onnxruntime's profile has no event 'model_run'", expected: "one for each run")
    }
    // A loop's kernel has those of its body within it, which have events of their own.
    var times = RunTimes(runs: runs.count)
    var arguments: [String: TraceEvents.Arguments] = [:]
    for place in kernels.nested() {
      let kernel = kernels[place.index]
      guard let run = runs.lastIndex(startingBefore: kernel.start), kernel.start <= runs[run].end
      else { continue }
      let name = String(kernel.name.dropLast(kernelSuffix.count))
      times.add(place.own * 1e-6, to: name, run: run)
      arguments[name] = arguments[name] ?? kernel.arguments
    }
    var profile = RuntimeProfile(
      .onnxruntime,
      entries: try times.timings().map { name, timing in
        RuntimeProfile.Entry(
          name: name, operatorWord: arguments[name]?.operatorName ?? "", parts: [name],
          outputElements: arguments[name]?.outputElements, timing: timing)
      })
    profile.whole = Timing(runs: runs.map { $0.duration * 1e-6 })
    profile.notes = ["\(counted(runs.count, "run")) of onnxruntime"]
    return profile
  }
}

extension [TraceEvents.Slice] {
  /// The last of sorted slices that starts at a time or before; nil when none does.
  func lastIndex(startingBefore time: Double) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}
