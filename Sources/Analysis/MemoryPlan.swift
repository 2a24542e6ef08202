import OpGraph

/// When activations are alive, how many bytes that takes at once, and where they go in an arena.
struct MemoryPlan {
  /// Bytes of all activations, each once.
  private(set) var activationBytes: SymbolicInt = 0
  /// The largest sum of activations alive at one step; nil when a size is unknown.
  private(set) var peakBytes: Int?
  /// Bytes of an arena planned greedily by size; nil when a size is unknown.
  private(set) var arenaBytes: Int?

  /// TFLite Micro aligns every buffer of its arena to this many bytes.
  static let alignment = 16

  private struct Buffer {
    var bytes: Int
    var first: Int
    var last: Int
    var offset = 0

    func overlapsInTime(_ other: Buffer) -> Bool { first <= other.last && other.first <= last }
  }

  init(_ graph: Graph, folds: [Int: CompleteGraph.Fold]) {
    let buffers = Self.lifetimes(graph, folds: folds)
    activationBytes = buffers.map(\.bytes).sum
    let known = buffers.compactMap { buffer in
      buffer.bytes.fixedValue.map { Buffer(bytes: $0, first: buffer.first, last: buffer.last) }
    }
    guard known.count == buffers.count else { return }
    peakBytes = Self.peak(known, steps: graph.nodes.count)
    if peakBytes != nil { arenaBytes = Self.arena(known) }
  }

  private static func lifetimes(
    _ graph: Graph, folds: [Int: CompleteGraph.Fold]
  ) -> [(bytes: SymbolicInt, first: Int, last: Int)] {
    var first: [Int?] = [Int?](repeating: nil, count: graph.values.count)
    var last = [Int](repeating: 0, count: graph.values.count)
    let holder = graph.holders(folds: folds)
    for id in graph.inputs { first[id.index] = 0 }
    for (step, node) in graph.nodes.enumerated()
    where folds[step] == nil && !(node.operation is Call) {
      for input in node.inputs.compactMap({ $0 }) { last[holder[input.index]] = step }
      for output in node.outputs.compactMap({ $0 }) {
        first[output.index] = first[output.index] ?? step
        last[output.index] = max(last[output.index], step)
      }
    }
    for region in graph.regions where region.rule == .loop {
      for parameter in region.parameters {
        first[parameter.value.index] = region.nodes.lowerBound
        last[parameter.value.index] = region.runner
      }
      // What the body reads and does not make is read again in the next iteration.
      for input in graph.nodes[region.nodes].flatMap(\.inputs).compactMap({ $0 }) {
        let held = holder[input.index]
        if let made = first[held], made < region.nodes.lowerBound {
          last[held] = max(last[held], region.runner)
        }
      }
    }
    for id in graph.outputs { last[holder[id.index]] = max(0, graph.nodes.count - 1) }
    return graph.values.indices.compactMap { index in
      guard let start = first[index], !graph.values[index].isConstant else { return nil }
      return (graph.values[index].type.storageBytes, start, last[index])
    }
  }

  private static func peak(_ buffers: [Buffer], steps: Int) -> Int? {
    var change = [Int](repeating: 0, count: steps + 2)
    var total = 0
    for buffer in buffers {
      let (sum, overflow) = total.addingReportingOverflow(buffer.bytes)
      // Far beyond any memory, and far enough from overflow for the plan's sums.
      guard !overflow, sum < 1 << 60 else { return nil }
      total = sum
      change[buffer.first] += buffer.bytes
      change[buffer.last + 1] -= buffer.bytes
    }
    var alive = 0
    var peak = 0
    for step in change {
      alive += step
      peak = max(peak, alive)
    }
    return peak
  }

  /// Places the largest buffers first, each in the lowest gap between those alive with it.
  private static func arena(_ buffers: [Buffer]) -> Int? {
    // The plan's time grows with the square of the buffers; models this large run in no arena.
    guard buffers.count <= 4_000 else { return nil }
    // Of equal buffers TFLite Micro takes the one of the later tensor first.
    let order = buffers.indices.sorted {
      (buffers[$1].bytes, $1) < (buffers[$0].bytes, $0)
    }
    var placed: [Buffer] = []
    var size = 0
    for index in order {
      var buffer = buffers[index]
      let neighbours = placed.filter { $0.overlapsInTime(buffer) }.sorted { $0.offset < $1.offset }
      var offset = 0
      for neighbour in neighbours {
        if offset + buffer.bytes <= neighbour.offset { break }
        offset = max(offset, aligned(neighbour.offset + neighbour.bytes))
      }
      buffer.offset = offset
      placed.append(buffer)
      size = max(size, aligned(offset + buffer.bytes))
    }
    return size
  }

  private static func aligned(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}
