import Analysis
import OpGraph

/// Branches whose order keeps more activations live at once than another order would.
struct ExecutionOrder: HotspotRule {
  let name = "execution-order"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let workload = evaluation.workload
    guard let better = MemoryPlan.reordered(workload), let peak = workload.memory.peak,
      let layer = peak.layer, let changed = reordered(evaluation.scenario, better.layers)
    else { return [] }
    return [
      Proposal(
        layers: [layer],
        reason: "\(peak.buffers.count) activations are live at once in "
          + "'\(workload.layers[layer].shortName)'",
        advice: "run the branches before it in another order (the analysis in JSON lists one)",
        changed: changed)
    ]
  }

  /// The scenario with the layers that run in another order, the others where they were.
  private func reordered(_ scenario: Scenario, _ layers: [Int]) -> Scenario? {
    let places = layers.sorted()
    var order = Array(scenario.complete.graph.nodes.indices)
    for (place, layer) in zip(places, layers) { order[place] = layer }
    var changed = scenario
    changed.complete.graph.nodes = order.map { scenario.complete.graph.nodes[$0] }
    changed.complete.folds = order.map { scenario.complete.folds[$0] }
    changed.complete.contradictions = Set(
      order.indices.filter { scenario.complete.contradictions.contains(order[$0]) })
    return changed
  }
}
