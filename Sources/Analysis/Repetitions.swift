import OpGraph

/// How often each region of a graph runs in one inference.
struct Repetitions {
  /// By region.
  private(set) var counts: [SymbolicInt]

  /// - Parameters:
  ///   - own: How often each region runs, each time that the node that runs it does; nil where nothing
  ///     tells.
  ///   - sums: How often bodies of loops run in all iterations of the loop around them, where that differs
  ///     between iterations, by region.
  init(_ graph: Graph, own: [SymbolicInt?], sums: [Int: SymbolicInt]) {
    counts = own.map { $0 ?? .unknown }
    // What lies in a branch that is not taken was not looked at. A region comes after those that it
    // lies in.
    for (id, region) in graph.regions.enumerated() {
      guard let parent = region.parent else { continue }
      if let sum = sums[id], counts[parent] != 0 {
        counts[id] = sum * (graph.regions[parent].parent.map { counts[$0] } ?? 1)
      } else {
        counts[id] = counts[parent] == 0 ? 0 : counts[id] * counts[parent]
      }
    }
  }
}
