import OpGraph

/// How often each region of a graph runs in one inference.
///
/// Where the condition of a branch depends on data, the costlier branch is assumed to run.
struct Repetitions {
  /// By region.
  private(set) var counts: [SymbolicInt]
  /// What was taken to be so.
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameters:
  ///   - own: How often each region runs, each time that the node that runs it does; nil for a
  ///     branch whose condition depends on data.
  ///   - layers: One for each node, with the work of one execution.
  init(_ graph: Graph, own: [SymbolicInt?], layers: [Layer]) {
    var own = own
    // What lies in a branch that is not taken was not looked at.
    for (id, region) in graph.regions.enumerated() {
      if let parent = region.parent, own[parent] == 0 { own[id] = 0 }
    }
    counts = own.map { $0 ?? .unknown }
    guard !counts.isEmpty else { return }
    let runners = Dictionary(grouping: graph.regions.indices) { graph.regions[$0].owner }
    // A region comes after those that it lies in: costs are summed up from the inside.
    var costs = [Cost](repeating: Cost(), count: counts.count)
    for index in layers.indices where layers[index].fold == nil {
      if let region = layers[index].region { costs[region].add(Cost(layers[index]), times: 1) }
    }
    for id in graph.regions.indices.reversed() {
      let region = graph.regions[id]
      let alternatives = runners[region.owner] ?? []
      if alternatives.last == id { choose(alternatives, costs, own, graph) }
      if let parent = region.parent { costs[parent].add(costs[id], times: counts[id]) }
    }
    for (id, region) in graph.regions.enumerated() {
      if let parent = region.parent { counts[id] *= counts[parent] }
    }
  }

  private mutating func choose(
    _ branches: [Int], _ costs: [Cost], _ own: [SymbolicInt?], _ graph: Graph
  ) {
    let open = branches.filter { own[$0] == nil }
    guard let first = open.first else { return }
    let taken = open.max { costs[$0] < costs[$1] } ?? first
    for id in open { counts[id] = id == taken ? 1 : 0 }
    let node = graph.nodes[graph.regions[taken].owner]
    let alternatives = open.map { "'\(graph.regions[$0].name)' (\(costs[$0].macs) MACs)" }
    let choices = open.count == 2 ? "1 or 0" : "0 to \(open.count - 1)"
    let binding = "\(node.sourceOperator)(\(node.name))"
    diagnostics.append(
      Diagnostic(
        .warning, code: "assumed-branch",
        "which of \(alternatives.joined(separator: " and ")) runs depends on data; "
          + "'\(graph.regions[taken].name)' is assumed; bind '\(binding)' to \(choices) to choose",
        layer: node.name))
  }

  /// The total cost of the nodes of a region.
  private struct Cost {
    var macs: SymbolicInt = 0
    var rest: SymbolicInt = 0

    init() {}

    init(_ layer: Layer) {
      macs = layer.work.macs
      rest = layer.work.otherOps + layer.traffic.total
    }

    mutating func add(_ other: Cost, times count: SymbolicInt) {
      macs += other.macs * count
      rest += other.rest * count
    }

    /// Costs that are not known as numbers count as high: they are not to be overlooked.
    static func < (left: Cost, right: Cost) -> Bool {
      func number(_ count: SymbolicInt) -> Int { count.fixedValue ?? .max }
      return (number(left.macs), number(left.rest)) < (number(right.macs), number(right.rest))
    }
  }
}
