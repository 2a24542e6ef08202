import OpGraph

/// Counts trained elements: stored tensors that take part in arithmetic, each once.
///
/// Constants of shapes, axes and quantization are not counted, and neither are constants of
/// rank 0, which are literals (an epsilon, a limit), not trained.
struct ParameterCounter {
  private let graph: Graph
  /// For each node, the stored tensors that it is the first to use.
  private var firstUses: [[ValueID]]
  private(set) var elements: SymbolicInt = 0
  private(set) var bytes: SymbolicInt = 0

  init(_ complete: InferredGraph) {
    graph = complete.graph
    firstUses = [[ValueID]](repeating: [], count: graph.nodes.count)
    // Whether a constant value takes part in arithmetic, found backwards from its consumers.
    var takesPart = [Bool](repeating: false, count: graph.values.count)
    var firstUser = [Int?](repeating: nil, count: graph.values.count)
    for index in graph.nodes.indices.reversed() {
      let node = graph.nodes[index]
      let isFolded = complete.folds[index] != nil
      let isUsed = !isFolded || node.outputs.contains { $0.map { takesPart[$0.index] } ?? false }
      guard isUsed else { continue }
      for (place, input) in node.inputs.enumerated() {
        guard let input, graph[input].isConstant,
          node.operation.constantRole(at: place) != .attribute
        else { continue }
        takesPart[input.index] = true
        // A folded node hands its constants on to the node that uses its result.
        let result = node.outputs.first ?? nil
        firstUser[input.index] = isFolded ? result.flatMap { firstUser[$0.index] } ?? index : index
      }
    }
    // Some exporters store weights as the results of operators without operands.
    let constantResults = Set(
      graph.nodes.filter { $0.operation is Constant }.flatMap(\.outputs).compactMap { $0?.index })
    for (index, value) in graph.values.enumerated() where takesPart[index] {
      guard value.origin == .stored || constantResults.contains(index), value.type.shape?.rank != 0,
        let user = firstUser[index]
      else { continue }
      firstUses[user].append(ValueID(index))
    }
  }

  /// The elements that a node is the first to use.
  mutating func count(of node: Int) -> SymbolicInt {
    var own: SymbolicInt = 0
    for id in firstUses[node] {
      let type = graph[id].type
      own += type.elementCount
      bytes += type.packedBytes
    }
    elements += own
    return own
  }
}
