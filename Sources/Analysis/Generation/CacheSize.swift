import OpGraph

/// How much of the keys and values of a text is kept.
package struct CacheSize: Hashable, Sendable {
  /// Tokens that the cache holds at the end of a text, or always if its length is fixed; nil when not known.
  package var positions: Int?
  /// Keys and values of all blocks and texts, without those of an encoder's results; nil when not known.
  package var bytes: Int?
  /// Keys and values of an encoder's results, which do not grow; nil when there is no encoder or they are not known.
  package var crossBytes: Int?
  /// Whether the whole is allocated from the start.
  package var isFixed: Bool

  package var bytesPerPosition: Int? {
    guard let bytes, let positions, positions > 0 else { return nil }
    return bytes / positions
  }

  package init(positions: Int?, bytes: Int?, isFixed: Bool) {
    self.positions = positions
    self.bytes = bytes
    self.isFixed = isFixed
  }

  /// - Parameters:
  ///   - graph: A run in which the cache's length is a number.
  ///   - positions: Tokens at the end.
  init(_ interface: DecoderInterface, in graph: Graph, positions: Int) {
    let perPosition = interface.caches.map { cache in
      graph[cache.present].type.storageBytes.floorDivided(
        by: graph[cache.present].type.shape?[cache.axis] ?? .unknown)
    }.sum
    self.init(
      positions: positions, bytes: (perPosition * .fixed(positions)).fixedValue, isFixed: false)
    if interface.hasEncoder {
      crossBytes = interface.crossCaches.map { graph[$0].type.storageBytes }.sum.fixedValue
    }
  }
}
