import OpGraph

/// Finds caches that a model's caller keeps from one inference to the next, such as the keys and
/// values of a decoder: an input that the model extends or updates in place, uses, and returns.
///
/// Requires: nodes in execution order. Ensures: only values of graph inputs and outputs are marked.
enum StateValues {
  static func mark(in graph: inout Graph) {
    let inputs = Set(graph.inputs)
    let results = Set(graph.outputs)
    let candidates = graph.nodes.indices.filter { index in
      guard graph.node(index, runs: Concat.self) || graph.node(index, runs: Scatter.self) else {
        return false
      }
      return graph.nodes[index].outputs.first?.map(results.contains) ?? false
    }
    guard !candidates.isEmpty else { return }
    let consumers = graph.consumersByValue()
    for index in candidates {
      let node = graph.nodes[index]
      guard let output = node.outputs.first ?? nil, !consumers[output.index].isEmpty else {
        continue
      }
      // An update has its old form first, a concatenation anywhere.
      let olds = node.runs(Scatter.self) ? Array(node.inputs.prefix(1)) : node.inputs
      guard let cached = olds.compactMap({ $0 }).first(where: inputs.contains) else { continue }
      for id in [cached, output] { graph[id].isState = true }
    }
  }
}
