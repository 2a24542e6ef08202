package import OpGraph

/// Finds nodes without consumers of their results.
///
/// Requires: nodes in execution order. Ensures: no result of a node that is left out reaches a graph
/// output depends on; a node without results is kept, since it may act on state.
enum DeadNodes {
  static func find(in graph: Graph) -> Set<Int> {
    // Without outputs of the graph, every node is kept.
    if graph.outputs.isEmpty { return [] }
    var isNeeded = [Bool](repeating: false, count: graph.values.count)
    let regions = Dictionary(grouping: graph.regions, by: \.owner)
    for id in graph.outputs { isNeeded[id.index] = true }
    // What a loop carries is needed in the next iteration if the body's result is passed on: the
    // node that runs the loop has it among its operands.
    var dead: Set<Int> = []
    for index in graph.nodes.indices.reversed() {
      let outputs = graph.nodes[index].outputs
      guard
        outputs.allSatisfy({ $0 == nil })
          || outputs.contains(where: { $0.map { isNeeded[$0.index] } ?? false })
      else {
        dead.insert(index)
        continue
      }
      for case let input? in graph.nodes[index].inputs { isNeeded[input.index] = true }
      for parameter in regions[index]?.flatMap(\.parameters) ?? [] {
        switch parameter.source {
        case .carried(let source?, _), .slice(let source, _), .element(let source):
          isNeeded[source.index] = true
        default: break
        }
      }
    }
    return dead
  }
}

/// Finds batch normalizations that become part of the weights before them.
///
/// Requires: types and constants known. Ensures: such a node follows a contraction with constant
/// weights and no activation, has all its statistics constant, and is the only consumer of its operand;
/// a runtime can then scale the weights and shift the bias once and run nothing.
enum NormalizationFolding {
  static func find(in graph: Graph) -> Set<Int> {
    let normalizations = graph.nodes.indices.filter { graph.node($0, runs: Normalization.self) }
    guard !normalizations.isEmpty else { return [] }
    let consumers = graph.consumersByValue()
    let producers = graph.producersByValue()
    let results = Set(graph.outputs)
    var folded: Set<Int> = []
    for index in normalizations {
      let node = graph.nodes[index]
      guard (node.operation as? Normalization)?.function == .batch,
        node.outputs.compactMap({ $0 }).count == 1,
        node.inputs.dropFirst().allSatisfy({ $0.map { graph[$0].isConstant } ?? true }),
        let source = node.inputs.first ?? nil, consumers[source.index].count == 1,
        !results.contains(source), let producer = producers[source.index]
      else { continue }
      let before = graph.nodes[producer]
      guard before.fusedActivation == nil, before.region == node.region,
        before.operation is Convolution || before.operation is TransposedConvolution
          || before.operation is FullyConnected,
        before.inputs.dropFirst().allSatisfy({ $0.map { graph[$0].isConstant } ?? true })
      else { continue }
      folded.insert(index)
    }
    return folded
  }
}

extension Graph {
  /// Whether a node's result is its operand: an Identity, or a cast to the type that is there.
  func isIdentity(_ index: Int) -> Bool {
    let node = nodes[index]
    guard node.fusedActivation == nil, node.outputs.count == 1, let output = node.outputs[0],
      let input = node.inputs.first ?? nil
    else { return false }
    if node.runs(Identity.self) { return node.inputs.count == 1 }
    guard
      node.runs(CastLike.self)
        || node.runs(Elementwise.self) && (node.operation as? Elementwise)?.function == .cast
    else { return false }
    return self[input].type.elementType == self[output].type.elementType
      && self[input].type.elementType != .undefined
  }

  /// For each value, the index of the value whose memory it shares: a folded quantize, dequantize or
  /// normalization and a call make no tensors, their results are their operands.
  package func aliases(folds: [InferredGraph.Fold?]) -> [Int] {
    var aliases = Array(values.indices)
    for index in nodes.indices {
      switch folds[index] {
      case .quantization, .normalization, .identity:
        // A scale or a shift may have its constant first.
        let operands = nodes[index].inputs.compactMap { $0 }
        guard let source = operands.first(where: { !self[$0].isConstant }) ?? operands.first
        else { continue }
        for case let output? in nodes[index].outputs {
          aliases[output.index] = aliases[source.index]
        }
      case nil where self.node(index, runs: Call.self):
        for case (let output?, let result?) in zip(nodes[index].outputs, nodes[index].inputs) {
          aliases[output.index] = aliases[result.index]
        }
      default: break
      }
    }
    return aliases
  }
}
