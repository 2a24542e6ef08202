/// Where a spatial operator's image axes stand.
package enum Layout: Hashable, Sendable {
  /// Batch, channels, then space (NCHW).
  case channelsFirst
  /// Batch, space, then channels (NHWC).
  case channelsLast

  /// The axis of the channels.
  package func channelAxis(rank: Int) -> Int { self == .channelsFirst ? 1 : rank - 1 }

  /// The axes of height and width, or of as many as there are.
  package func spatialAxes(rank: Int) -> Range<Int> {
    self == .channelsFirst ? 2..<Swift.max(2, rank) : 1..<Swift.max(1, rank - 1)
  }
}
