import OpGraph

extension MemoryPlan {
  /// The peak of a runtime that computes in place: layers write over an operand without later consumers.
  ///
  /// Such a layer is element-wise, or only changes the shape, and its operand has the
  /// size of its result. The model's own inputs and results are not written over. Nil when a size is unknown
  /// or without a gain.
  package static func inPlace(_ workload: Workload) -> Alternative? {
    let graph = workload.graph
    guard workload.memory.run == .own,
      let running = RunningGraph(graph, folds: workload.folds),
      let lifetimes = Lifetimes(
        graph, folds: workload.folds, inPlace: workload.complete.cachesInPlace
      ).buffers
    else { return nil }
    var last = [Int](repeating: -1, count: graph.values.count)
    for buffer in lifetimes { last[buffer.value.index] = buffer.last }
    // The activation in whose place each one lies.
    var places = Array(graph.values.indices)
    var layers: [Int] = []
    for step in running.steps {
      guard let result = running.writes(step).first, running.writes(step).count == 1,
        writesElementByElement(workload, step.node)
      else { continue }
      let operand = running.reads(step).first { read in
        last[read] == step.node && !running.inputs.contains(read)
          && !running.results.contains(read)
          && running.bytes[read] == running.bytes[result]
          && graph.values[read].type.elementType.bits == graph.values[result].type.elementType.bits
      }
      guard let operand else { continue }
      places[result] = places[operand]
      layers.append(step.node)
    }
    guard !layers.isEmpty else { return nil }
    // The first of those that share a place stands for them.
    var buffers: [ArenaBuffer] = []
    var merged = [Int?](repeating: nil, count: graph.values.count)
    for buffer in lifetimes {
      let place = places[buffer.value.index]
      if let joined = merged[place] {
        buffers[joined].first = min(buffers[joined].first, buffer.first)
        buffers[joined].last = max(buffers[joined].last, buffer.last)
      } else {
        merged[place] = buffers.count
        buffers.append(buffer)
      }
    }
    return Alternative(buffers, steps: graph.nodes.count, layers: layers)
  }

  private static func writesElementByElement(_ workload: Workload, _ index: Int) -> Bool {
    var kind = workload.layers[index].kind
    if workload.layers[index].isContradictory {
      let node = workload.graph.nodes[index]
      kind = node.operation.kind(for: workload.graph.operands(of: node))
    }
    switch kind {
    case .elementwise, .activation, .view, .quantization: return true
    default: return false
    }
  }
}
