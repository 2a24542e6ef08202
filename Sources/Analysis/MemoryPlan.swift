package import OpGraph

/// When activations are live, how many bytes that takes at once, and where they go in an arena.
///
/// Three numbers, never mixed: `peak` is a lower bound for this order of execution; `arenaBytes` is
/// the size of a greedy plan, with the scratch of TFLite Micro's reference kernels; `micro` adds its structures.
package struct MemoryPlan: Sendable {
  /// The activations, each with its place in the arena; none when a size is unknown.
  package private(set) var buffers: [ArenaBuffer] = []
  /// Bytes of all activations, each once.
  package private(set) var activationBytes: SymbolicInt = 0
  /// Bytes of state kept between inferences outside the arena.
  package private(set) var stateBytes: SymbolicInt = 0
  /// Bytes of constants that are computed before the first inference and kept.
  package private(set) var preparedBytes: SymbolicInt = 0
  /// Bytes that are kept outside the arena.
  package var keptBytes: SymbolicInt { stateBytes + preparedBytes }

  /// An arena and what is kept beside it; nil when a size is unknown.
  package func withKeptBytes(_ arena: Int) -> Int? { (keptBytes + .fixed(arena)).fixedValue }
  /// The moment at which most is live; nil when a size is unknown.
  package private(set) var peak: Peak?
  /// The head of TFLite Micro's arena for a file that it runs, or else an arena for the activations.
  ///
  /// Nil when a size is unknown.
  package private(set) var arenaBytes: Int?
  /// Bytes of an arena for the activations alone; nil when a size is unknown.
  package private(set) var activationArenaBytes: Int?
  /// The arena of TFLite Micro with its reference kernels, where pointers have eight bytes; nil where it does not run the
  /// model.
  package private(set) var micro: MicroArena?

  /// Of which run it is, where a workload is the sum of several.
  package enum Run: Sendable {
    /// The one whose sizes the workload's graph has.
    case own
    /// One of the same layers with other sizes.
    case ofSameLayers
    /// One of other layers: indices of layers and values are not those of the workload.
    case ofOtherLayers
  }

  /// Other executions of the layers, and where activations lie, are known of the own run.
  package private(set) var run = Run.own

  /// The moment at which most activations are live.
  package struct Peak: Sendable {
    package var bytes: Int
    /// Index of the layer that runs then; nil where it is none of the workload's.
    package var layer: Int?
    /// The live buffers, the largest first.
    package var buffers: [ArenaBuffer]
  }

  /// Another execution of the same layers, with its peak.
  package struct Alternative: Sendable {
    package var peakBytes: Int
    /// The activations, without places.
    private let buffers: [ArenaBuffer]
    /// Bytes of an arena planned as that of the execution itself; found when it is asked for.
    package var arenaBytes: Int? { ArenaPlan(buffers.map(\.request))?.bytes }
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

  /// - Parameters:
  ///   - program: The file as it is stored.
  ///   - isForMicro: Whether TFLite Micro runs it so: the arena is then its own.
  ///   - caches: What lies in buffers of its caller.
  init(
    _ graph: Graph, folds: [InferredGraph.Fold?], program: StoredProgram? = nil,
    isForMicro: Bool = false, inPlace caches: CachesInPlace? = nil
  ) {
    if let program { stateBytes = program.variableBytes }
    if let program, isForMicro { micro = MicroArena(program, on: .recording) }
    arenaBytes = micro?.headBytes
    let lifetimes = Lifetimes(graph, folds: folds, inPlace: caches)
    if let caches { stateBytes += caches.bytes }
    for span in lifetimes.all { activationBytes += span.bytes }
    for index in graph.values.indices where program == nil && graph.values[index].origin == .state {
      stateBytes += graph.values[index].type.storageBytes
    }
    preparedBytes = PreparedConstants.bytes(graph, folds: folds)
    guard let known = lifetimes.buffers else { return }
    guard let peak = Peak(known, steps: graph.nodes.count) else { return }
    self.peak = peak
    if let program { takeStoredPeak(program) }
    guard let plan = ArenaPlan(known.map(\.request)) else { return }
    activationArenaBytes = plan.bytes
    arenaBytes = arenaBytes ?? plan.bytes
    buffers = known
    for index in buffers.indices { buffers[index].offset = plan.offsets[index] }
    if let program, let micro { place(program, micro) }
  }

  /// TFLite Micro has stored sizes for open ones, and a compiler has planned what lies inside a compiled part, whatever
  /// another file says of it: then the most that is live is what the file itself says.
  private mutating func takeStoredPeak(_ program: StoredProgram) {
    guard let micro, let peak, program.hasCompiledParts || peak.bytes > micro.headBytes else {
      return
    }
    // Operands and results of a compiled part can lie in its working memory.
    self.peak = Peak(
      bytes: min(micro.livePeakBytes, micro.headBytes), layer: peak.layer,
      buffers: program.hasCompiledParts ? [] : peak.buffers)
  }

  /// Takes the places of tensors in TFLite Micro's arena, if all buffers are there.
  private mutating func place(_ program: StoredProgram, _ arena: MicroArena) {
    var offsets: [ValueID: Int] = [:]
    for (place, offset) in arena.offsets {
      guard let id = program.value(place.subgraph, place.tensor) else { continue }
      offsets[id] = offset
    }
    guard buffers.allSatisfy({ offsets[$0.value] != nil }) else { return }
    for index in buffers.indices { buffers[index].offset = offsets[buffers[index].value] ?? 0 }
  }

  /// What two runs need, one after the other: the larger plan, and what is kept in either.
  ///
  /// Of a plan of other layers only sizes are left. A size that is not known may be the larger one.
  func including(_ other: MemoryPlan, _ run: Run) -> MemoryPlan {
    guard let peak else { return self }
    var result = self
    if (other.peak?.bytes).map({ $0 > peak.bytes }) ?? true {
      result = other
      result.run = run
      if run == .ofOtherLayers {
        result.buffers = []
        result.peak?.layer = nil
        result.peak?.buffers = []
      }
    }
    result.stateBytes = .maximum(stateBytes, other.stateBytes)
    result.preparedBytes = .maximum(preparedBytes, other.preparedBytes)
    return result
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

  var request: ArenaRequest { ArenaRequest(bytes: bytes, first: first, last: last) }
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
    var (bytes, moment) = (0, 0)
    for (step, live) in MemoryPlan.liveBytes(buffers, layers: steps).enumerated()
    where live > bytes {
      (bytes, moment) = (live, step)
    }
    (self.bytes, layer) = (bytes, moment)
    self.buffers = buffers.filter { $0.first <= moment && moment <= $0.last }
      .sorted { ($1.bytes, $0.value.index) < ($0.bytes, $1.value.index) }
  }
}
