import OpGraph

/// How often each region of a graph runs in one inference.
struct Repetitions {
  /// By region.
  private(set) var counts: [SymbolicInt]

  /// - Parameter own: How often each region runs, each time that the node that runs it does; nil
  ///   where nothing tells.
  init(_ graph: Graph, own: [SymbolicInt?]) {
    counts = own.map { $0 ?? .unknown }
    // What lies in a branch that is not taken was not looked at. A region comes after those that it
    // lies in.
    for (id, region) in graph.regions.enumerated() {
      guard let parent = region.parent else { continue }
      counts[id] = counts[parent] == 0 ? 0 : counts[id] * counts[parent]
    }
  }
}
