import DeviceProfiles
import Analysis
import OpGraph
import Quantities

/// Predicts single kernels on the units of a runtime.
struct KernelEstimator {
  private let workload: Workload
  private let device: DeviceProfile
  private let runtime: Runtime
  /// Bytes of the constants that the kernels on each unit read, each once.
  private let constantBytes: [Int]
  private let producers: [Int?]
  /// For each unit that is a block array, the cost of its layers.
  private let schedules: [BlockSchedule?]

  init(
    _ workload: Workload, _ plan: [Kernel], device: DeviceProfile, runtime: Runtime,
    schedules: [BlockSchedule?]
  ) {
    self.schedules = schedules
    self.workload = workload
    self.device = device
    self.runtime = runtime
    producers = workload.graph.producersByValue()
    var constants = [Set<Int>](repeating: [], count: runtime.units.count)
    for kernel in plan {
      for layer in kernel.layers {
        for input in workload.layers[layer].inputs.compactMap({ $0 })
        where workload.graph[input].isConstant {
          constants[kernel.unit].insert(workload.aliases[input.index])
        }
      }
    }
    constantBytes = constants.map { values in
      values.map { workload.graph.values[$0].type.packedBytes }.sum.fixedValue ?? 0
    }
  }

  func estimate(_ kernel: Kernel) -> InferenceEstimate.KernelEstimate {
    let unit = runtime.units[kernel.unit]
    var result = InferenceEstimate.KernelEstimate(kernel: kernel, unit: unit.name)
    guard let repetitions = kernel.repetitions.fixedValue,
      let (compute, memory, work) = workTime(kernel, unit)
    else { return result }
    let starts = unit.overheadPerKernel.scaled(by: Double(max(0, repetitions)))
    result.crossing = transferTime(kernel)
    let overhead = result.crossing.map { starts + $0 } ?? starts
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
        let perMAC = unit.energyPerMAC?[layer.precision]
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

  /// How many times as long models like this one take as the rates say; 1 where nothing tells.
  func discrepancyFactor(_ plan: [Kernel]) -> Double {
    guard let discrepancy = runtime.discrepancy, runtime.units.count == 1 else { return 1 }
    let unit = runtime.units[0]
    var seconds: [CostTerm: Double] = [:]
    for kernel in plan {
      guard let times = termTimes(kernel, unit) else { return 1 }
      for (term, time) in times { seconds[term, default: 0] += time.value }
    }
    return discrepancy.factor(seconds)
  }

  /// The time of computing, of moving bytes, and of both together; nil when one is unknown.
  private func workTime(
    _ kernel: Kernel, _ unit: ComputeUnit
  ) -> (compute: Time, memory: Time, work: Time)? {
    if let schedule = schedules[kernel.unit], let array = unit.blockArray {
      guard let cost = schedule.cost(of: kernel) else { return nil }
      let one = Estimate<CyclesPerOperation>(
        1, low: 1 / array.intervalFactor, high: array.intervalFactor, provenance: .derived,
        sources: array.sources)
      func time(_ cycles: Double) -> Time { one.time(operations: cycles, at: unit.clock) }
      return (time(cost.computeCycles), time(cost.memoryCycles), time(cost.cycles))
    }
    guard let compute = computeTime(kernel, unit), let memory = memoryTime(kernel, unit) else {
      return nil
    }
    return (compute, memory, Time.maximum(compute, memory))
  }

  /// The kernel's terms at the unit's rates, but for its start; nil when one is unknown.
  private func computeTime(_ kernel: Kernel, _ unit: ComputeUnit) -> Time? {
    // Starts are charged with transfers, as overhead.
    termTimes(kernel, unit).map { times in
      times.reduce(Time.zero) { $1.term == .kernel ? $0 : $0 + $1.time }
    }
  }

  private func termTimes(
    _ kernel: Kernel, _ unit: ComputeUnit
  ) -> [(term: CostTerm, time: Time)]? {
    guard let terms = CostTerms(kernel, workload, chargesResults: unit.cyclesPerResult != nil)
    else { return nil }
    var times: [(term: CostTerm, time: Time)] = []
    for (term, amount) in terms.amounts {
      switch term {
      case .mac(let precision, let kind):
        guard let rate = unit.cycles(perMACIn: precision, kind) else { return nil }
        times.append((term, rate.time(macs: amount, at: unit.clock)))
      case .result(let precision, let kind):
        guard let rate = unit.cycles(perResultIn: precision, kind) else { return nil }
        times.append((term, rate.time(operations: amount, at: unit.clock)))
      case .operation(let kind):
        guard let rate = unit.cycles(perOpOf: kind) else { return nil }
        times.append((term, rate.time(operations: amount, at: unit.clock)))
      case .kernel: times.append((term, unit.overheadPerKernel.scaled(by: amount)))
      }
    }
    return times
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
    return times.max { $0.1 < $1.1 }?.0.rawValue
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
  ) -> [(memory: MemoryName, bytes: Double)] {
    if let schedule = schedules[kernel.unit] {
      guard let cost = schedule.cost(of: kernel) else { return [] }
      return [(schedule.near, cost.nearBytes), (schedule.external, cost.externalBytes)]
    }
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
  ) -> [(memory: MemoryName, weights: Double, activations: Double)] {
    let memories = device.memories.filter { unit.bandwidth[$0.name] != nil }
    var weights = Double(constantBytes[index])
    var activations = workload.memory.arenaBytes.map(Double.init) ?? .infinity
    let allWeights = max(1, weights)
    let allActivations = max(1, activations)
    let lastForWeights = memories.lastIndex { $0.holds != .activations }
    let lastForActivations = memories.lastIndex { $0.holds != .weights }
    var result: [(memory: MemoryName, weights: Double, activations: Double)] = []
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
      let link = runtime.units.lazy.compactMap(\.transfer).first
    else { return nil }
    // What is made outside a loop is brought over once, what is made in it each time.
    var time = Time.zero
    var most = 1
    for value in kernel.transfers {
      let made = producers[value.index].flatMap { workload.layers[$0].repetitions.fixedValue } ?? 1
      let times = max(1, made)
      most = max(most, times)
      let bytes = workload.graph[value].type.storageBytes.fixedValue ?? 0
      time += link.bandwidth.time(bytes: Double(bytes) * Double(times))
    }
    return link.latency.scaled(by: Double(most)) + time
  }
}
