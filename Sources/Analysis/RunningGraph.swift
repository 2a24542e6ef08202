import OpGraph

/// The layers that run, with the activations that each reads and writes: what questions of memory
/// and order are asked of.
struct RunningGraph {
  struct Step {
    /// Place of the node in the graph.
    var node: Int
    /// Activations as places in the graph, each once.
    var reads: [Int]
    var writes: [Int]
  }

  private(set) var steps: [Step] = []
  /// Bytes of each activation by its place in the graph.
  private(set) var bytes: [Int: Int] = [:]
  /// Activations that are there from the start.
  private(set) var inputs: Set<Int> = []
  /// Activations that must still be there at the end.
  private(set) var results: Set<Int>

  /// Nil when a size is unknown.
  init?(_ graph: Graph, folds: [Int: InferredGraph.Fold]) {
    let aliases = graph.aliases(folds: folds)
    results = Set(graph.outputs.map { aliases[$0.index] })
    inputs = Set(graph.inputs.map(\.index))
    for (index, node) in graph.nodes.enumerated()
    where folds[index] == nil && !(node.operation is Call) {
      let reads = Set(node.inputs.compactMap { $0.map { aliases[$0.index] } })
        .filter { !graph.values[$0].isConstant && graph.values[$0].origin != .state }
      let writes = node.outputs.compactMap { $0?.index }.filter { !graph.values[$0].isConstant }
      steps.append(Step(node: index, reads: reads.sorted(), writes: writes))
    }
    for value in inputs.union(steps.flatMap { $0.reads + $0.writes }) {
      guard let size = graph.values[value].type.storageBytes.fixedValue, size < 1 << 40 else {
        return nil
      }
      bytes[value] = size
    }
  }
}
