package import Analysis
package import DeviceProfiles
import OpGraph
import Quantities

/// Arm's Ethos-U55 and Ethos-U65: cycles from shapes, operator by operator, as Vela counts them.
///
/// See `docs/method/ethos-u.md`.
package struct EthosUModel: CostModel {
  package static let version = "ethos-u 1.0 (after ethos-u-vela 5.2.0)"

  package let copiedViews: Set<Int>
  private let unit: ComputeUnit
  private let configuration: EthosUConfiguration
  private let constants: EthosUConstants
  /// Nil when the unit uses no memory; no cost is known then.
  private let memories: EthosUMemories?
  /// For each layer, its cost in one run; nil when it is not on the unit, or not known.
  private let layerCosts: [OperationCost?]

  package init(
    _ configuration: EthosUConfiguration, _ assignment: UnitAssignment,
    constants: EthosUConstants = .standard
  ) {
    self.configuration = configuration
    self.constants = constants
    unit = assignment.unit
    memories = EthosUMemories(assignment)
    guard let memories else {
      layerCosts = []
      copiedViews = []
      return
    }
    let costs = Self.costs(
      assignment,
      EthosUFormulas(configuration: configuration, constants: constants, memories: memories))
    layerCosts = costs
    copiedViews = Set(
      assignment.workload.layers.filter { layer in
        layer.kind == .view && costs[layer.index].map { $0.total(in: memories) > 0 } ?? false
      }.map(\.index))
  }

  package var version: String? { Self.version }

  package func bestCyclesPerMAC(in precision: Precision) -> Double? {
    precision == .int8 ? 1 / configuration.macsPerCycle : nil
  }

  package func costs(of kernels: some Collection<Kernel>) -> (Kernel) -> KernelCost? {
    guard let memories else { return { _ in nil } }
    // The interval of the cycles of the formulas.
    let sources = Set(configuration.citedSources + constants.citedSources).sorted()
    let cycle = Estimate<Cycles>(
      1, low: 1 / configuration.intervalFactor, high: configuration.intervalFactor,
      provenance: .derived, sources: sources)
    return { cost(of: $0, memories, cycle) }
  }

  /// The sum over a kernel's layers and runs; nil when one is not known.
  private func cost(
    of kernel: Kernel, _ memories: EthosUMemories, _ cycle: Estimate<Cycles>
  ) -> KernelCost? {
    guard let repetitions = kernel.repetitions.fixedValue else { return nil }
    let runs = Double(max(0, repetitions))
    var (total, compute, memory, near, external) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for layer in kernel.layers {
      guard let cost = layerCosts[layer] else { return nil }
      total += runs * cost.total(in: memories)
      compute += runs * (cost.cycles + cost.tailCycles)
      memory += runs * cost.memoryCycles(in: memories)
      near += runs * cost.nearBytes
      external += runs * cost.externalBytes
    }
    func time(_ cycles: Double) -> Time { cycle.scaled(by: cycles).time(at: unit.clock) }
    return KernelCost(
      compute: time(compute), memory: time(memory), work: time(total),
      bytes: [
        KernelCost.MemoryBytes(memories.near, near),
        KernelCost.MemoryBytes(memories.external, external),
      ], on: unit)
  }

  /// Weights of the first operator are fetched before the input is there: as if this many cycles had
  /// passed, which is more than any weights take.
  private static let cyclesBeforeTheFirst = 1e9

  /// The cost of each layer in one run, in execution order.
  private static func costs(
    _ assignment: UnitAssignment, _ formulas: EthosUFormulas
  ) -> [OperationCost?] {
    let (workload, flow, memories) = (assignment.workload, assignment.flow, formulas.memories)
    let lowering = EthosULowering(workload, isOnUnit: assignment.isOnUnit, flow: flow)
    let operations = workload.layers.indices.map(lowering.operation)
    let maps = FeatureMaps(
      workload, operations, isOnUnit: assignment.isOnUnit, flow: flow, layout: lowering.layout,
      capacity: memories.capacity)
    var costs: [OperationCost?] = []
    var earlier = cyclesBeforeTheFirst
    var residences: [Int: EthosUOperation.Residence] = [:]
    func residence(of value: ValueID) -> EthosUOperation.Residence {
      let holder = flow.holder(of: value)
      let found = residences[holder] ?? maps.residence(of: value)
      residences[holder] = found
      return found
    }
    for (index, layer) in workload.layers.enumerated() {
      // What is compiled already shows no operations.
      guard layer.hasRule, var operation = operations[index] else {
        costs.append(nil)
        continue
      }
      let source = layer.inputs.compactMap { $0 }.first { !workload.graph[$0].isConstant }
      if let source { operation.source = residence(of: source) }
      if let result = layer.outputs.first { operation.destination = residence(of: result) }
      let cost = formulas.cost(of: operation, after: earlier)
      costs.append(cost)
      if operation.kind != .nothing {
        earlier = max(
          0, cost.total(in: memories) - cost.externalBytes / memories.externalBytesPerCycle)
      }
    }
    return costs
  }
}
