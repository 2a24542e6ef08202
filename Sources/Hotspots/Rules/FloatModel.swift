import Analysis
import OpGraph

/// A model without a single integer product: all of it could be quantized after training.
struct FloatModel: HotspotRule {
  let name = "float-model"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let layers = evaluation.workload.layers
    let products = layers.filter(\.isContraction)
    guard !products.isEmpty, products.allSatisfy(\.precision.isReal),
      // Weights that are stored as integers are the matter of another rule.
      products.allSatisfy({ !($0.factors?.contains("int") ?? false) })
    else { return [] }
    let running = layers.filter { $0.fold == nil && $0.kind != .opaque }.map(\.index)
    let precision = products[0].precision.rawValue
    var changed = evaluation.scenario
    changed.quantize(running)
    return [
      Proposal(
        layers: products.map(\.index),
        reason:
          products.count == 1
          ? "the only layer that multiplies does so in \(precision)"
          : "all \(products.count) layers that multiply do so in \(precision)",
        advice: "quantize the model to 8-bit integers, its inputs and outputs as well",
        changed: changed)
    ]
  }
}
