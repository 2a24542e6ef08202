import DeviceProfiles
import Analysis
import OpGraph
import Quantities

/// The cost of every operator that a runtime gives to a block array, in execution order.
struct BlockSchedule {
  /// Names of the memory for feature maps and the one behind it, which may be the same.
  let near: MemoryName, external: MemoryName
  /// For each layer, its cost in one run; nil when it is not on the array, or not known.
  private(set) var costs: [BlockCost?]
  private let nearBytesPerCycle: Double, externalBytesPerCycle: Double

  /// Nil when the unit is no block array, or has no memory.
  init?(
    _ workload: Workload, _ plan: PlacementPlan, unit index: Int, of runtime: Runtime,
    on device: DeviceProfile
  ) {
    let unit = runtime.units[index]
    let memories = device.memories.filter { unit.bandwidth[$0.name] != nil }
    guard let array = unit.blockArray, let first = memories.first, let last = memories.last,
      let nearRate = unit.bandwidth[first.name], let externalRate = unit.bandwidth[last.name]
    else { return nil }
    near = first.name
    external = last.name
    nearBytesPerCycle = nearRate.value / unit.clock.value
    externalBytesPerCycle = externalRate.value / unit.clock.value
    let spills = memories.count > 1 && last.holds != .weights
    let model = BlockCostModel(
      array: array, nearBytesPerCycle: nearBytesPerCycle,
      externalBytesPerCycle: externalBytesPerCycle,
      capacity: spills ? first.capacity.value : nil)
    let isOnArray = plan.placements.map { $0.unit == index }
    let flow = LayerFlow(workload)
    let lowering = BlockLowering(workload, isOnArray: isOnArray, flow: flow)
    let operations = workload.layers.indices.map(lowering.operation)
    let maps = FeatureMaps(
      workload, operations, isOnArray: isOnArray, flow: flow, layout: lowering.layout,
      capacity: model.capacity)
    costs = []
    // Weights of the first operator are fetched before the input is there.
    var earlier = 1e9
    var residences: [Int: BlockOperation.Residence] = [:]
    func residence(of value: ValueID) -> BlockOperation.Residence {
      let holder = flow.holder(of: value)
      let found = residences[holder] ?? maps.residence(of: value)
      residences[holder] = found
      return found
    }
    for (index, layer) in workload.layers.enumerated() {
      guard var operation = operations[index] else {
        costs.append(nil)
        continue
      }
      let source = layer.inputs.compactMap { $0 }.first { !workload.graph[$0].isConstant }
      if let source { operation.source = residence(of: source) }
      if let result = layer.outputs.first { operation.destination = residence(of: result) }
      let cost = model.cost(of: operation, after: earlier)
      costs.append(cost)
      if operation.kind != .nothing {
        earlier = max(0, total(cost) - cost.externalBytes / externalBytesPerCycle)
      }
    }
  }

  /// Cycles of a layer's cost.
  func total(_ cost: BlockCost) -> Double {
    cost.total(
      nearBytesPerCycle: nearBytesPerCycle, externalBytesPerCycle: externalBytesPerCycle)
  }

  /// Whether a layer that only gives another shape is a copy here.
  func copies(_ layer: Int) -> Bool { costs[layer].map { total($0) > 0 } ?? false }

  /// Cycles and bytes of all runs of a kernel.
  struct KernelCost {
    var cycles = 0.0, computeCycles = 0.0, memoryCycles = 0.0
    var nearBytes = 0.0, externalBytes = 0.0
  }

  /// The cost of a kernel's layers; nil when one is not known.
  func cost(of kernel: Kernel) -> KernelCost? {
    guard let repetitions = kernel.repetitions.fixedValue else { return nil }
    let runs = Double(max(0, repetitions))
    var sum = KernelCost()
    for layer in kernel.layers {
      guard let cost = costs[layer] else { return nil }
      sum.cycles += runs * total(cost)
      sum.computeCycles += runs * (cost.cycles + cost.tailCycles)
      sum.memoryCycles +=
        runs
        * cost.memoryCycles(
          nearBytesPerCycle: nearBytesPerCycle, externalBytesPerCycle: externalBytesPerCycle)
      sum.nearBytes += runs * cost.nearBytes
      sum.externalBytes += runs * cost.externalBytes
    }
    return sum
  }
}
