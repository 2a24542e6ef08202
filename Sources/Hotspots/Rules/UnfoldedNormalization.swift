import Analysis
import OpGraph

/// Scales and shifts of a channel that could be part of the weights before them.
struct UnfoldedNormalization: HotspotRule {
  let name = "unfolded-normalization"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let workload = evaluation.workload
    let graph = workload.graph
    let users = graph.usersByValue()
    let makers = graph.makersByValue()
    let results = Set(graph.outputs)
    var foldable: Set<Int> = []
    for layer in workload.layers where layer.fold == nil && isScaleOrShift(layer, graph) {
      // The chain of such layers must start at a contraction that nothing else reads.
      var before = layer.inputs.compactMap { $0 }.first { !graph[$0].isConstant }
      while let value = before, let maker = makers[value.index], foldable.contains(maker),
        users[value.index].count == 1, !results.contains(value)
      {
        before = workload.layers[maker].inputs.compactMap { $0 }.first { !graph[$0].isConstant }
      }
      guard let value = before, let maker = makers[value.index], users[value.index].count == 1,
        !results.contains(value), workload.layers[maker].fusedActivation == nil,
        workload.layers[maker].isContraction,
        workload.layers[maker].inputs.dropFirst().allSatisfy({
          $0.map { graph[$0].isConstant } ?? true
        })
      else { continue }
      foldable.insert(layer.index)
    }
    guard !foldable.isEmpty else { return [] }
    let layers = foldable.sorted()
    var changed = evaluation.scenario
    for index in layers { changed.complete.folds[index] = .normalization }
    return [
      Proposal(
        layers: layers,
        reason:
          "\(counted(layers.count, "layer")) that only scale or shift what a convolution or product makes, "
          + "the first '\(workload.layers[layers[0]].name)'",
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
