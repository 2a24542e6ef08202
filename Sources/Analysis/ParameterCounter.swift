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
      let isFolded = complete.folds[index] != nil
      let outputs = graph.nodes[index].outputs
      let isUsed = !isFolded || outputs.contains { $0.map { takesPart[$0.index] } ?? false }
      guard isUsed else { continue }
      for (place, input) in graph.nodes[index].inputs.enumerated() {
        guard let input, graph[input].isConstant,
          graph.nodes[index].operation.constantRole(at: place) != .attribute
        else { continue }
        takesPart[input.index] = true
        // A folded node hands its constants on to the node that uses its result.
        let result = outputs.first ?? nil
        firstUser[input.index] = isFolded ? result.flatMap { firstUser[$0.index] } ?? index : index
      }
    }
    // Some exporters store weights as the results of operators without operands.
    var constantResults: Set<Int> = []
    for node in graph.nodes.indices where graph.node(node, runs: Constant.self) {
      constantResults.formUnion(graph.nodes[node].outputs.compactMap { $0?.index })
    }
    for index in graph.values.indices where takesPart[index] {
      guard graph.values[index].origin == .stored || constantResults.contains(index),
        graph.values[index].type.shape?.rank != 0, let user = firstUser[index]
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
