import Quantities
import OpGraph

/// The meaning of names in one graph of the file: the main one, a body, or a called function.
struct ONNXScope {
  /// Values by name.
  var values: [String: ValueID] = [:]
  /// Whether names that are not defined here mean those of the scope around it.
  var seesOuter: Bool
  var operatorSets: [String: Int]
  /// The attributes that nodes of a function may refer to.
  var attributes: [String: ONNXAttribute]
  /// Inputs of a function that its call leaves out.
  var leftOut: Set<String> = []
  /// What comes before names in reports, since a function may be called many times.
  var prefix = ""

  /// The scope of a body of control flow, inside this one.
  var body: ONNXScope {
    ONNXScope(
      seesOuter: true, operatorSets: operatorSets, attributes: attributes, prefix: prefix)
  }
}

extension ONNXNode {
  /// The node with references to attributes of the function around it replaced.
  func resolved(in scope: ONNXScope) -> ONNXNode {
    let isResolved = attributes.values.allSatisfy { attribute in
      if case .reference = attribute { false } else { true }
    }
    if isResolved { return self }
    var result = self
    for (name, attribute) in attributes {
      if case .reference(let referred) = attribute {
        result.attributes[name] = scope.attributes[referred]
      }
    }
    return result
  }

  /// What the attributes of the function around it cost that it refers to.
  func referredCost(in scope: ONNXScope) -> CallBudget.Cost {
    var cost = CallBudget.Cost()
    for case .reference(let referred) in attributes.values {
      if let given = scope.attributes[referred] { cost += given.cost }
    }
    return cost
  }

  /// Names of everything that the node needs, by its bodies included.
  var neededNames: [String] {
    var names = inputs
    for case .graph(let body) in attributes.values { names += body.freeNames }
    return names
  }
}

extension ONNXGraph {
  /// Names that the graph uses and does not define.
  fileprivate var freeNames: Set<String> {
    var names = Set(nodes.flatMap(\.neededNames)).union(outputs.map(\.name))
    names.subtract(nodes.flatMap(\.outputs))
    names.subtract(inputs.map(\.name))
    names.subtract(initializers.map(\.name))
    names.subtract(sparseInitializers.map(\.values.name))
    return names
  }

  /// The nodes in an order in which every operand is made before it is used.
  ///
  /// The format demands that order; files that break it are mended, which other readers do too.
  /// - Parameter producer: The place of the node that makes what has a name; nil where none of the graph's
  ///   nodes does.
  func sortedNodes(producer: (String) -> Int?) throws(Problem) -> [ONNXNode] {
    if isSorted(producer) { return nodes }
    var waitingFor = [Int](repeating: 0, count: nodes.count)
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for name in node.neededNames {
        guard let source = producer(name) else { continue }
        waitingFor[index] += 1
        consumers[source].append(index)
      }
    }
    var ready = Array(nodes.indices.filter { waitingFor[$0] == 0 }.reversed())
    var order: [Int] = []
    while let next = ready.popLast() {
      order.append(next)
      for consumer in consumers[next] {
        waitingFor[consumer] -= 1
        if waitingFor[consumer] == 0 { ready.append(consumer) }
      }
    }
    guard order.count == nodes.count else {
      let stuck = nodes.indices.first { waitingFor[$0] > 0 }.map { nodes[$0] }
      throw Problem(
        place: "node '\(stuck?.displayName ?? "")'",
        "depends on its own result, expected a graph without cycles")
    }
    return order.map { nodes[$0] }
  }

  /// Whether no node needs what it or a later one makes.
  private func isSorted(_ producer: (String) -> Int?) -> Bool {
    for index in nodes.indices {
      func isMade(_ name: String) -> Bool { producer(name).map { $0 < index } ?? true }
      guard nodes[index].inputs.allSatisfy(isMade) else { return false }
      for case .graph(let body) in nodes[index].attributes.values {
        guard body.freeNames.allSatisfy(isMade) else { return false }
      }
    }
    return true
  }
}

extension ONNXNode {
  /// The name of the first result, by which reports call a node.
  var displayName: String { outputs.first { !$0.isEmpty } ?? name }
}
