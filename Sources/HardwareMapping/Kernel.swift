package import DeviceProfiles
package import Analysis
package import OpGraph
import Quantities

/// One or more operators that a unit carries out as a whole.
package struct Kernel: Sendable {
  /// Indices of the layers, the producer first.
  package var layers: [Int]
  /// Names of the fusion patterns that joined them.
  package var fusions: [FusionPatternName]
  /// Index of the compute unit in the runtime.
  package var unit: Int
  /// Why the accelerator did not take it, if there is one and it did not.
  package var refusal: String?
  /// How often it runs in one inference; what it computes and moves is that of all runs.
  package var repetitions: SymbolicInt
  /// The bytes that the kernel moves: those of its layers without what stays inside it.
  package var traffic: MemoryTraffic
  /// Bytes of what it lays out for itself before it multiplies, such as the patches of an image;
  /// written once and read once.
  package var scratchBytes: SymbolicInt
  /// Operands that were made on another unit and are brought over for this kernel.
  package var transfers: [ValueID] = []
}

extension Sequence<Kernel> {
  /// Bytes of constants that they read; those of which it is not known count as none.
  var constantBytes: Double {
    reduce(0) { $0 + Double($1.traffic.constants.fixedValue ?? 0) }
  }
}

/// Divides a workload into kernels: places layers on compute units and fuses followers.
package struct KernelPlanner {
  private let workload: Workload
  private let runtime: Runtime
  private let placements: [PlacementPlan.Placement]
  private let copiedViews: Set<Int>
  private let flow: DataFlow

  /// The kernels of a workload on one unit that accepts all operators, in execution order.
  /// - Parameter fusions: Names of the patterns that are applied.
  package static func kernels(of workload: Workload, fusions: [FusionPatternName]) -> [Kernel] {
    return KernelPlanner(workload, on: .withoutRates(fusions: fusions)).kernels()
  }

  /// - Parameters:
  ///   - flow: The workload's; found when left out, as `placements` are from the runtime's rules.
  ///   - copiedViews: Layers that only change the shape, but are copies on their unit.
  init(
    _ workload: Workload, on runtime: Runtime, flow: DataFlow? = nil,
    placements: PlacementPlan? = nil, copiedViews: Set<Int> = []
  ) {
    self.flow = flow ?? DataFlow(workload)
    self.workload = workload
    self.runtime = runtime
    self.placements = (placements ?? PlacementPlan(workload, on: runtime)).placements
    self.copiedViews = copiedViews
  }

  /// The kernels in execution order; folded layers and views that move nothing are in none.
  func kernels() -> [Kernel] {
    let matcher = FusionMatcher(
      workload, flow, patterns: FusionCatalog.patterns(named: runtime.fusions)
    ) { placements[$0].unit == placements[$1].unit }
    var isTaken = [Bool](repeating: false, count: workload.layers.count)
    var kernels: [Kernel] = []
    // Growing would hold the kernels twice, and three times as much room as they need.
    kernels.reserveCapacity(workload.layers.count)
    for layer in workload.layers
    where layer.fold == nil && !isTaken[layer.index]
      && (layer.kind != .view || copiedViews.contains(layer.index))
    {
      let (unit, refusal) = (placements[layer.index].unit, placements[layer.index].refusal)
      let match = matcher.match(from: layer.index, isTaken: isTaken)
      for index in match.layers { isTaken[index] = true }
      let scratch = match.layers.map { index in
        runtime.units[unit].imageToColumn?.contains(workload.layers[index].kind) == true
          ? workload.layers[index].patchBytes : 0
      }
      kernels.append(
        Kernel(
          layers: match.layers, fusions: match.patterns, unit: unit, refusal: refusal,
          repetitions: layer.repetitions, traffic: matcher.traffic(of: match.layers),
          scratchBytes: scratch.sum))
    }
    addTransfers(to: &kernels)
    return kernels
  }

  /// Finds the operands that lie on another unit; each is brought to a unit once.
  ///
  /// The model's own inputs and results are not among them: a runtime's overhead per inference holds
  /// their crossing.
  private func addTransfers(to kernels: inout [Kernel]) {
    guard runtime.units.count > 1 else { return }
    var kernelOfLayer = [Int?](repeating: nil, count: workload.layers.count)
    for (index, kernel) in kernels.enumerated() {
      for layer in kernel.layers { kernelOfLayer[layer] = index }
    }
    // The units on which each value lies.
    var units = [Set<Int>](repeating: [], count: workload.graph.values.count)
    for layer in workload.layers {
      if let index = kernelOfLayer[layer.index] {
        let unit = kernels[index].unit
        for input in layer.inputs.compactMap({ $0 })
        where !units[input.index].isEmpty && units[input.index].insert(unit).inserted {
          kernels[index].transfers.append(input)
        }
        for output in layer.outputs { units[output.index] = [unit] }
      } else if layer.fold != .constant, let source = layer.inputs.first.flatMap({ $0 }) {
        // The result of a view, or of a folded quantize, lies where its operand does.
        for output in layer.outputs { units[output.index] = units[source.index] }
      }
    }
  }
}
