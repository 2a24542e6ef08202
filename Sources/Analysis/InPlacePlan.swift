import OpGraph

extension MemoryPlan {
  /// The peak of a runtime that computes in place: layers write over an operand without later consumers.
  ///
  /// Such a layer is element-wise, or only changes the shape, and its operand has the
  /// size of its result. The model's own inputs and results are not written over. Nil when a size is unknown
  /// or without a gain.
  package static func inPlace(_ workload: Workload) -> Alternative? {
    let graph = workload.graph
    guard let running = RunningGraph(graph, folds: workload.folds),
      let lifetimes = Lifetimes(graph, folds: workload.folds).buffers
    else { return nil }
    let last = Dictionary(uniqueKeysWithValues: lifetimes.map { ($0.value.index, $0.last) })
    // The activation in whose place each one lies.
    var places: [Int: Int] = [:]
    var layers: [Int] = []
    for step in running.steps {
      guard step.writes.count == 1, writesElementByElement(graph, step.node) else { continue }
      let result = step.writes[0]
      let operand = step.reads.first { read in
        last[read] == step.node && !running.inputs.contains(read)
          && !running.results.contains(read)
          && running.bytes[read] == running.bytes[result]
          && graph.values[read].type.elementType.bits == graph.values[result].type.elementType.bits
      }
      guard let operand else { continue }
      places[result] = places[operand] ?? operand
      layers.append(step.node)
    }
    guard !layers.isEmpty else { return nil }
    var merged: [Int: ArenaBuffer] = [:]
    for buffer in lifetimes {
      let place = places[buffer.value.index] ?? buffer.value.index
      var joined = merged[place] ?? buffer
      joined.first = min(joined.first, buffer.first)
      joined.last = max(joined.last, buffer.last)
      merged[place] = joined
    }
    let buffers = merged.values.sorted { $0.value.index < $1.value.index }
    return Alternative(buffers, steps: graph.nodes.count, layers: layers)
  }

  private static func writesElementByElement(_ graph: Graph, _ index: Int) -> Bool {
    let node = graph.nodes[index]
    switch node.operation.kind(for: graph.operands(of: node)) {
    case .elementwise, .activation, .view, .quantization: return true
    default: return false
    }
  }
}

extension MemoryPlan.Alternative {
  init?(_ buffers: [ArenaBuffer], steps: Int, layers: [Int]) {
    guard let peak = MemoryPlan.Peak(buffers, steps: steps) else { return nil }
    self.init(peakBytes: peak.bytes, arenaBytes: ArenaPlan(buffers)?.bytes, layers: layers)
  }
}
