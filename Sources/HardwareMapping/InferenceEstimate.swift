public import Analysis
public import OpGraph
public import Quantities

/// Time and energy of one inference on a device.
public struct InferenceEstimate: Sendable {
  /// What limits a kernel's time.
  public enum Bound: String, Sendable { case compute, memory, overhead }

  /// A kernel with its time and energy.
  public struct KernelEstimate: Sendable {
    public var kernel: Kernel
    /// Name of the compute unit.
    public var unit: String
    /// Nil when the cost of a layer in it, or the rate for it, is unknown.
    public var time: Time?
    public var energy: Energy?
    public var bound: Bound?
    /// The memory that takes longest, where memory is the bound.
    public var boundMemory: String?
    /// Operations, two for a multiply-accumulate, for each byte that the kernel moves.
    public var operationsPerByte: Double?
    /// Which part of its time the unit would take if it multiplied at its best rate throughout.
    public var utilisation: Double?
  }

  /// The device.
  public var device: DeviceProfile
  /// The stack that runs the model.
  public var stack: ExecutionStack
  /// Kernels in execution order.
  public var kernels: [KernelEstimate]
  /// Time of one inference; nil when no kernel's is known, a lower bound while some are not.
  public var latency: Time?
  /// Energy of one inference within the device's energy boundary.
  public var energy: Energy?
  /// Whether weights and activations have room.
  public var memoryFits: [MemoryFit]
  /// What a user should know of the mapping.
  public var diagnostics: [Diagnostic]

  /// Kernels whose time is not known.
  public var unknownKernels: Int { kernels.filter { $0.time == nil }.count }

  /// Maps a workload to a device and predicts time and energy, kernel by kernel.
  ///
  /// time = max(compute, memory) + overhead; energy = power * time + what single operations and
  /// bytes add. See `docs/method/mapping.md`.
  public init(_ workload: Workload, on device: DeviceProfile, stack: ExecutionStack) {
    self.device = device
    self.stack = stack
    let plan = KernelPlanner(workload, on: stack).kernels()
    let estimator = KernelEstimator(workload, plan, device: device, stack: stack)
    kernels = plan.map(estimator.estimate)
    memoryFits = MemoryFit.all(workload, on: device)
    diagnostics = MemoryFit.diagnostics(memoryFits)
    diagnostics += Self.fallbackDiagnostics(kernels)
    diagnostics += Self.rateDiagnostics(kernels, workload)
    let known = kernels.compactMap(\.time)
    guard !known.isEmpty || kernels.isEmpty else { return }
    latency = known.reduce(stack.overheadPerInference, +)
    let overheadEnergy = stack.units[0].staticPower * stack.overheadPerInference
    energy = kernels.compactMap(\.energy).reduce(overheadEnergy, +)
  }

  /// One diagnostic for each reason why an accelerator left kernels to its host.
  private static func fallbackDiagnostics(_ kernels: [KernelEstimate]) -> [Diagnostic] {
    let refused = kernels.filter { $0.kernel.refusal != nil }
    let byReason = Dictionary(grouping: refused) { $0.kernel.refusal ?? "" }
    return byReason.sorted { $0.key < $1.key }.map { reason, group in
      let kernels = group.count == 1 ? "1 kernel runs" : "\(group.count) kernels run"
      return Diagnostic(.note, code: "fallback", "\(reason): \(kernels) on \(group[0].unit)")
    }
  }

  /// One diagnostic for each unit, precision and kind that the profile has no rate for.
  private static func rateDiagnostics(
    _ kernels: [KernelEstimate], _ workload: Workload
  ) -> [Diagnostic] {
    var missing: [String: Int] = [:]
    for estimate in kernels where estimate.time == nil {
      for index in estimate.kernel.layers where workload.layers[index].isCosted {
        missing["\(estimate.unit) in \(workload.layers[index].precision.rawValue)", default: 0] += 1
      }
    }
    return missing.sorted { $0.key < $1.key }.map { what, count in
      Diagnostic(
        .warning, code: "no-rate",
        "the device profile has no rate for \(what) (\(count)x); their time is unknown, not zero")
    }
  }
}

/// Predicts single kernels on the units of a stack.
private struct KernelEstimator {
  private let workload: Workload
  private let device: DeviceProfile
  private let stack: ExecutionStack
  /// Bytes of the constants that the kernels on each unit read, each once.
  private let constantBytes: [Int]
  private let makers: [Int?]

  init(
    _ workload: Workload, _ plan: [Kernel], device: DeviceProfile, stack: ExecutionStack
  ) {
    self.workload = workload
    self.device = device
    self.stack = stack
    makers = workload.graph.makersByValue()
    var constants = [Set<Int>](repeating: [], count: stack.units.count)
    for kernel in plan {
      for layer in kernel.layers {
        for input in workload.layers[layer].inputs.compactMap({ $0 })
        where workload.graph[input].isConstant {
          constants[kernel.unit].insert(workload.holders[input.index])
        }
      }
    }
    constantBytes = constants.map { values in
      values.map { workload.graph.values[$0].type.packedBytes }.sum.fixedValue ?? 0
    }
  }

  func estimate(_ kernel: Kernel) -> InferenceEstimate.KernelEstimate {
    let unit = stack.units[kernel.unit]
    var result = InferenceEstimate.KernelEstimate(kernel: kernel, unit: unit.name)
    guard let compute = computeTime(kernel, unit), let memory = memoryTime(kernel, unit),
      let repetitions = kernel.repetitions.fixedValue
    else { return result }
    let starts = unit.overheadPerKernel.scaled(by: Double(max(0, repetitions)))
    let overhead = transferTime(kernel).map { starts + $0 } ?? starts
    let work = Time.maximum(compute, memory)
    let time = work + overhead
    result.bound =
      overhead.value > work.value
      ? .overhead
      : compute.value >= memory.value ? .compute : .memory
    if result.bound == .memory { result.boundMemory = slowestMemory(kernel, unit) }
    result.operationsPerByte = operationsPerByte(kernel)
    result.utilisation = idealTime(kernel, unit).map { $0 / time.value }
    result.time = time
    var energy = unit.staticPower * time
    for index in kernel.layers {
      let layer = workload.layers[index]
      if let macs = layer.work.macs.fixedValue,
        let perMAC = unit.energyPerMAC?[layer.precision.rawValue]
      {
        energy += perMAC.energy(macs: Double(macs))
      }
    }
    for (memory, bytes) in bytesByMemory(kernel, unit) {
      if let perByte = unit.energyPerByte?[memory] { energy += perByte.energy(bytes: bytes) }
    }
    result.energy = energy
    return result
  }

  /// The kernel's terms at the unit's rates; nil when one is unknown.
  private func computeTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Time? {
    guard let terms = CostTerms(kernel, workload, chargesResults: unit.cyclesPerResult != nil)
    else { return nil }
    var time = Time.zero
    for (term, amount) in terms.amounts {
      switch term {
      case .mac(let precision, let kind):
        guard let rate = unit.cycles(perMACIn: precision, kind) else { return nil }
        time += rate.time(macs: amount, at: unit.clock)
      case .result(let precision, let kind):
        guard let rate = unit.cycles(perResultIn: precision, kind) else { return nil }
        time += rate.time(operations: amount, at: unit.clock)
      case .operation(let kind):
        guard let rate = unit.cycles(perOpOf: kind) else { return nil }
        time += rate.time(operations: amount, at: unit.clock)
      // Charged with transfers, as overhead.
      case .kernel: continue
      }
    }
    return time
  }

  /// Seconds of the multiply-accumulates at the unit's best rate in their precision; nil without
  /// any.
  private func idealTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Double? {
    var seconds = 0.0
    for index in kernel.layers {
      let layer = workload.layers[index]
      guard let macs = layer.work.macs.fixedValue, macs > 0 else { continue }
      guard let best = unit.bestCyclesPerMAC(in: layer.precision) else { return nil }
      seconds += Double(macs) * best / unit.clock.value
    }
    return seconds > 0 ? seconds : nil
  }

  private func operationsPerByte(_ kernel: Kernel) -> Double? {
    let work = kernel.layers.reduce(Work.none) { $0 + workload.layers[$1].work }
    return Layer.operationsPerByte(work, bytes: kernel.traffic.total + kernel.scratchBytes * 2)
  }

  private func slowestMemory(_ kernel: Kernel, _ unit: ComputeUnit) -> String? {
    let times = bytesByMemory(kernel, unit).compactMap { entry in
      unit.bandwidth[entry.memory].map { (entry.memory, $0.time(bytes: entry.bytes).value) }
    }
    return times.max { $0.1 < $1.1 }?.0
  }

  private func memoryTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Time? {
    guard kernel.traffic.total.fixedValue != nil else { return nil }
    return bytesByMemory(kernel, unit).reduce(Time.zero) { time, entry in
      guard let bandwidth = unit.bandwidth[entry.memory] else { return time }
      return time + bandwidth.time(bytes: entry.bytes)
    }
  }

  /// The kernel's bytes divided over the memories that its unit uses.
  private func bytesByMemory(
    _ kernel: Kernel, _ unit: ComputeUnit
  ) -> [(memory: String, bytes: Double)] {
    let constants = Double(kernel.traffic.constants.fixedValue ?? 0)
    let scratch = 2 * Double(kernel.scratchBytes.fixedValue ?? 0)
    let activations = Double(kernel.traffic.activations.fixedValue ?? 0) + scratch
    return placement(on: kernel.unit, unit).map {
      ($0.memory, $0.weights * constants + $0.activations * activations)
    }
  }

  /// Which part of a unit's weights and activations lies in each memory.
  ///
  /// The nearest memory is filled first, with activations before weights; the rest goes to the
  /// next, and the last takes what is left. Activations of unknown size are taken to lie in the
  /// last.
  private func placement(
    on index: Int, _ unit: ComputeUnit
  ) -> [(memory: String, weights: Double, activations: Double)] {
    let memories = device.memories.filter { unit.bandwidth[$0.name] != nil }
    var weights = Double(constantBytes[index])
    var activations = workload.memory.arenaBytes.map(Double.init) ?? .infinity
    let allWeights = max(1, weights)
    let allActivations = max(1, activations)
    let lastForWeights = memories.lastIndex { $0.holds != .activations }
    let lastForActivations = memories.lastIndex { $0.holds != .weights }
    var result: [(memory: String, weights: Double, activations: Double)] = []
    for (place, memory) in memories.enumerated() {
      var room = memory.capacity.value
      var part = (memory: memory.name, weights: 0.0, activations: 0.0)
      if memory.holds != .weights {
        let taken = place == lastForActivations ? activations : min(activations, room)
        part.activations =
          activations == .infinity
          ? (place == lastForActivations ? 1 : 0) : taken / allActivations
        if activations != .infinity {
          activations -= taken
          room = max(0, room - taken)
        }
      }
      if memory.holds != .activations {
        let taken = place == lastForWeights ? weights : min(weights, room)
        part.weights = taken / allWeights
        weights -= taken
      }
      result.append(part)
    }
    return result
  }

  /// The time of bringing operands over from the other side of an accelerator's link.
  private func transferTime(_ kernel: Kernel) -> Time? {
    guard !kernel.transfers.isEmpty,
      let link = stack.units.lazy.compactMap(\.transfer).first
    else { return nil }
    // What is made outside a loop is brought over once, what is made in it each time.
    var time = Time.zero
    var most = 1
    for value in kernel.transfers {
      let made = makers[value.index].flatMap { workload.layers[$0].repetitions.fixedValue } ?? 1
      let times = max(1, made)
      most = max(most, times)
      let bytes = workload.graph[value].type.storageBytes.fixedValue ?? 0
      time += link.bandwidth.time(bytes: Double(bytes) * Double(times))
    }
    return link.latency.scaled(by: Double(most)) + time
  }
}
