import Quantities
import Analysis
import OpGraph

/// Weights in integers, activations in floating point: storage is saved, arithmetic is not.
struct WeightOnlyQuantized: HotspotRule {
  let name = "weight-only-quantized"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    // Another rule covers models without any integer arithmetic.
    guard !FloatModel.applies(to: evaluation.workload) else { return [] }
    let graph = evaluation.workload.graph
    let mixed = evaluation.workload.layers.filter { layer in
      guard layer.isContraction, layer.inputs.count > 1, let weights = layer.inputs[1],
        let input = layer.inputs[0]
      else { return false }
      return graph[weights].isConstant && !graph[weights].type.elementType.isFloat
        && graph[input].type.elementType.isFloat
    }.map(\.index)
    guard !mixed.isEmpty else { return [] }
    var changed = evaluation.scenario
    changed.quantize(mixed)
    return [
      Proposal(
        layers: mixed,
        reason:
          "\(counted(mixed.count, "layer")) with integer weights and floating-point activations",
        advice: "quantize the activations as well, with a representative calibration set",
        changed: changed)
    ]
  }
}
