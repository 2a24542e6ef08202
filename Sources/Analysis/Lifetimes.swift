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

  private(set) var all: [Span] = []

  /// The same as buffers of an arena; nil when a size is unknown.
  var buffers: [ArenaBuffer]? {
    var buffers: [ArenaBuffer] = []
    buffers.reserveCapacity(all.count)
    for span in all {
      guard let bytes = span.bytes.fixedValue else { return nil }
      buffers.append(
        ArenaBuffer(value: span.value, bytes: bytes, first: span.first, last: span.last))
    }
    return buffers
  }

  /// The lifetimes of a graph's activations when its nodes run in their order.
  /// - Parameter caches: What lies in buffers of its caller, and is no activation.
  init(_ graph: Graph, folds: [InferredGraph.Fold?], inPlace caches: CachesInPlace?) {
    var first: [Int?] = [Int?](repeating: nil, count: graph.values.count)
    var last = [Int](repeating: 0, count: graph.values.count)
    let holder = graph.aliases(folds: folds)
    for id in graph.inputs { first[id.index] = 0 }
    for step in graph.nodes.indices where graph.runs(step, folds: folds) {
      for case let input? in graph.nodes[step].inputs { last[holder[input.index]] = step }
      for case let output? in graph.nodes[step].outputs {
        first[output.index] = first[output.index] ?? step
        last[output.index] = max(last[output.index], step)
      }
    }
    let inputs = Set(graph.inputs.map(\.index))
    let kept = caches?.values ?? []
    // A loop that does not run keeps nothing.
    for region in graph.regions
    where region.rule == .loop && region.nodes.contains(where: { folds[$0] == nil }) {
      for parameter in region.parameters {
        first[parameter.value.index] = region.nodes.lowerBound
        last[parameter.value.index] = region.owner
      }
      // The body reads outer values again in the next iteration.
      for case let input? in region.nodes.lazy.flatMap({ graph.nodes[$0].inputs }) {
        let held = holder[input.index]
        if let made = first[held], made < region.nodes.lowerBound || inputs.contains(held) {
          last[held] = max(last[held], region.owner)
        }
      }
    }
    for id in graph.outputs { last[holder[id.index]] = max(0, graph.nodes.count - 1) }
    for index in graph.values.indices {
      guard let start = first[index], !graph.values[index].isConstant, !kept.contains(index),
        // What stands for a variable is a number that its kernel keeps.
        graph.values[index].type.elementType != .resource
      else { continue }
      all.append(
        Span(
          value: ValueID(index), bytes: graph.values[index].type.storageBytes, first: start,
          last: last[index]))
    }
  }
}
