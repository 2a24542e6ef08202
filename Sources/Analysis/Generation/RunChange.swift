import OpGraph
import Quantities

/// What is different in all runs of a text, for the question what a change would save.
package struct RunChange: Sendable {
  /// How caches are kept.
  package var buffers: CacheBuffers
  /// What the heads of keys and values are divided by.
  package var keyHeadDivisor = 1
  /// What is different in the graph of a step.
  package var graph: GraphChange?

  package init(buffers: CacheBuffers = .separate) { self.buffers = buffers }
}

/// Types of values and reasons of zero cost in which two forms of a graph differ, for other runs of the same graph.
package struct GraphChange: Sendable {
  private struct Stored: Sendable {
    var value: Int
    var elementType: ElementType
    var quantization: Quantization?
  }

  private var types: [Stored] = []
  private var folds: [(node: Int, fold: InferredGraph.Fold?)] = []
  private let nodes: Int
  private let values: Int

  /// Nil where the nodes differ: what is inserted or moved has no place in other runs.
  package init?(from old: InferredGraph, to new: InferredGraph) {
    nodes = old.graph.nodes.count
    values = old.graph.values.count
    guard new.graph.nodes.count == nodes, new.graph.values.count == values,
      zip(old.graph.nodes, new.graph.nodes).allSatisfy({ $0.name == $1.name })
    else { return nil }
    for index in old.graph.values.indices {
      let (before, after) = (old.graph.values[index].type, new.graph.values[index].type)
      if before.elementType != after.elementType || before.quantization != after.quantization {
        types.append(
          Stored(
            value: index, elementType: after.elementType, quantization: after.quantization))
      }
    }
    for index in old.folds.indices where old.folds[index] != new.folds[index] {
      folds.append((index, new.folds[index]))
    }
  }

  /// - Throws: `Problem` when the run has another graph.
  func apply(to run: inout InferredGraph) throws(Problem) {
    guard run.graph.nodes.count == nodes, run.graph.values.count == values else {
      throw Problem("a run of the text has another graph than a step")
    }
    for stored in types {
      run.graph.values[stored.value].type.elementType = stored.elementType
      run.graph.values[stored.value].type.quantization = stored.quantization
    }
    for (node, fold) in folds { run.folds[node] = fold }
  }
}
