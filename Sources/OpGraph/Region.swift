/// Nodes that a control-flow node, or a call, runs as a whole: a branch, the body of a loop, a
/// function.
///
/// They stand in the graph's one list of nodes, before the node that runs them, so that every pass
/// sees them; that node takes their results as operands.
package struct Region: Sendable {
  /// How often the nodes run, each time that the node that runs them does.
  package enum Rule: Hashable, Sendable {
    /// Once: a function or a subgraph that is called.
    case call
    /// Once before the first inference.
    case initialization
    /// Once if the condition chooses it, and not otherwise.
    case branch(condition: ValueID?, Branch)
    /// As often as the node finds from its operands, which is a `LoopOperator`.
    case loop
  }

  /// Which values of a condition choose a branch.
  package enum Branch: Hashable, Sendable {
    case when(Bool)
    /// Its place among so many branches; a number that is no place chooses the last one.
    case place(Int, of: Int)

    /// A condition that chooses the branch.
    package var condition: Int {
      switch self {
      case .when(let truth): truth ? 1 : 0
      case .place(let place, _): place
      }
    }

    /// Whether a condition of this value chooses the branch.
    package func isTaken(for value: Int) -> Bool {
      switch self {
      case .when(let truth): return (value != 0) == truth
      case .place(let place, let count):
        return place == ((0..<count).contains(value) ? value : count - 1)
      }
    }
  }

  /// A value that changes each time that the nodes run.
  package struct Parameter: Hashable, Sendable {
    /// Where its type comes from.
    package enum Source: Hashable, Sendable {
      /// It starts as this value and becomes the body's result.
      case carried(ValueID?, result: ValueID?)
      /// A slice of this value, without the axes that it is cut along.
      case slice(ValueID, axes: [Int])
      /// A tensor of this sequence.
      case element(ValueID)
      /// As stated; the number of the iteration or a condition.
      case stated
    }

    package var value: ValueID
    package var source: Source

    /// Whether it is the number of the iteration; what else is stated is a condition.
    package func isIterationNumber(in graph: Graph) -> Bool {
      source == .stated && graph[value].type.elementType == .int64
    }

    package init(_ value: ValueID, _ source: Source) {
      self.value = value
      self.source = source
    }
  }

  /// The name in reports, after the node that runs it.
  package var name: String
  /// The region that it lies in; nil in the graph itself.
  ///
  /// A region comes after those it lies in.
  package var parent: Int?
  package var rule: Rule
  /// Indices of its nodes, including those of nested regions.
  package var nodes: Range<Int>
  /// Index of the node that runs it.
  package var owner: Int
  package var parameters: [Parameter] = []

  package init(name: String, parent: Int?, rule: Rule, start: Int) {
    self.name = name
    self.parent = parent
    self.rule = rule
    nodes = start..<start
    owner = start
  }
}
