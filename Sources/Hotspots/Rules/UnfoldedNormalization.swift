import Quantities
import Analysis
import OpGraph

/// Scales and shifts of a channel that could be part of the weights before them.
struct UnfoldedNormalization: HotspotRule {
  let name = "unfolded-normalization"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let workload = evaluation.workload
    let graph = workload.graph
    let consumers = graph.consumersByValue()
    let producers = graph.producersByValue()
    let results = Set(graph.outputs)
    // Such layers that follow a contraction directly, or another of them that does.
    var foldable: Set<Int> = []
    for layer in workload.layers where layer.fold == nil && isScaleOrShift(layer, graph) {
      let data = layer.inputs.compactMap { $0 }.first { !graph[$0].isConstant }
      guard let value = data, let producer = producers[value.index],
        consumers[value.index].count == 1,
        !results.contains(value)
      else { continue }
      let before = workload.layers[producer]
      let hasConstantWeights = before.inputs.dropFirst().allSatisfy {
        $0.map { graph[$0].isConstant } ?? true
      }
      if foldable.contains(producer)
        || before.isContraction && before.fusedActivation == nil && hasConstantWeights
      {
        foldable.insert(layer.index)
      }
    }
    guard !foldable.isEmpty else { return [] }
    let layers = foldable.sorted()
    var changed = evaluation.scenario
    for index in layers { changed.complete.folds[index] = .normalization }
    return [
      Proposal(
        layers: layers,
        reason:
          "\(counted(layers.count, "layer")) only scaling or shifting the result of a convolution or matmul, "
          + "the first '\(workload.layers[layers[0]].shortName)'",
        advice: "fold them into the weights and biases when exporting", changed: changed)
    ]
  }

  /// A batch normalization, or a sum or product with a constant of at most one number a channel.
  private func isScaleOrShift(_ layer: Layer, _ graph: Graph) -> Bool {
    let node = graph.nodes[layer.index]
    let constants = layer.inputs.compactMap { $0 }.filter { graph[$0].isConstant }
    if (node.operation as? Normalization)?.function == .batch {
      return constants.count == layer.inputs.compactMap({ $0 }).count - 1
    }
    guard let function = (node.operation as? Elementwise)?.function,
      [.add, .subtract, .multiply].contains(function), layer.inputs.count == 2,
      constants.count == 1, let shape = graph[constants[0]].type.shape
    else { return false }
    return shape.dimensions.filter { $0 != 1 }.count <= 1
  }
}
