import OpGraph

/// The layers that run, with the activations that each reads and writes: what questions of memory
/// and order are asked of.
struct RunningGraph {
  struct Step {
    /// Place of the node in the graph.
    var node: Int
    fileprivate var reads: Range<Int>
    fileprivate var writes: Range<Int>
  }

  private(set) var steps: [Step] = []
  /// What steps read and write, one after the other.
  private var touched: [Int] = []
  /// Bytes of each activation by its place in the graph; 0 of other values.
  private(set) var bytes: [Int]
  /// Activations that are there from the start.
  private(set) var inputs: Set<Int> = []
  /// Activations that must still be there at the end.
  private(set) var results: Set<Int>

  /// Nil when a size is unknown.
  init?(_ graph: Graph, folds: [InferredGraph.Fold?]) {
    let aliases = graph.aliases(folds: folds)
    results = Set(graph.outputs.map { aliases[$0.index] })
    inputs = Set(graph.inputs.map(\.index))
    bytes = [Int](repeating: -1, count: graph.values.count)
    steps.reserveCapacity(graph.nodes.count)
    for index in graph.nodes.indices where graph.runs(index, folds: folds) {
      let start = touched.count
      for case let input? in graph.nodes[index].inputs {
        let value = aliases[input.index]
        if !graph.values[value].isConstant && graph.values[value].origin != .state {
          touched.append(value)
        }
      }
      if touched.count - start > 1 {
        let reads = Set(touched[start...]).sorted()
        touched.replaceSubrange(start..., with: reads)
      }
      let end = touched.count
      for case let output? in graph.nodes[index].outputs
      where !graph.values[output.index].isConstant {
        touched.append(output.index)
      }
      steps.append(Step(node: index, reads: start..<end, writes: end..<touched.count))
      for value in touched[start...] where !size(value, graph) { return nil }
    }
    for value in inputs where !size(value, graph) { return nil }
    for value in bytes.indices where bytes[value] < 0 { bytes[value] = 0 }
  }

  /// Activations as places in the graph, each once, in order.
  func reads(_ step: Step) -> ArraySlice<Int> { touched[step.reads] }
  func writes(_ step: Step) -> ArraySlice<Int> { touched[step.writes] }

  /// Finds the bytes of a value, once.
  /// - Returns: False when they are unknown, or more than any memory holds.
  private mutating func size(_ value: Int, _ graph: Graph) -> Bool {
    if bytes[value] >= 0 { return true }
    guard let size = graph.values[value].type.storageBytes.fixedValue, size < 1 << 40 else {
      return false
    }
    bytes[value] = size
    return true
  }
}

extension Graph {
  /// Whether a node makes something when the model runs: it is not folded, and more than a name for
  /// the operators of a function.
  func runs(_ node: Int, folds: [InferredGraph.Fold?]) -> Bool {
    folds[node] == nil && !self.node(node, runs: Call.self)
  }
}
