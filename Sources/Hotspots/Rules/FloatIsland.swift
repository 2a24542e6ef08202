import Quantities
import Analysis

/// Operators that run in floating point in the middle of a quantized model.
struct FloatIsland: HotspotRule {
  let name = "float-island"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let layers = evaluation.workload.layers
    guard QuantizationReview.isQuantized(layers) else { return [] }
    let review = QuantizationReview(evaluation.workload.graph, layers: layers)
    return review.islands.prefix(Proposal.limitPerRule).map { island in
      var changed = evaluation.scenario
      changed.quantize(island.layers)
      let operators = Set(island.layers.map { layers[$0].operatorTitle }).sorted()
        .joined(separator: ", ")
      let conversions = island.entries.count + island.exits.count
      let entry = layers[island.entries[0]].shortName
      return Proposal(
        layers: island.layers + island.entries + island.exits,
        reason:
          "\(counted(island.layers.count, "layer")) after '\(entry)' in floating point (\(operators)), "
          + "with \(counted(conversions, "conversion"))",
        advice: "quantize them, or replace them by integer operators", changed: changed)
    }
  }
}
