import Quantities
import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph

/// Products that wait for their weights: each is read once and used once.
struct WeightBound: HotspotRule {
  let name = "weight-bound"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let graph = evaluation.workload.graph
    var weights: [ValueID] = []
    var bound: [Layer] = []
    for layer in evaluation.workload.layers where layer.isContraction {
      let unit = evaluation.kernel(of: layer.index)?.kernel.unit
      let isAccelerated =
        unit.flatMap { evaluation.scenario.target?.runtime.units[$0].accepts } != nil
      // Several elements in a byte are narrow already.
      guard isBoundByWeights(layer, evaluation),
        !graph.nodes[layer.index].operation.packsElements
      else { continue }
      let own = layer.inputs.enumerated().compactMap { place, id -> ValueID? in
        guard let id, graph[id].isConstant,
          graph.nodes[layer.index].operation.constantRole(at: place) == .weight
        else { return nil }
        return id
      }.filter { id in
        // Accelerators have weights of 8 bits, runtimes on processors unpack 4.
        graph[id].type.elementType.narrower.map { !isAccelerated || $0 == .int8 } ?? false
      }
      guard !own.isEmpty else { continue }
      weights += own
      bound.append(layer)
    }
    guard let first = bound.first, let weight = weights.first,
      let type = graph[weight].type.elementType.narrower
    else { return [] }
    var changed = evaluation.scenario
    for id in Set(weights) {
      if let type = graph[id].type.elementType.narrower { changed.narrow([id], to: type) }
    }
    return [
      Proposal(
        layers: bound.map(\.index),
        reason:
          "\(counted(bound.count, "layer")) bound by weight traffic, the first '\(first.shortName)'",
        advice: "store these weights as \(type.rawValue), or prune them", changed: changed)
    ]
  }

  /// Nine tenths of what moves are weights, and memory is what limits the kernel.
  private func isBoundByWeights(_ layer: Layer, _ evaluation: Evaluation) -> Bool {
    guard let weights = layer.traffic.weights.fixedValue,
      let total = layer.traffic.total.fixedValue, total > 0,
      Double(weights) >= 0.9 * Double(total)
    else { return false }
    guard evaluation.estimate != nil else { return true }
    return evaluation.kernel(of: layer.index)?.bound == .memory
  }
}
