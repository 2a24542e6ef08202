import OpGraph

/// Finds caches that a model's caller keeps from one inference to the next, such as the keys and
/// values of a decoder: an input that the model extends or updates in place, uses, and returns.
///
/// Requires: nodes in execution order. Ensures: only values of graph inputs and outputs are marked.
enum StateValues {
  static func mark(in graph: inout Graph) {
    let inputs = Set(graph.inputs)
    let results = Set(graph.outputs)
    let consumers = graph.consumersByValue()
    for node in graph.nodes where node.operation is Concat || node.operation is Scatter {
      guard let output = node.outputs.first ?? nil, results.contains(output),
        !consumers[output.index].isEmpty
      else { continue }
      // An update has its old form first, a concatenation anywhere.
      let olds = node.operation is Scatter ? Array(node.inputs.prefix(1)) : node.inputs
      guard let cached = olds.compactMap({ $0 }).first(where: inputs.contains) else { continue }
      for id in [cached, output] { graph[id].isState = true }
    }
  }
}
