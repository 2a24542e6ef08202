package import DeviceProfiles
package import Analysis
import OpGraph

/// The compute unit of each layer.
package struct PlacementPlan: Sendable {
  /// Where a layer runs.
  package struct Placement: Sendable {
    /// Index of the compute unit in the runtime.
    package var unit: Int
    /// Why the first unit did not take it, if it did not.
    package var refusal: String?
  }

  /// Why an operator that could be taken is not, where only a first part is.
  package static let comesLater =
    "The compiler maps the first part of a graph, and this comes after an operator that is not "
    + "mapped"

  /// One for each layer, those that cost nothing included.
  package private(set) var placements: [Placement]

  /// Assigns each layer to the first unit that accepts it.
  package init(_ workload: Workload, on runtime: Runtime) {
    placements = workload.layers.map { _ in Placement(unit: 0) }
    let last = runtime.units.count - 1
    guard last > 0 else { return }
    let layout = workload.graph.imageLayout
    for layer in workload.layers {
      // Rules may rely on operands that fit.
      guard !layer.isContradictory else {
        placements[layer.index] = Placement(
          unit: last, refusal: "\(layer.operatorTitle): its operands contradict its definition")
        continue
      }
      // What is compiled for the accelerator runs there, at a cost that the file does not show.
      if (workload.graph.nodes[layer.index].operation as? Opaque)?.isCompiled == true { continue }
      let facts = OperatorFacts(layer, in: workload.graph, layout)
      for (index, unit) in runtime.units.enumerated() {
        guard let reason = unit.accepts?.refusal(of: facts) else {
          placements[layer.index].unit = index
          break
        }
        placements[layer.index].unit = last
        placements[layer.index].refusal = placements[layer.index].refusal ?? reason
      }
    }
    for (index, unit) in runtime.units.enumerated() where unit.accepts?.isFirstPartOnly == true {
      keepFirstPart(of: index, workload, host: last)
    }
  }

  /// The layers that a set of rules leaves to the host.
  package static func hostLayers(of workload: Workload, by rules: PlacementSetName) -> Set<Int> {
    guard let rules = PlacementCatalog.all[rules] else { return [] }
    let layout = workload.graph.imageLayout
    let refused = workload.layers.filter { layer in
      layer.isContradictory
        || rules.refusal(of: OperatorFacts(layer, in: workload.graph, layout)) != nil
    }
    return Set(refused.map(\.index))
  }

  /// Leaves to the host what depends on something that the host computes.
  ///
  /// Operators that only prepare the model's inputs, before any of the unit, start no second
  /// part.
  private mutating func keepFirstPart(of unit: Int, _ workload: Workload, host: Int) {
    // Values that depend on results of the host that depend on the unit's results.
    var isBehind = [Bool](repeating: false, count: workload.graph.values.count)
    var isFromUnit = isBehind
    for layer in workload.layers {
      let inputs = layer.inputs.compactMap { $0?.index }
      let isLate = inputs.contains { isBehind[$0] }
      // Folded layers do not interrupt a partition.
      guard layer.fold == nil else {
        for output in layer.outputs {
          isFromUnit[output.index] = inputs.contains { isFromUnit[$0] }
          isBehind[output.index] = isLate
        }
        continue
      }
      if isLate, placements[layer.index].unit == unit {
        placements[layer.index].unit = host
        placements[layer.index].refusal = Self.comesLater
      }
      let isOnUnit = placements[layer.index].unit == unit
      for output in layer.outputs {
        isFromUnit[output.index] = isOnUnit || inputs.contains { isFromUnit[$0] }
        isBehind[output.index] = isLate || (!isOnUnit && inputs.contains { isFromUnit[$0] })
      }
    }
  }
}
