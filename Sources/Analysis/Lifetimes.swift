import OpGraph

/// From which layer to which each activation is live.
struct Lifetimes {
  /// An activation with its size as far as it is known.
  struct Span {
    var value: ValueID
    var bytes: SymbolicInt
    var first: Int
    var last: Int
  }

  private(set) var all: [Span]

  /// The same as buffers of an arena; nil when a size is unknown.
  var buffers: [ArenaBuffer]? {
    let known = all.compactMap { span in
      span.bytes.fixedValue.map {
        ArenaBuffer(value: span.value, bytes: $0, first: span.first, last: span.last)
      }
    }
    return known.count == all.count ? known : nil
  }

  /// The lifetimes of a graph's activations when its nodes run in their order.
  init(_ graph: Graph, folds: [Int: InferredGraph.Fold]) {
    var first: [Int?] = [Int?](repeating: nil, count: graph.values.count)
    var last = [Int](repeating: 0, count: graph.values.count)
    let holder = graph.aliases(folds: folds)
    for id in graph.inputs { first[id.index] = 0 }
    for (step, node) in graph.nodes.enumerated()
    where folds[step] == nil && !(node.operation is Call) {
      for input in node.inputs.compactMap({ $0 }) { last[holder[input.index]] = step }
      for output in node.outputs.compactMap({ $0 }) {
        first[output.index] = first[output.index] ?? step
        last[output.index] = max(last[output.index], step)
      }
    }
    let inputs = Set(graph.inputs.map(\.index))
    // A loop that does not run keeps nothing.
    for region in graph.regions
    where region.rule == .loop && region.nodes.contains(where: { folds[$0] == nil }) {
      for parameter in region.parameters {
        first[parameter.value.index] = region.nodes.lowerBound
        last[parameter.value.index] = region.owner
      }
      // The body reads outer values again in the next iteration.
      for input in graph.nodes[region.nodes].flatMap(\.inputs).compactMap({ $0 }) {
        let held = holder[input.index]
        if let made = first[held], made < region.nodes.lowerBound || inputs.contains(held) {
          last[held] = max(last[held], region.owner)
        }
      }
    }
    for id in graph.outputs { last[holder[id.index]] = max(0, graph.nodes.count - 1) }
    all = graph.values.indices.compactMap { index in
      guard let start = first[index], !graph.values[index].isConstant else { return nil }
      return Span(
        value: ValueID(index), bytes: graph.values[index].type.storageBytes, first: start,
        last: last[index])
    }
  }
}
