package import Analysis
import DeviceProfiles
import OpGraph
import Quantities

/// A unit with a rate for each kind of kernel and precision, and a bandwidth for each memory.
///
/// Computing is a sum over terms, moving bytes one over memories, and the longer of both is what a
/// kernel takes; weights with a rate of their own come on top, and those that do not stay near a processor
/// add to computing. See `docs/method/mapping.md`.
package struct RateModel: CostModel {
  private let workload: Workload
  private let flow: DataFlow
  private let unit: ComputeUnit
  private let memories: [Memory]

  package init(_ assignment: UnitAssignment) {
    workload = assignment.workload
    flow = assignment.flow
    unit = assignment.unit
    memories = assignment.memories
  }

  package var version: String? { nil }

  /// The rate of the kind of kernel that is fastest in a precision.
  package func bestCyclesPerMAC(in precision: Precision) -> Double? {
    KernelKind.allCases.filter(\.isContraction)
      .compactMap { unit.cycles(perMACIn: precision, .kind($0))?.value }.min()
  }

  package func costs(of kernels: some Collection<Kernel>) -> (Kernel) -> KernelCost? {
    let parts = parts(constantBytes: constantBytes(kernels))
    let read = kernels.constantBytes
    let uncachedShare = CostTerm.uncached(ofBytes: read) / max(1, read)
    let streamedShare = unit.leastStreamedShare(ofWeights: read)
    return { cost(of: $0, parts, uncachedShare, streamedShare) }
  }

  /// - Parameters:
  ///   - uncachedShare: Which part of the weights does not stay near a processor.
  ///   - streamedShare: Which part of them comes from their memory at least.
  private func cost(
    of kernel: Kernel, _ parts: [Part], _ uncachedShare: Double, _ streamedShare: Double
  ) -> KernelCost? {
    guard kernel.traffic.total.fixedValue != nil, computes(kernel),
      let terms = terms(kernel, uncachedShare)
    else { return nil }
    let constants = Double(kernel.traffic.constants.fixedValue ?? 0)
    let scratch = 2 * Double(kernel.scratchBytes.fixedValue ?? 0)
    let activations = memoryBytes(kernel, scratch: scratch)
    let bytes = parts.map {
      KernelCost.MemoryBytes($0.memory, $0.weights * constants + $0.activations * activations)
    }
    func time(where isPart: (CostTerm) -> Bool) -> Time {
      terms.reduce(Time.zero) { isPart($1.term) ? $0 + $1.time : $0 }
    }
    let compute = time { $0 != .weights && $0 != .uncachedWeights }
    let (weights, uncached) = (time { $0 == .weights }, time { $0 == .uncachedWeights })
    let memory = zip(bytes, parts).reduce(Time.zero) { sum, pair in
      let (entry, part) = pair
      guard let bandwidth = unit.bandwidth[entry.memory] else { return sum }
      var time = bandwidth.time(bytes: entry.bytes)
      let cached = part.weights * constants * (1 - streamedShare)
      time.low = max(0, time.low - cached / bandwidth.high)
      return sum + time
    }
    return KernelCost(
      compute: compute, memory: Time.maximum(memory, uncached) + weights,
      work: Time.maximum(compute + uncached, memory) + weights, bytes: bytes, on: unit,
      terms: terms)
  }

  /// Bytes of a kernel's activations, and of what is kept from one inference to the next, that a memory moves.
  private func memoryBytes(_ kernel: Kernel, scratch: Double) -> Double {
    let all = Double(kernel.traffic.activations.fixedValue ?? 0) + scratch
    let state = Double(kernel.traffic.state.fixedValue ?? 0)
    guard unit.keepsActivationsInCache, let cache = unit.cacheBytes?.value else { return all }
    // Of more than it holds a cache keeps a part, and nothing of twice as much.
    return state + min(all - state, 2 * max(0, all - state - cache))
  }

  private func computes(_ kernel: Kernel) -> Bool {
    kernel.layers.allSatisfy {
      unit.computes(workload.layers[$0].kind, in: workload.layers[$0].precision)
    }
  }

  /// The kernel's terms at the unit's rates, but for its start; nil when one is unknown.
  private func terms(
    _ kernel: Kernel, _ uncachedShare: Double
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
      case .weights:
        if let rate = unit.cyclesPerWeightByte {
          times.append((term, rate.time(bytes: amount, at: unit.clock)))
        }
        if let rate = unit.cyclesPerUncachedByte, uncachedShare > 0 {
          let bytes = amount * uncachedShare
          times.append((.uncachedWeights, rate.time(bytes: bytes, at: unit.clock)))
        }
      case .kernel, .uncachedWeights, .inference: continue
      }
    }
    return times
  }

  // MARK: Memories

  /// Which part of the unit's weights and activations lies in a memory.
  private struct Part {
    var memory: MemoryName
    var weights = 0.0, activations = 0.0
  }

  /// Bytes of the constants that kernels read, each once.
  private func constantBytes(_ kernels: some Collection<Kernel>) -> Int {
    var constants: Set<Int> = []
    for layer in kernels.lazy.flatMap(\.layers) {
      for input in workload.layers[layer].inputs.compactMap({ $0 })
      where workload.graph[input].isConstant {
        constants.insert(flow.holder(of: input))
      }
    }
    return constants.map { workload.graph.values[$0].type.packedBytes }.sum.fixedValue ?? 0
  }

  /// Divides the unit's weights and activations over its memories.
  ///
  /// The nearest memory is filled first, with activations before weights; the rest goes to the
  /// next, and the last takes what is left. Activations of unknown size are taken to lie in the
  /// last.
  private func parts(constantBytes: Int) -> [Part] {
    var weights = Double(constantBytes)
    var activations = workload.memory.arenaBytes.map(Double.init) ?? .infinity
    let allWeights = max(1, weights)
    let allActivations = max(1, activations)
    let lastForWeights = memories.lastIndex { $0.holds != .activations }
    let lastForActivations = memories.lastIndex { $0.holds != .weights }
    var result: [Part] = []
    for (place, memory) in memories.enumerated() {
      var capacity = memory.capacity.value
      var part = Part(memory: memory.name)
      if memory.holds != .weights {
        let taken = place == lastForActivations ? activations : min(activations, capacity)
        part.activations =
          activations == .infinity
          ? (place == lastForActivations ? 1 : 0) : taken / allActivations
        if activations != .infinity {
          activations -= taken
          capacity = max(0, capacity - taken)
        }
      }
      if memory.holds != .activations {
        let taken = place == lastForWeights ? weights : min(weights, capacity)
        part.weights = taken / allWeights
        weights -= taken
      }
      result.append(part)
    }
    return result
  }
}
