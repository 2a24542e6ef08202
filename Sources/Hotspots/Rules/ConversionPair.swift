import Quantities
import Analysis

/// Conversions that undo each other.
struct ConversionPair: HotspotRule {
  let name = "conversion-pair"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let layers = evaluation.workload.layers
    let pairs = QuantizationReview(evaluation.workload.graph, layers: layers).pairs
    guard !pairs.isEmpty else { return [] }
    let members = Set(pairs.flatMap { [$0.first, $0.second] }).sorted()
    var changed = evaluation.scenario
    changed.remove(members)
    return [
      Proposal(
        layers: members,
        reason: "\(counted(pairs.count, "conversion")) reverts the previous one, the first at "
          + "'\(layers[pairs[0].second].shortName)'",
        advice: "export the model without them", changed: changed)
    ]
  }
}
