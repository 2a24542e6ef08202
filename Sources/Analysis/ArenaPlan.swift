/// A buffer that is live from one step to another, for the planner of an arena.
struct ArenaRequest: Hashable {
  var bytes: Int
  var first: Int
  var last: Int
  /// Where the file places it; nil where the planner does.
  var fixedOffset: Int?

  func overlapsInTime(_ other: ArenaRequest) -> Bool { first <= other.last && other.first <= last }
}

/// Places in an arena as TFLite Micro's greedy planner finds them: first what the file places, then the
/// largest buffer first, each in the lowest gap between those that are live with it.
struct ArenaPlan {
  /// TFLite Micro aligns every buffer of its arena to this many bytes.
  static let alignment = 16
  /// The plan's time grows with the square of the buffers; models beyond this run in no arena.
  static let maximumBuffers = 4_000

  /// By request, where it starts.
  private(set) var offsets: [Int]
  private(set) var bytes = 0

  /// Nil when there are too many buffers to plan.
  init?(_ requests: [ArenaRequest]) {
    guard requests.count <= Self.maximumBuffers else { return nil }
    offsets = [Int](repeating: 0, count: requests.count)
    let sizes = requests.map { Self.aligned($0.bytes) }
    // Of equal buffers TFLite Micro takes the one of the later tensor first.
    let free = requests.indices.filter { requests[$0].fixedOffset == nil }
      .sorted { (sizes[$1], $1) < (sizes[$0], $0) }
    let order = requests.indices.filter { requests[$0].fixedOffset != nil } + free
    // By their offsets.
    var placed: [Int] = []
    placed.reserveCapacity(requests.count)
    for index in order {
      var offset = requests[index].fixedOffset ?? 0
      if requests[index].fixedOffset == nil {
        for other in placed where requests[other].overlapsInTime(requests[index]) {
          if offset + sizes[index] <= offsets[other] { break }
          offset = max(offset, offsets[other] + sizes[other])
        }
      }
      offsets[index] = offset
      placed.insert(index, at: placed.firstIndex { offsets[$0] > offset } ?? placed.count)
      bytes = max(bytes, offset + sizes[index])
    }
  }

  static func aligned(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}
