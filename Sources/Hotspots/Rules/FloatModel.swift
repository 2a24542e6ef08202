import Analysis
import OpGraph

/// A network without a single product of integers with integers: all of it could be quantized.
struct FloatModel: HotspotRule {
  let name = "float-model"

  /// Whether a model has multiply-accumulates, and none with integers on both sides.
  ///
  /// Classical models (trees, linear classifiers of ai.onnx.ml) do not count: no tool quantizes them.
  static func applies(to workload: Workload) -> Bool {
    let products = workload.layers.filter(\.isContraction)
    return !products.isEmpty
      && products.allSatisfy { layer in
        let input = layer.inputs.first.flatMap { $0 }
        let isFloat = input.map { workload.graph[$0].type.elementType.isFloat } ?? false
        return isFloat && !layer.sourceOperator.hasPrefix("ai.onnx.ml.")
      }
  }

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard Self.applies(to: evaluation.workload) else { return [] }
    let layers = evaluation.workload.layers
    let products = layers.filter(\.isContraction)
    let hybrids = products.count { $0.hasIntegerFactor }
    var changed = evaluation.scenario
    changed.quantize(layers.filter { $0.fold == nil && $0.kind != .opaque }.map(\.index))
    let subject =
      products.count == 1
      ? "the only layer with MACs runs"
      : "all \(products.count) layers with MACs run"
    return [
      Proposal(
        layers: products.map(\.index),
        reason: "\(subject) with floating-point activations"
          + (hybrids == 0 ? "" : ", \(hybrids) of them with integer weights"),
        advice: "quantize the model to 8-bit integers, including its inputs and outputs",
        changed: changed)
    ]
  }
}
