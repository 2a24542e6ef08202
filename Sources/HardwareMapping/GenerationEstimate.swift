package import Analysis
package import DeviceProfiles
import OpGraph
package import Quantities

/// Time and energy of a text that a decoder makes on a device.
///
/// Steps are estimated at some lengths of the cache and taken to lie on a line between neighbours. Lengths are added
/// until a line passes within half a percent of the step in its middle, or until there are 17 to 256 of them, as the number of
/// layers allows.
package struct GenerationEstimate: Sendable {
  /// The prompt: the time to the first token.
  package private(set) var prefill: InferenceEstimate
  /// All further steps; nil where one token is made.
  package private(set) var decode: InferenceEstimate?
  /// Both.
  package private(set) var whole: InferenceEstimate
  /// Time of a step at some lengths of the cache, the shortest first; nil where it is not known.
  package private(set) var steps: [(past: Int, latency: Time?)]
  /// The lengths of the cache at which steps were estimated.
  package var lengths: [Int] { steps.map(\.past) }

  private static let tolerance = 0.005

  /// - Parameter mostSteps: Lengths that are estimated at most; nil for as many as some tenths of a second allow.
  /// - Throws: `Problem` when a count of a step does not fit in 64 bits.
  package init(
    _ workload: GenerationWorkload, on device: DeviceProfile, runtime: Runtime,
    mostSteps: Int? = nil
  ) throws(Problem) {
    let runtime = runtime.usedForTexts
    let runs = workload.prefill.map {
      (
        estimate: InferenceEstimate($0.workload, on: device, runtime: runtime),
        weight: Double($0.count)
      )
    }
    // bounded: a text has at least one run up to its first token.
    // Kernels of several graphs stay apart.
    prefill = InferenceEstimate(
      sumOf: runs,
      kernels: workload.isOneGraph
        ? InferenceEstimate.kernels(runs) : runs.flatMap { InferenceEstimate.kernels([$0]) })
    let withLayers = zip(runs, workload.prefill).filter { $1.hasLayers }.map(\.0)
    guard let first = workload.request.pastLengths.first,
      let last = workload.request.pastLengths.last
    else {
      (decode, self.steps) = (nil, [])
      whole = InferenceEstimate(
        sumOf: [(prefill, 1)], kernels: InferenceEstimate.kernels(withLayers))
      // Where no run is one of the step's graph, its layers still have places.
      if withLayers.isEmpty {
        whole.placements = PlacementPlan(workload.whole, on: runtime).placements
      }
      return
    }
    func step(_ past: Int) throws(Problem) -> InferenceEstimate {
      InferenceEstimate(try workload.step(after: past), on: device, runtime: runtime)
    }
    // The only step is the first and the last.
    var steps = [first: try step(first)]
    if last > first { steps[last] = try step(last) }
    var open = [(first, last)]
    var place = 0
    // The widest first, so that the lines are of one coarseness where the number of steps ends them.
    let most = mostSteps ?? Self.mostSteps(of: workload.whole)
    while open.indices.contains(place), steps.count < most {
      let (low, high) = open[place]
      place += 1
      guard high - low > 1 else { continue }
      let middle = low + (high - low) / 2
      let found = try step(middle)
      steps[middle] = found
      guard let left = steps[low]?.latency?.value, let right = steps[high]?.latency?.value,
        let latency = found.latency?.value
      else { continue }
      let line = left + (right - left) * Double(middle - low) / Double(high - low)
      if abs(line - latency) > Self.tolerance * latency {
        open += [(low, middle), (middle, high)]
      }
    }
    let isCoarse = open[place...].contains { $1 - $0 > 1 }
    let lengths = steps.keys.sorted()
    self.steps = lengths.map { (past: $0, latency: steps[$0]?.latency) }
    let weights = Self.weights(of: lengths)
    let parts = zip(lengths, weights).compactMap { length, weight in
      steps[length].map { (estimate: $0, weight: weight) }
    }
    let decode = InferenceEstimate(sumOf: parts, kernels: InferenceEstimate.kernels(parts))
    self.decode = decode
    whole = InferenceEstimate(
      sumOf: [(prefill, 1), (decode, 1)], kernels: InferenceEstimate.kernels(withLayers + parts))
    // Of the prompt it is another number.
    whole.diagnostics.removeAll { $0.code == InferenceEstimate.unlikeCode }
    for (part, title) in [(decode, "steps are "), (prefill, "the prompt is ")] {
      whole.diagnostics += part.diagnostics.filter { $0.code == InferenceEstimate.unlikeCode }.map {
        var diagnostic = $0
        diagnostic.message = title + diagnostic.message
        return diagnostic
      }
    }
    if isCoarse {
      whole.diagnostics.append(
        Diagnostic(
          .warning, code: "coarse-steps",
          "the time of a step may be no line between the \(steps.count) lengths of the cache that are "
            + "estimated, of \(grouped(last - first + 1))"))
    }
  }

  /// Lengths that are estimated at most, however the time varies: some tenths of a second of layers, of which most have
  /// two operands.
  private static func mostSteps(of workload: Workload) -> Int {
    min(256, max(17, (3 << 13) / max(1, workload.size)))
  }

  /// The same where more runs, in the prompt and in steps, and lies in memory, than was counted.
  package var asLeast: GenerationEstimate {
    var result = self
    result.prefill = prefill.asLeast
    result.decode = decode?.asLeast
    result.whole = whole.asLeast
    for place in steps.indices {
      result.steps[place].latency = steps[place].latency?.asLowerBound
    }
    return result
  }

  /// Tokens after the first in a second, of all texts of a batch together; nil where one is made, or where their time
  /// is only a lower bound.
  package func tokensPerSecond(_ request: GenerationRequest) -> Interval? {
    // Of time that is at least so much, no speed follows that could be reached.
    guard let latency = decode?.latency, latency.value > 0, !latency.isLowerBound else {
      return nil
    }
    let tokens = Double(request.pastLengths.count) * Double(request.batch)
    return Interval(tokens / latency.value, low: tokens / latency.high, high: tokens / latency.low)
  }

  /// For how many steps each of some lengths stands, where those between two divide over them as a line does.
  private static func weights(of lengths: [Int]) -> [Double] {
    var weights = [Double](repeating: 1, count: lengths.count)
    for place in lengths.indices.dropFirst() {
      // Steps between two lengths are half as many for each of both.
      let between = Double(lengths[place] - lengths[place - 1] - 1) / 2
      weights[place - 1] += between
      weights[place] += between
    }
    return weights
  }
}

extension InferenceEstimate {
  /// Several runs of a model, each so many times; what does not add up is that of the last.
  ///
  /// Errors of rates are the same in all runs, so the ends of intervals add up too.
  /// - Parameter kernels: Those of the graph that the layers are of.
  fileprivate init(
    sumOf parts: [(estimate: InferenceEstimate, weight: Double)], kernels: [KernelEstimate]
  ) {
    // bounded: callers have at least one part.
    self = parts[parts.count - 1].estimate
    latency = Self.sum(parts) { $0.latency }
    energy = Self.sum(parts) { $0.energy }
    if parts.contains(where: { $0.estimate.latency?.isLowerBound ?? true }) {
      latency = latency?.asLowerBound
    }
    if parts.contains(where: { $0.estimate.energy?.isLowerBound ?? true }) {
      energy = energy?.asLowerBound
    }
    self.kernels = kernels
    for part in parts.dropLast() {
      memoryFits = zip(memoryFits, part.estimate.memoryFits).map { $0.covering($1) }
      let known = Set(diagnostics.map(\.code))
      diagnostics += part.estimate.diagnostics.filter { !known.contains($0.code) }
    }
    // How unlike measured networks a text is, the part says that takes most of the time.
    func seconds(_ part: (estimate: InferenceEstimate, weight: Double)) -> Double {
      (part.estimate.latency?.value ?? 0) * part.weight
    }
    diagnostics.removeAll { $0.code == Self.unlikeCode }
    if let longest = parts.max(by: { seconds($0) < seconds($1) }) {
      diagnostics += longest.estimate.diagnostics.filter { $0.code == Self.unlikeCode }
    }
    memoryFits.addUp()
    diagnostics.removeAll { $0.code == MemoryFit.code }
    diagnostics.insert(contentsOf: MemoryFit.diagnostics(memoryFits, on: device), at: 0)
  }

  private static func sum<U>(
    _ parts: [(estimate: InferenceEstimate, weight: Double)],
    _ value: (InferenceEstimate) -> Estimate<U>?
  ) -> Estimate<U>? {
    let known = parts.compactMap { part in value(part.estimate)?.scaled(by: part.weight) }
    guard let first = known.first else { return nil }
    return known.dropFirst().reduce(first, +)
  }

  /// Kernels by the layer that leads them, in the order of the last run.
  fileprivate static func kernels(
    _ parts: [(estimate: InferenceEstimate, weight: Double)]
  ) -> [KernelEstimate] {
    var sums: [Int: KernelSum] = [:]
    for part in parts {
      for kernel in part.estimate.kernels {
        guard let leader = kernel.kernel.layers.first else { continue }
        sums[leader, default: KernelSum()].add(kernel, part.weight)
      }
    }
    return sums.sorted { $0.key < $1.key }.compactMap(\.value.kernel)
  }
}

/// Runs of one kernel.
private struct KernelSum {
  private var last: InferenceEstimate.KernelEstimate?
  private var time: Time?
  private var energy: Energy?
  private var crossing: Time?
  /// Seconds by what limited them.
  private var seconds: [String: (seconds: Double, of: InferenceEstimate.KernelEstimate)] = [:]
  private var idealSeconds = 0.0
  /// Bytes by role, in the order of the traffic's own counts; nil once one is not known.
  private var bytes: [Double]? = []
  private var isComplete = true

  mutating func add(_ kernel: InferenceEstimate.KernelEstimate, _ weight: Double) {
    last = kernel
    add(kernel.kernel.traffic, weight)
    guard let own = kernel.time else {
      isComplete = false
      return
    }
    time = (time ?? .zero) + own.scaled(by: weight)
    if let own = kernel.energy { energy = (energy ?? .zero) + own.scaled(by: weight) }
    if let own = kernel.crossing { crossing = (crossing ?? .zero) + own.scaled(by: weight) }
    seconds[kernel.limitingPart ?? "", default: (0, kernel)].seconds += own.value * weight
    idealSeconds += (kernel.utilisation ?? 0) * own.value * weight
  }

  private mutating func add(_ traffic: MemoryTraffic, _ weight: Double) {
    var counts: [Double?] = []
    _ = traffic.mapCounts {
      counts.append($0.fixedValue.map(Double.init))
      return $0
    }
    guard let sums = bytes, counts.allSatisfy({ $0 != nil }) else {
      bytes = nil
      return
    }
    bytes = counts.indices.map {
      (sums.indices.contains($0) ? sums[$0] : 0) + weight * (counts[$0] ?? 0)
    }
  }

  var kernel: InferenceEstimate.KernelEstimate? {
    guard var result = last else { return nil }
    result.time = isComplete ? time : nil
    result.energy = isComplete ? energy : nil
    result.crossing = crossing
    if let most = seconds.max(by: { ($0.value.seconds, $0.key) < ($1.value.seconds, $1.key) }) {
      result.bound = most.value.of.bound
      result.boundMemory = most.value.of.boundMemory
    }
    if let time, time.value > 0, result.utilisation != nil {
      result.utilisation = idealSeconds / time.value
    }
    var rest = (bytes ?? [])[...]
    result.kernel.traffic = result.kernel.traffic.mapCounts { _ in
      rest.popFirst().flatMap { Int(exactly: $0.rounded()) }.map(SymbolicInt.fixed) ?? .unknown
    }
    return result
  }
}
