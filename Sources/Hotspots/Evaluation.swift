package import Analysis
package import HardwareMapping
import OpGraph
package import Quantities

/// Costs of a scenario: in total and layer by layer, in every available metric.
package struct Evaluation: Sendable {
  @Boxed package private(set) var scenario: Scenario
  @Boxed package private(set) var workload: Workload
  /// Nil without a target.
  @Boxed package private(set) var estimate: InferenceEstimate?
  /// The runs of the text, where one is generated; the workload and the estimate are then those of all of them.
  @Boxed package private(set) var generation:
    (work: GenerationWorkload, estimate: GenerationEstimate?)?
  /// The kernel that each layer is part of, as a place in the estimate.
  private let kernels: [Int?]
  /// Bytes that are live while each layer runs.
  private let liveBytes: [Int]
  /// Bytes that all kernels move, or all layers without a target; nil when that is not known.
  private let movedBytes: Int?

  /// - Throws: `Problem` when a count does not fit in 64 bits, or when a change cannot be made in all runs of a text.
  package init(_ scenario: Scenario) throws(Problem) {
    if let text = scenario.text {
      var change = text.change
      guard
        let graph = GraphChange(from: text.base.whole.complete, to: scenario.complete)
      else { throw Problem("the change is of one run of the text only") }
      change.graph = graph
      try self.init(scenario, of: text.base.again(text.request, with: change))
    } else {
      self.init(scenario, of: try Workload(scenario.complete))
    }
  }

  /// A text that is counted already.
  private init(_ scenario: Scenario, of work: GenerationWorkload) throws(Problem) {
    let estimate = try scenario.target.map { target throws(Problem) in
      try GenerationEstimate(
        work, on: target.device, runtime: target.runtime, mostSteps: Self.mostSteps)
    }
    self.init(scenario, work.whole, estimate?.whole, generation: (work, estimate))
  }

  /// An inference that is counted already.
  private init(_ scenario: Scenario, of workload: Workload) {
    let estimate = scenario.target.map {
      InferenceEstimate(workload, on: $0.device, runtime: $0.runtime, ratio: $0.ratio)
    }
    self.init(scenario, workload, estimate)
  }

  /// The same model or text where something of its target is different: nothing is counted again.
  ///
  /// - Returns: Nil without a target.
  /// - Throws: `Problem` when a count of a text's step does not fit in 64 bits.
  func with(_ change: (inout Scenario.Target) -> Void) throws(Problem) -> Evaluation? {
    guard var target = scenario.target else { return nil }
    change(&target)
    var changed = scenario
    changed.target = target
    guard let work = generation?.work else { return Evaluation(changed, of: workload) }
    return try Evaluation(changed, of: work)
  }

  /// A text whose time lies on lines needs fewer lengths, and there are ten suggestions or so.
  private static let mostSteps = 9

  /// A scenario that is analysed already.
  /// - Parameters:
  ///   - workload: That of the scenario's graph.
  ///   - estimate: That of the workload on the scenario's target; nil without a target.
  ///   - generation: The runs of the text, where one is generated.
  package init(
    _ scenario: Scenario, _ workload: Workload, _ estimate: InferenceEstimate?,
    generation: (work: GenerationWorkload, estimate: GenerationEstimate?)? = nil
  ) {
    self.scenario = scenario
    self.generation = generation
    self.workload = workload
    self.estimate = estimate
    movedBytes =
      (estimate.map { $0.kernels.map(\.kernel.traffic.total).sum } ?? workload.totals.traffic.total)
      .fixedValue
    var kernels = [Int?](repeating: nil, count: workload.layers.count)
    for (place, kernel) in (estimate?.kernels ?? []).enumerated() {
      for layer in kernel.kernel.layers { kernels[layer] = place }
    }
    self.kernels = kernels
    liveBytes = MemoryPlan.liveBytes(
      workload.memory.buffers, layers: workload.layers.count)
  }

  /// The metric that ranks where a user names none.
  package var defaultMetric: Metric { estimate == nil ? .macs : .energy }

  /// The kernel that a layer is part of.
  package func kernel(of layer: Int) -> InferenceEstimate.KernelEstimate? {
    kernels[layer].flatMap { estimate?.kernels[$0] }
  }

  /// The cost of the model; nil when it is unknown.
  package func total(_ metric: Metric) -> Interval? {
    switch metric {
    case .energy: return estimate?.energy.map { Interval($0) }
    case .latency: return estimate?.latency.map { Interval($0) }
    case .carbon:
      guard let target = scenario.target, let energy = estimate?.energy,
        let latency = estimate?.latency
      else { return nil }
      return Interval(energy).scaled(by: target.carbonPerJoule)
        + Interval(latency).scaled(by: target.carbonPerSecond)
    case .macs: return workload.totals.macs.fixedValue.map { Interval(Double($0)) }
    case .trafficBytes: return movedBytes.map { Interval(Double($0)) }
    // A change has no file that TFLite Micro could run. Of a text, a cache in a buffer of its caller is memory too.
    case .arenaBytes:
      guard let arena = workload.memory.activationArenaBytes else { return nil }
      guard generation != nil else { return Interval(Double(arena)) }
      return workload.memory.withKeptBytes(arena).map { Interval(Double($0)) }
    default: return nil
    }
  }

  /// The costs that are known in all ranked metrics, with intervals from those of kernels; what is outside of them has none.
  ///
  /// The interval of the whole is as wide as networks of its mix of kernels were missed by. A change has another mix, so
  /// the difference of two such intervals says nothing of what it takes away.
  var totalsOfKernels: [Metric: Interval] {
    var totals = Metric.ranked.reduce(into: [Metric: Interval]()) { $0[$1] = total($1) }
    guard let estimate, let energy = estimate.energy, let latency = estimate.latency else {
      return totals
    }
    func sum<U>(
      _ total: Estimate<U>, _ part: (InferenceEstimate.KernelEstimate) -> Estimate<U>?
    ) -> Interval {
      let sum = estimate.kernels.reduce(Interval(0)) { sum, kernel in
        part(kernel).map { sum + Interval($0) } ?? sum
      }
      let rest = total.value - sum.value
      return Interval(
        total.value, low: max(0, min(total.value, sum.low + rest)),
        high: total.isLowerBound ? .infinity : max(total.value, sum.high + rest))
    }
    let (joules, seconds) = (sum(energy) { $0.energy }, sum(latency) { $0.time })
    totals[.energy] = joules
    totals[.latency] = seconds
    totals[.carbon] = scenario.target.map {
      joules.scaled(by: $0.carbonPerJoule) + seconds.scaled(by: $0.carbonPerSecond)
    }
    return totals
  }

  /// What a layer costs by a ranked metric, 0 by others; what a kernel costs belongs to the layer that leads it.
  package func cost(_ metric: Metric, of layer: Int) -> Double {
    let leads = kernel(of: layer).flatMap { $0.kernel.layers.first == layer ? $0 : nil }
    switch metric {
    case .energy: return leads?.energy?.value ?? 0
    case .latency: return leads?.time?.value ?? 0
    case .carbon:
      guard let target = scenario.target else { return 0 }
      return (leads?.energy?.value ?? 0) * target.carbonPerJoule
        + (leads?.time?.value ?? 0) * target.carbonPerSecond
    case .macs: return Double(workload.layers[layer].work.macs.fixedValue ?? 0)
    case .trafficBytes:
      guard estimate == nil else { return Double(leads?.kernel.traffic.total.fixedValue ?? 0) }
      return Double(workload.layers[layer].traffic.total.fixedValue ?? 0)
    case .arenaBytes: return Double(liveBytes[layer])
    default: return 0
    }
  }

  /// Which part of the model's cost some layers are, between 0 and 1.
  package func share(_ metric: Metric, of layers: [Int]) -> Double {
    guard let total = total(metric)?.value, total > 0 else { return 0 }
    let costs = layers.map { cost(metric, of: $0) }
    return (metric.isSum ? costs.reduce(0, +) : costs.max() ?? 0) / total
  }
}
