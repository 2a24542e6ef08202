import OpGraph

/// Constants that are made of stored ones before the first inference, and kept until the last: a
/// repeated tensor, weights as another type.
enum PreparedConstants {
  /// The bytes of those that layers read at run time, or that are results.
  ///
  /// Sizes and axes that only shape other tensors are left out, and so is another shape for stored
  /// bytes.
  static func bytes(_ graph: Graph, folds: [InferredGraph.Fold?]) -> SymbolicInt {
    var holders = graph.aliases(folds: folds)
    var isPrepared = [Bool](repeating: false, count: graph.values.count)
    for index in graph.nodes.indices where folds[index] == .constant {
      let node = graph.nodes[index]
      for case let output? in node.outputs where graph[output].origin == .computed {
        if let source = node.inputs.first ?? nil, sharesBytes(node, source, output, in: graph) {
          holders[output.index] = holders[source.index]
        } else {
          isPrepared[output.index] = true
        }
      }
    }
    var isKept = [Bool](repeating: false, count: graph.values.count)
    for index in graph.nodes.indices where graph.runs(index, folds: folds) {
      let node = graph.nodes[index]
      for (place, input) in node.inputs.enumerated() {
        guard let input, isPrepared[holders[input.index]] else { continue }
        if node.operation.constantRole(at: place) != .attribute {
          isKept[holders[input.index]] = true
        }
      }
    }
    for id in graph.outputs { isKept[holders[id.index]] = true }
    return graph.values.indices.lazy.filter { isKept[$0] && isPrepared[$0] }
      .map { graph.values[$0].type.storageBytes }.reduce(0, +)
  }

  /// Whether a folded node gives the bytes of its operand another shape or meaning.
  private static func sharesBytes(
    _ node: Node, _ source: ValueID, _ output: ValueID, in graph: Graph
  ) -> Bool {
    if node.runs(Dequantize.self) {
      // What is read as the integers that are stored.
      return graph[output].type.elementType == graph[source].type.elementType
    }
    return node.operation is any ViewOperator
      && graph[output].type.elementCount == graph[source].type.elementCount
  }
}
