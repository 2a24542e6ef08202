import OpGraph

/// How much of the keys and values of a text is kept.
package struct CacheSize: Hashable, Sendable {
  /// Tokens that the cache holds at the end of a text, or always if its length is fixed; nil when not known.
  package var positions: Int?
  /// Keys and values of all blocks and texts, without those of an encoder's results; nil when not known.
  package var bytes: Int?
  /// Keys and values of an encoder's results, which do not grow; nil when there is no encoder or they are not known.
  package var crossBytes: Int?
  /// States of convolutions over steps and of recurrences, of all blocks and texts: what is kept
  /// and does not grow, each once; 0 where there are none, nil when not known.
  package var stateBytes: Int?
  /// Whether the whole is allocated from the start.
  package var isFixed: Bool
  /// How the runtime keeps both forms, of a run and of the next.
  package var buffers: CacheBuffers
  /// Bytes of all buffers of both forms of what grows when they are largest; nil when not known.
  package var allocatedBytes: Int?

  package var bytesPerPosition: Int? {
    guard let bytes, let positions, positions > 0 else { return nil }
    return bytes / positions
  }

  /// A cache of fixed length, with a buffer for what a run takes and one for what it gives.
  package init(positions: Int?, bytes: Int?) {
    self.positions = positions
    self.bytes = bytes
    // Whatever such a model keeps is in the bytes.
    stateBytes = 0
    isFixed = true
    buffers = .separate
    allocatedBytes = bytes.flatMap { (.fixed($0) * SymbolicInt(2)).fixedValue }
  }

  /// - Parameters:
  ///   - graph: A run in which the cache's length is a number.
  ///   - positions: Tokens at the end.
  ///   - isOneRun: Whether no run takes what another one gave.
  ///   - buffers: How the runtime keeps caches.
  ///   - shared: The caches that it keeps in one buffer, if there are any.
  init(
    _ interface: DecoderInterface, in graph: Graph, positions: Int, isOneRun: Bool,
    _ buffers: CacheBuffers, inPlace shared: CachesInPlace?
  ) {
    func position(_ cache: DecoderInterface.Cache) -> SymbolicInt {
      graph[cache.present].type.storageBytes.floorDivided(
        by: graph[cache.present].type.shape?[cache.axis] ?? .unknown)
    }
    let perPosition = interface.caches.map(position).sum
    self.positions = positions
    bytes = (perPosition * .fixed(positions)).fixedValue
    stateBytes = interface.states.map { graph[$0.past].type.storageBytes }.sum.fixedValue
    isFixed = false
    // One that was asked for and cannot be is not what the file states.
    self.buffers = buffers.areShared && shared == nil ? .separate : buffers
    // The last run takes a position less than it gives.
    let apart = interface.caches.filter { shared?.presents.contains($0.present) != true }.map(
      position
    ).sum
    let both = isOneRun ? apart * .fixed(positions) : apart * .fixed(positions) * 2 - apart
    allocatedBytes = (both + (shared?.bytes ?? 0)).fixedValue
    if interface.hasEncoder {
      crossBytes = interface.crossCaches.map { graph[$0].type.storageBytes }.sum.fixedValue
    }
  }
}
