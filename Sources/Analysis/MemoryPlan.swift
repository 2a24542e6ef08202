package import OpGraph

/// When activations are live, how many bytes that takes at once, and where they go in an arena.
///
/// Three numbers, never mixed: `peak` is a lower bound for this order of execution; `arenaBytes` is
/// the size of a greedy plan; the overhead of a runtime (scratch of kernels, data structures) is not
/// modelled.
package struct MemoryPlan: Sendable {
  /// The activations, each with its place in the arena; none when a size is unknown.
  package private(set) var buffers: [ArenaBuffer] = []
  /// Bytes of all activations, each once.
  package private(set) var activationBytes: SymbolicInt = 0
  /// Bytes of state kept between inferences outside the arena.
  package private(set) var stateBytes: SymbolicInt = 0
  /// Bytes of constants that are computed before the first inference and kept.
  package private(set) var preparedBytes: SymbolicInt = 0
  /// The moment at which most is live; nil when a size is unknown.
  package private(set) var peak: Peak?
  /// Bytes of an arena planned greedily by size; nil when a size is unknown.
  package private(set) var arenaBytes: Int?

  /// The moment at which most activations are live.
  package struct Peak: Sendable {
    package var bytes: Int
    /// Index of the layer that runs then.
    package var layer: Int
    /// The live buffers, the largest first.
    package var buffers: [ArenaBuffer]
  }

  /// Another execution of the same layers, with its peak.
  package struct Alternative: Sendable {
    package var peakBytes: Int
    /// The activations, without places.
    private let buffers: [ArenaBuffer]
    /// Bytes of an arena planned as that of the execution itself; found when it is asked for.
    package var arenaBytes: Int? { ArenaPlan(buffers)?.bytes }
    /// The layers that write over an operand, or else all layers that run, in their new order.
    package var layers: [Int]

    init?(_ buffers: [ArenaBuffer], steps: Int, layers: [Int]) {
      guard let peak = Peak(buffers, steps: steps) else { return nil }
      peakBytes = peak.bytes
      self.buffers = buffers
      self.layers = layers
    }
  }

  /// An empty plan.
  init() {}

  init(_ graph: Graph, folds: [InferredGraph.Fold?]) {
    let lifetimes = Lifetimes(graph, folds: folds)
    for span in lifetimes.all { activationBytes += span.bytes }
    for index in graph.values.indices where graph.values[index].origin == .state {
      stateBytes += graph.values[index].type.storageBytes
    }
    preparedBytes = PreparedConstants.bytes(graph, folds: folds)
    guard let known = lifetimes.buffers else { return }
    guard let peak = Peak(known, steps: graph.nodes.count) else { return }
    self.peak = peak
    guard let plan = ArenaPlan(known) else { return }
    buffers = plan.buffers
    arenaBytes = plan.bytes
  }

  /// Bytes that are live while each layer runs.
  package static func liveBytes(_ buffers: [ArenaBuffer], layers: Int) -> [Int] {
    // A model without layers still has inputs; and the results of the last layer end after it.
    var change = [Int](repeating: 0, count: layers + 2)
    for buffer in buffers {
      change[buffer.first] += buffer.bytes
      change[buffer.last + 1] -= buffer.bytes
    }
    var live = 0
    return change.prefix(max(layers, 1)).map {
      live += $0
      return live
    }
  }
}

/// An activation in memory: how long it is live and where it lies.
package struct ArenaBuffer: Hashable, Sendable {
  package var value: ValueID
  package var bytes: Int
  /// Indices of the first and the last layer during which it is live.
  package var first: Int
  package var last: Int
  /// Where it starts in the arena.
  package var offset = 0

  func overlapsInTime(_ other: ArenaBuffer) -> Bool { first <= other.last && other.first <= last }
}

extension MemoryPlan.Peak {
  /// The first moment at which most is live; nil when the sum is beyond any memory.
  init?(_ buffers: [ArenaBuffer], steps: Int) {
    var total = 0
    for buffer in buffers {
      let (sum, overflow) = total.addingReportingOverflow(buffer.bytes)
      // Far beyond any memory, and far enough from overflow for the plan's sums.
      guard !overflow, sum < 1 << 60 else { return nil }
      total = sum
    }
    (bytes, layer) = (0, 0)
    for (step, live) in MemoryPlan.liveBytes(buffers, layers: steps).enumerated()
    where live > bytes {
      (bytes, layer) = (live, step)
    }
    let moment = layer
    self.buffers = buffers.filter { $0.first <= moment && moment <= $0.last }
      .sorted { ($1.bytes, $0.value.index) < ($0.bytes, $1.value.index) }
  }
}

/// Places in an arena as TFLite Micro plans them: the largest buffer first, each in the lowest gap
/// between those that are live with it.
struct ArenaPlan {
  /// TFLite Micro aligns every buffer of its arena to this many bytes.
  static let alignment = 16
  /// The plan's time grows with the square of the buffers; models beyond this run in no arena.
  static let maximumBuffers = 4_000

  private(set) var buffers: [ArenaBuffer]
  private(set) var bytes = 0

  /// Nil when there are too many buffers to plan.
  init?(_ buffers: [ArenaBuffer]) {
    guard buffers.count <= Self.maximumBuffers else { return nil }
    self.buffers = buffers
    // Of equal buffers TFLite Micro takes the one of the later tensor first.
    let order = buffers.indices.sorted {
      (buffers[$1].bytes, $1) < (buffers[$0].bytes, $0)
    }
    // By their offsets.
    var placed: [ArenaBuffer] = []
    placed.reserveCapacity(buffers.count)
    for index in order {
      var buffer = buffers[index]
      var offset = 0
      for neighbour in placed where neighbour.overlapsInTime(buffer) {
        if offset + buffer.bytes <= neighbour.offset { break }
        offset = max(offset, Self.aligned(neighbour.offset + neighbour.bytes))
      }
      buffer.offset = offset
      placed.insert(buffer, at: placed.firstIndex { $0.offset > offset } ?? placed.count)
      self.buffers[index] = buffer
      bytes = max(bytes, Self.aligned(offset + buffer.bytes))
    }
  }

  private static func aligned(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}
