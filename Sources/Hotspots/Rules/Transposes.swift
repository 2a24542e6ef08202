import Quantities
import Analysis
import OpGraph

/// Transposes: elements are moved only because two layers want another order of the axes.
struct Transposes: HotspotRule {
  let name = "transposes"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let graph = evaluation.workload.graph
    let moving = evaluation.workload.layers.filter {
      $0.fold == nil && graph.nodes[$0.index].operation is Transpose && $0.traffic.total != 0
    }.map(\.index)
    guard let first = moving.first else { return [] }
    var changed = evaluation.scenario
    changed.remove(moving)
    return [
      Proposal(
        layers: moving,
        reason: "\(counted(moving.count, "transpose")), which only move data, the first "
          + "'\(evaluation.workload.layers[first].shortName)'",
        advice: "export the model in the native layout of the runtime", changed: changed)
    ]
  }
}
