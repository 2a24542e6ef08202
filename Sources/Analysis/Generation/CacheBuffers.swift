import OpGraph

/// How a runtime keeps both forms of a cache: the one that a run takes, and the longer one that it gives.
package struct CacheBuffers: Hashable, Sendable {
  /// Whether both lie in one buffer, so that a run writes the new positions only.
  package var areShared: Bool
  /// Positions that a shared buffer has room for; nil for as many as the text takes.
  package var capacity: Int?
  /// Whether caches that a Concat makes longer lie in it too; onnxruntime has it for GroupQueryAttention only.
  package var includesConcat: Bool
  /// What states it; nil where it is assumed.
  package var source: String?

  package init(
    areShared: Bool, capacity: Int? = nil, includesConcat: Bool = false, source: String? = nil
  ) {
    self.areShared = areShared
    self.capacity = capacity
    self.includesConcat = includesConcat
    self.source = source
  }

  /// What a plain session does: it gives a result a buffer of its own.
  package static let separate = CacheBuffers(areShared: false)
}

/// Caches whose both forms lie in one buffer, which the caller keeps.
package struct CachesInPlace: Sendable {
  /// By its longer form where that is made, the form of a cache that a run takes.
  var pasts: [ValueID: ValueID] = [:]
  /// The results of the graph that they are.
  private(set) var presents: Set<ValueID> = []
  /// Bytes of all buffers.
  var bytes: SymbolicInt = 0

  /// Values that have no other place in memory.
  var values: Set<Int> {
    Set(pasts.flatMap { [$0.key.index, $0.value.index] } + presents.map(\.index))
  }

  /// - Parameter positions: Room of a buffer, if the caller does not state more.
  init?(
    _ buffers: CacheBuffers, _ caches: [DecoderInterface.Cache], in run: InferredGraph,
    positions: Int
  ) {
    guard buffers.areShared else { return nil }
    let graph = run.graph
    let producers = graph.producersByValue()
    for cache in caches {
      // Of branches, the one that runs.
      let made = graph.branchResults(of: cache.present, producers).lazy.compactMap { result in
        producers[result.index].map { (result: result, maker: $0) }
      }
      guard
        let (result, maker) = made.first(where: {
          run.folds[$0.maker] == nil && graph.nodes[$0.maker].inputs.contains(cache.past)
        })
      else { continue }
      let isConcat = graph.node(maker, runs: Concat.self)
      guard isConcat ? buffers.includesConcat : graph.takesBuffers(maker) else { continue }
      pasts[result] = cache.past
      presents.insert(cache.present)
      var type = graph[cache.present].type
      type.shape?[cache.axis] = .fixed(max(positions, buffers.capacity ?? 0))
      bytes += type.storageBytes
    }
    guard !pasts.isEmpty else { return nil }
  }
}

extension Graph {
  /// Whether the operator can add to the buffer of its past keys.
  fileprivate func takesBuffers(_ node: Int) -> Bool {
    (nodes[node].operation as? Attention)?.pastIsBuffer ?? false
  }
}

extension Layer {
  /// Takes out what lies in the buffer of a cache already: it is not written again, and not read where it would only be moved.
  mutating func leaveInPlace(_ caches: CachesInPlace, in graph: Graph) {
    guard fold == nil else { return }
    for output in outputs {
      guard let past = caches.pasts[output], inputs.contains(past) else { continue }
      let kept = graph[past].type
      traffic.stateWritten = traffic.stateWritten - kept.storageBytes
      guard graph.node(index, runs: Concat.self) else { continue }
      traffic.stateRead = traffic.stateRead - kept.storageBytes
      work.operations.moves = work.operations.moves - kept.elementCount
    }
  }
}
