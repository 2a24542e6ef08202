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
    diagnostics = estimator.capacityDiagnostics
    diagnostics += Self.fallbackDiagnostics(kernels)
    diagnostics += Self.rateDiagnostics(kernels, workload)
    let known = kernels.compactMap(\.time)
    guard !known.isEmpty else { return }
    latency = known.reduce(stack.overheadPerInference, +)
    let overheadEnergy = stack.units[0].staticPower * stack.overheadPerInference
    energy = kernels.compactMap(\.energy).reduce(overheadEnergy, +)
  }

  /// One diagnostic for each reason why an accelerator left kernels to its host.
  private static func fallbackDiagnostics(_ kernels: [KernelEstimate]) -> [Diagnostic] {
    let refused = kernels.filter { $0.kernel.refusal != nil }
    let byReason = Dictionary(grouping: refused) { $0.kernel.refusal ?? "" }
    return byReason.sorted { $0.key < $1.key }.map { reason, group in
      Diagnostic(
        .note, code: "fallback", "\(reason): \(group.count) kernels run on \(group[0].unit)")
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
  /// For each value, the unit that makes it; nil for inputs and constants.
  private let unitOfValue: [Int?]

  init(
    _ workload: Workload, _ plan: [Kernel], device: DeviceProfile, stack: ExecutionStack
  ) {
    self.workload = workload
    self.device = device
    self.stack = stack
    var unitOfValue = [Int?](repeating: nil, count: workload.graph.values.count)
    for kernel in plan {
      for layer in kernel.layers {
        for output in workload.layers[layer].outputs { unitOfValue[output.index] = kernel.unit }
      }
    }
    // A view's result lies where its operand does.
    for layer in workload.layers where layer.kind == .view {
      let source = layer.inputs.first.flatMap { $0 }.flatMap { unitOfValue[$0.index] }
      for output in layer.outputs { unitOfValue[output.index] = source }
    }
    self.unitOfValue = unitOfValue
  }

  func estimate(_ kernel: Kernel) -> InferenceEstimate.KernelEstimate {
    let unit = stack.units[kernel.unit]
    var result = InferenceEstimate.KernelEstimate(kernel: kernel, unit: unit.name)
    guard let compute = computeTime(kernel, unit), let memory = memoryTime(kernel, unit) else {
      return result
    }
    let transfer = transferTime(kernel)
    let overhead = transfer.map { unit.overheadPerKernel + $0 } ?? unit.overheadPerKernel
    let work = Time.maximum(compute, memory)
    let time = work + overhead
    result.bound =
      overhead.value > work.value
      ? .overhead
      : compute.value >= memory.value ? .compute : .memory
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

  /// Multiply-accumulates and other operations at the unit's rates; nil when one is unknown.
  private func computeTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Time? {
    var time = Time.zero
    for index in kernel.layers {
      let layer = workload.layers[index]
      guard layer.isCosted, let macs = layer.work.macs.fixedValue,
        let otherOps = layer.work.otherOps.fixedValue
      else { return nil }
      if macs > 0 {
        guard let rate = unit.cycles(perMACIn: layer.precision, layer.kind) else { return nil }
        time += rate.time(macs: Double(macs), at: unit.clock)
      }
      if otherOps > 0 {
        guard let rate = unit.cycles(perOpOf: layer.kind) else { return nil }
        time += rate.time(operations: Double(otherOps), at: unit.clock)
      }
    }
    return time
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
    let traffic = kernel.traffic
    let constants = (traffic.weights + traffic.bias + traffic.parameters).fixedValue ?? 0
    let activations = (traffic.activationsRead + traffic.activationsWritten).fixedValue ?? 0
    return shares(of: .weights, on: unit).map { ($0.memory, $0.share * Double(constants)) }
      + shares(of: .activations, on: unit).map { ($0.memory, $0.share * Double(activations)) }
  }

  /// Which part of the model's weights or activations lies in each memory: the nearest is filled
  /// first and the rest goes to the next.
  private func shares(
    of contents: Memory.Contents, on unit: ComputeUnit
  ) -> [(memory: String, share: Double)] {
    let memories = device.memories.filter {
      unit.bandwidth[$0.name] != nil && ($0.holds == contents || $0.holds == .both)
    }
    let size = Double(requirement(contents) ?? 0)
    var rest = 1.0
    return memories.enumerated().map { index, memory in
      let isLast = index == memories.count - 1
      let share = isLast || size == 0 ? rest : min(rest, memory.capacity.value / size)
      rest -= share
      return (memory.name, share)
    }
  }

  private func requirement(_ contents: Memory.Contents) -> Int? {
    contents == .weights
      ? workload.totals.weightBytes.fixedValue : workload.totals.arenaBytes
  }

  /// The time of bringing operands over from the other side of an accelerator's link.
  private func transferTime(_ kernel: Kernel) -> Time? {
    var crossing = 0.0
    var seen: Set<ValueID> = []
    for index in kernel.layers {
      for input in workload.layers[index].inputs.compactMap({ $0 }) {
        guard let maker = unitOfValue[input.index], maker != kernel.unit,
          seen.insert(input).inserted
        else { continue }
        crossing += Double(workload.graph[input].type.storageBytes.fixedValue ?? 0)
      }
    }
    guard !seen.isEmpty else { return nil }
    guard let link = stack.units.lazy.compactMap(\.transfer).first else { return nil }
    return link.latency + link.bandwidth.time(bytes: crossing)
  }

  /// Says when weights or activations need more memory than the device has.
  var capacityDiagnostics: [Diagnostic] {
    [Memory.Contents.weights, .activations].compactMap { contents in
      let capacity = device.memories
        .filter { $0.holds == contents || $0.holds == .both }
        .map(\.capacity.value).reduce(0, +)
      guard let need = requirement(contents), Double(need) > capacity else { return nil }
      return Diagnostic(
        .warning, code: "does-not-fit",
        "\(contents.rawValue) take \(need) bytes, the device has \(Int(capacity)) for them")
    }
  }
}
