import Analysis
import DeviceProfiles
import OpGraph
import Quantities

/// Adds to what kernels cost on their units: starts, transfers, power, energy.
struct KernelEstimator {
  private let workload: Workload
  private let flow: DataFlow
  private let runtime: Runtime
  /// The cost model of each unit.
  private let models: [any CostModel]

  private var estimates: [InferenceEstimate.KernelEstimate] = []
  /// Seconds of each term of the first unit; nil where one is unknown.
  ///
  /// What an accelerator leaves to its host has no part in it.
  private(set) var termSeconds: [CostTerm: Double]?
  /// The time of the first unit that no term has: what memories take longer than computing, and transfers.
  private(set) var timeOutsideTerms = Time.zero
  /// Seconds of the first unit's terms, and of those at rates that no measured network determines, by precision and
  /// kind of kernel.
  private var secondsOfTerms = 0.0
  private var assumedSeconds: [String: Double] = [:]

  init(
    _ workload: Workload, _ flow: DataFlow, _ plan: [Kernel], runtime: Runtime,
    models: [any CostModel]
  ) {
    self.workload = workload
    self.flow = flow
    self.runtime = runtime
    self.models = models
    termSeconds = [.inference: runtime.overheadPerInference.value]
    estimates.reserveCapacity(plan.count)
    let costs = models.enumerated().map { unit, model in
      model.costs(of: plan.lazy.filter { $0.unit == unit })
    }
    for kernel in plan {
      let cost = costs[kernel.unit](kernel)
      if kernel.unit == 0 { addTerms(of: kernel, cost) }
      estimates.append(estimate(kernel, cost))
    }
  }

  private func estimate(
    _ kernel: Kernel, _ cost: KernelCost?
  ) -> InferenceEstimate.KernelEstimate {
    let unit = runtime.units[kernel.unit]
    var result = InferenceEstimate.KernelEstimate(kernel: kernel, unit: unit.name)
    guard let cost, let starts = starts(kernel, unit) else { return result }
    result.crossing = transferTime(kernel)
    let overhead = result.crossing.map { starts + $0 } ?? starts
    let time = cost.work + overhead
    result.bound =
      overhead.value > cost.work.value
      ? .overhead
      : cost.compute.value >= cost.memory.value ? .compute : .memory
    if result.bound == .memory { result.boundMemory = cost.slowestMemory }
    result.operationsPerByte = operationsPerByte(kernel)
    result.utilisation = idealTime(kernel, unit).map { $0 / time.value }
    result.time = time
    var energy = unit.staticPower * time
    for index in kernel.layers {
      let layer = workload.layers[index]
      if let macs = layer.work.macs.fixedValue,
        let perMAC = unit.energyPerMAC?[layer.precision]
      {
        energy += perMAC.energy(macs: Double(macs))
      }
    }
    for entry in cost.bytes {
      if let perByte = unit.energyPerByte?[entry.memory] {
        energy += perByte.energy(bytes: entry.bytes)
      }
    }
    result.energy = energy
    return result
  }

  /// The estimates of all kernels, in order; given up, since a change would make a copy of them.
  mutating func takeEstimates() -> [InferenceEstimate.KernelEstimate] {
    defer { estimates = [] }
    return estimates
  }

  /// - Parameter cost: That of a kernel of the first unit.
  private mutating func addTerms(of kernel: Kernel, _ cost: KernelCost?) {
    let starts = starts(kernel, runtime.units[0])
    if let terms = cost?.terms, let starts {
      termSeconds?[.kernel, default: 0] += starts.value
      for (term, time) in terms { termSeconds?[term, default: 0] += time.value }
    } else {
      termSeconds = nil
    }
    guard let cost else { return }
    if let crossing = transferTime(kernel) { timeOutsideTerms += crossing }
    timeOutsideTerms += timeBeyondTerms(cost)
    guard runtime.calibration != nil else { return }
    for (term, time) in cost.terms ?? [] {
      secondsOfTerms += time.value
      if time.provenance == .assumed, let kernels = term.kernels {
        assumedSeconds[kernels, default: 0] += time.value
      }
    }
  }

  /// What memories take longer than computing.
  private func timeBeyondTerms(_ cost: KernelCost) -> Time {
    // The time of weights with a rate of their own is in that of memories.
    let weights = cost.time(of: .weights)
    let memory = cost.memory
    let compute = cost.compute.value + cost.time(of: .uncachedWeights).value
    // Weights may be what takes longest at one end of the interval only, so the differences of ends have no order.
    let beyond = [
      memory.low - weights.low, memory.value - weights.value, memory.high - weights.high,
    ].map { max(0, $0 - compute) }
    guard let most = beyond.max(), most > 0 else { return .zero }
    return Time(
      beyond[1], low: min(beyond[0], beyond[1]), high: most, provenance: memory.provenance,
      sources: memory.sources)
  }

  /// The part of the computing time at rates that no measured network determines, by precision and kind of
  /// kernel, largest first; empty for a runtime that was not calibrated.
  var assumedShares: [(kernels: String, share: Double)] {
    assumedSeconds.filter { $0.value > 0 }
      .map { (kernels: $0.key, share: $0.value / secondsOfTerms) }
      .sorted { ($1.share, $0.kernels) < ($0.share, $1.kernels) }
  }

  private func starts(_ kernel: Kernel, _ unit: ComputeUnit) -> Time? {
    kernel.repetitions.fixedValue.map { unit.overheadPerKernel.scaled(by: Double(max(0, $0))) }
  }

  /// Seconds of the multiply-accumulates at the unit's best rate in their precision; nil without
  /// any.
  private func idealTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Double? {
    var seconds = 0.0
    for index in kernel.layers {
      let layer = workload.layers[index]
      guard let macs = layer.work.macs.fixedValue, macs > 0 else { continue }
      guard let best = models[kernel.unit].bestCyclesPerMAC(in: layer.precision) else {
        return nil
      }
      seconds += Double(macs) * best / unit.clock.value
    }
    return seconds > 0 ? seconds : nil
  }

  private func operationsPerByte(_ kernel: Kernel) -> Double? {
    let work = kernel.layers.reduce(Work.none) { $0 + workload.layers[$1].work }
    return Layer.operationsPerByte(work, bytes: kernel.traffic.total + kernel.scratchBytes * 2)
  }

  /// The time of bringing operands over from the other side of an accelerator's link.
  private func transferTime(_ kernel: Kernel) -> Time? {
    guard !kernel.transfers.isEmpty,
      let link = runtime.units.lazy.compactMap(\.transfer).first
    else { return nil }
    // Results outside a loop are transferred once, those inside each time.
    var time = Time.zero
    var most = 1
    for value in kernel.transfers {
      let made = flow.giver(of: value).flatMap { workload.layers[$0].repetitions.fixedValue } ?? 1
      let times = max(1, made)
      most = max(most, times)
      let bytes = workload.graph[value].type.storageBytes.fixedValue ?? 0
      time += link.bandwidth.time(bytes: Double(bytes) * Double(times))
    }
    return link.latency.scaled(by: Double(most)) + time
  }
}

extension CostTerm {
  /// The kernels that it is a term of, in words; nil for what all kernels have.
  fileprivate var kernels: String? {
    switch self {
    case .mac(let precision, .kind(let kind)), .result(let precision, .kind(let kind)):
      "\(precision.rawValue) \(kind.title)"
    case .mac(let precision, .shallowConvolution), .result(let precision, .shallowConvolution):
      "\(precision.rawValue) \(KernelKind.convolution.title)"
    case .operation(let kind): kind.title
    case .kernel, .weights, .uncachedWeights, .inference: nil
    }
  }
}
