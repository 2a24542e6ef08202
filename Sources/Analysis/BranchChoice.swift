import OpGraph

/// Chooses the branches that run where conditions depend on data.
///
/// A branch whose operands contradict it cannot run. Of the others the costliest is assumed.
struct BranchChoice {
  /// The values of conditions, by the names that bind them.
  private(set) var conditions: [String: Int] = [:]
  /// Branches that could run in place of those that were assumed.
  private(set) var others: [Alternative] = []
  private(set) var diagnostics: [Diagnostic] = []

  /// A branch with the value of the condition that chooses it.
  struct Alternative {
    var branch: String
    var layer: String
    /// The name that binds the condition.
    var name: String
    var condition: Int
  }

  init(_ graph: Graph, _ inference: ShapeInference) {
    let open = graph.regions.indices.filter { id in
      inference.repetitions[id] == nil && graph.regions[id].branch != nil
        && !graph.isUntaken(graph.regions[id].parent, inference.repetitions)
    }
    guard !open.isEmpty else { return }
    let costs = Self.costs(graph, inference)
    let alternatives = Dictionary(grouping: open) { graph.regions[$0].owner }
    var chosen: Set<ValueID> = []
    for (owner, branches) in alternatives.sorted(by: { $0.key < $1.key }) {
      // What one node assumes of a condition holds for all that have it.
      if case .branch(let condition?, _) = graph.regions[branches[0]].rule,
        !chosen.insert(condition).inserted
      {
        continue
      }
      choose(branches, of: graph.nodes[owner], costs, graph)
    }
  }

  private mutating func choose(
    _ branches: [Int], of node: Node, _ costs: [Cost], _ graph: Graph
  ) {
    var possible = branches.filter { !costs[$0].isContradictory }
    if possible.isEmpty { possible = branches }
    guard let taken = possible.max(by: { costs[$0] < costs[$1] }) ?? possible.first,
      let branch = graph.regions[taken].branch
    else { return }
    let binding = node.conditionName
    conditions[binding] = branch.condition
    if possible.count == 1, branches.count > 1 {
      diagnostics.append(Self.onlyBranch(graph.regions[taken].name, node.name))
      return
    }
    for other in possible where other != taken {
      guard let branch = graph.regions[other].branch else { continue }
      others.append(
        Alternative(
          branch: graph.regions[other].name, layer: node.name, name: binding,
          condition: branch.condition))
    }
    let listed = possible.map { "'\(graph.regions[$0].name)' (\(costs[$0].macs) MACs)" }
    let choices = branches.count == 2 ? "1 or 0" : "0 to \(branches.count - 1)"
    diagnostics.append(
      Diagnostic(
        .warning, code: "assumed-branch",
        "which of \(listed.joined(separator: " and ")) runs depends on data; "
          + "'\(graph.regions[taken].name)' is assumed; bind '\(binding)' to \(choices) to choose",
        layer: node.name))
  }

  /// The same with another branch, the only one that fits what comes after.
  func taking(_ other: Alternative) -> BranchChoice {
    var choice = self
    choice.conditions[other.name] = other.condition
    choice.diagnostics.removeAll { $0.code == "assumed-branch" && $0.layer == other.layer }
    choice.diagnostics.append(Self.onlyBranch(other.branch, other.layer))
    return choice
  }

  private static func onlyBranch(_ branch: String, _ layer: String) -> Diagnostic {
    Diagnostic(
      .note, code: "only-branch",
      "only '\(branch)' can run: the operands contradict every other branch", layer: layer)
  }

  /// The cost of each region, with those inside it.
  private static func costs(_ graph: Graph, _ inference: ShapeInference) -> [Cost] {
    var costs = [Cost](repeating: Cost(), count: graph.regions.count)
    for (index, node) in graph.nodes.enumerated() {
      guard let region = node.region else { continue }
      if inference.contradictions.contains(index) {
        costs[region].isContradictory = true
        continue
      }
      let operands = graph.operands(of: node)
      let outputs = graph.outputTypes(of: node)
      let work = node.operation.work(for: operands, outputs: outputs)
      let traffic = node.operation.traffic(for: operands, outputs: outputs)
      costs[region].add(
        Cost(macs: work.macs, rest: work.otherOps + traffic.total), times: 1)
    }
    // A region comes after those that it lies in.
    for id in graph.regions.indices.reversed() {
      guard let parent = graph.regions[id].parent else { continue }
      costs[parent].add(costs[id], times: inference.repetitions[id] ?? 1)
    }
    return costs
  }

  private struct Cost {
    var macs: SymbolicInt = 0
    var rest: SymbolicInt = 0
    var isContradictory = false

    mutating func add(_ other: Cost, times count: SymbolicInt) {
      macs += other.macs * count
      rest += other.rest * count
      isContradictory = isContradictory || other.isContradictory && count != 0
    }

    /// Costs that are not known as numbers count as high: they are not to be overlooked.
    static func < (left: Cost, right: Cost) -> Bool {
      func number(_ count: SymbolicInt) -> Int { count.fixedValue ?? .max }
      return (number(left.macs), number(left.rest)) < (number(right.macs), number(right.rest))
    }
  }
}

extension Graph {
  /// Whether a region, or one that it lies in, does not run.
  fileprivate func isUntaken(_ region: Int?, _ repetitions: [SymbolicInt?]) -> Bool {
    var next = region
    while let id = next {
      if repetitions[id] == 0 { return true }
      next = regions[id].parent
    }
    return false
  }
}

extension Region {
  /// The branch that it is, if it is one.
  fileprivate var branch: Branch? {
    if case .branch(_, let branch) = rule { return branch }
    return nil
  }
}

extension Node {
  /// The name that binds the condition of a node with branches.
  var conditionName: String { "\(sourceOperator)(\(name))" }
}
