import OpGraph

/// Runs what decides on the end of a loop: numbers that the body makes of constants, of the number of
/// the iteration, and of themselves.
///
/// It follows what has no closed form: counters that are multiplied, conditions that are joined, limits
/// in floating point.
struct LoopSimulation {
  private let graph: Graph
  private let region: Region
  private let producers: [ValueID: Int]
  /// How many nodes may still be evaluated.
  private(set) var budget: Int
  /// How many nodes depend on each other in what is being evaluated.
  private var depth = 0
  /// What is known in the iteration that runs.
  private var known: [ValueID: ConstantValue] = [:]
  private var visited: Set<ValueID> = []

  /// Numbers of more elements decide on no loop.
  private static let mostElements = 4

  /// Longer chains of numbers decide on no loop.
  private static let mostDepth = 256

  /// - Parameter budget: How many nodes may be evaluated.
  init(_ region: Region, in graph: Graph, producers: [ValueID: Int], budget: Int) {
    self.budget = budget
    self.graph = graph
    self.region = region
    self.producers = producers
  }

  /// How often the body runs, or at most runs where some condition depends on data; nil when that
  /// is not found, or does not end.
  /// - Parameters:
  ///   - condition: The body's result for the condition.
  ///   - limit: The most that it runs, if there is a limit.
  ///   - testsFirst: Whether the condition is looked at before the first iteration, too.
  mutating func runs(
    while condition: ValueID, atMost limit: Int?, testsFirst: Bool
  ) -> (count: Int, isExact: Bool)? {
    var state = start
    var isExact = true
    if testsFirst {
      known = [:]
      for parameter in region.parameters {
        guard case .carried(_, let result?) = parameter.source else { continue }
        known[result] = state[parameter.value]
      }
      visited = []
      switch truth(condition) {
      case false?: return (0, true)
      case nil: isExact = false
      default: break
      }
    }
    var count = 0
    while budget > 0 {
      if let limit, count >= limit { return (limit, isExact) }
      begin(count, state)
      let goesOn = truth(condition)
      count += 1
      if goesOn == false { return (count, isExact) }
      if goesOn == nil { isExact = false }
      let next = end()
      // Nothing changes any more: without a limit it would run for ever.
      if next == state, limit == nil, !dependsOnNumber { return nil }
      state = next
      budget -= 1
    }
    return nil
  }

  /// A number of the body in each of its iterations; nil when it is not found in one of them.
  mutating func numbers(of id: ValueID, iterations: Int) -> [Int]? {
    guard iterations <= budget else { return nil }
    var state = start
    var numbers: [Int] = []
    for iteration in 0..<max(0, iterations) {
      begin(iteration, state)
      guard let number = value(id)?.integers?.first?.fixedValue else { return nil }
      numbers.append(number)
      state = end()
    }
    return numbers
  }

  /// What is carried into the first iteration.
  private var start: [ValueID: ConstantValue] {
    var state: [ValueID: ConstantValue] = [:]
    for parameter in region.parameters {
      guard case .carried(let source?, _) = parameter.source else { continue }
      state[parameter.value] = graph[source].constant.flatMap(Self.kept)
    }
    return state
  }

  private mutating func begin(_ iteration: Int, _ state: [ValueID: ConstantValue]) {
    known = state
    visited = []
    for parameter in region.parameters where parameter.isIterationNumber(in: graph) {
      known[parameter.value] = .integers([.fixed(iteration)])
    }
  }

  /// What is carried into the next iteration.
  private mutating func end() -> [ValueID: ConstantValue] {
    var next: [ValueID: ConstantValue] = [:]
    for parameter in region.parameters {
      guard case .carried(_, let result?) = parameter.source else { continue }
      next[parameter.value] = value(result)
    }
    return next
  }

  private var dependsOnNumber: Bool {
    region.parameters.contains { $0.isIterationNumber(in: graph) }
  }

  /// Whether a condition holds; nil when it depends on what is not known.
  private mutating func truth(_ id: ValueID) -> Bool? {
    if let value = known[id] ?? graph[id].constant { return Self.truth(of: value) }
    guard let index = producers[id], depth < Self.mostDepth, budget > 0 else { return nil }
    depth += 1
    budget -= 1
    defer { depth -= 1 }
    let node = graph.nodes[index]
    let operands = node.inputs.compactMap { $0 }
    if let operation = node.operation as? Elementwise, operands.count == 2 {
      let isAnd = operation.function == .and
      if isAnd || operation.function == .or {
        // One side can decide alone.
        let (left, right) = (truth(operands[0]), truth(operands[1]))
        if left == !isAnd || right == !isAnd { return !isAnd }
        return left == nil || right == nil ? nil : isAnd
      }
    }
    if let operation = node.operation as? Elementwise, operation.function == .not,
      let operand = operands.first
    {
      return truth(operand).map { !$0 }
    }
    return value(id).flatMap(Self.truth)
  }

  private static func truth(of value: ConstantValue) -> Bool? {
    value.floats.flatMap { $0.count == 1 ? $0[0] != 0 : nil }
  }

  /// The elements of a value in the iteration that runs.
  private mutating func value(_ id: ValueID) -> ConstantValue? {
    if let value = known[id] ?? graph[id].constant { return Self.kept(value) }
    guard visited.insert(id).inserted, let index = producers[id], depth < Self.mostDepth, budget > 0
    else { return nil }
    depth += 1
    budget -= 1
    defer { depth -= 1 }
    let node = graph.nodes[index]
    if node.operation is Call {
      guard let place = node.outputs.firstIndex(of: id), node.inputs.indices.contains(place),
        let source = node.inputs[place]
      else { return nil }
      known[id] = value(source)
      return known[id]
    }
    guard node.operation is Elementwise || node.operation is any ViewOperator,
      node.fusedActivation == nil
    else { return nil }
    var operands: [Operand?] = []
    for input in node.inputs {
      guard let input else {
        operands.append(nil)
        continue
      }
      guard let elements = value(input) else { return nil }
      operands.append(Operand(graph[input].type, value: elements))
    }
    let outputs = graph.outputTypes(of: node)
    let folded = node.operation.fold(Operands(operands), outputs: outputs)
    guard let place = node.outputs.firstIndex(of: id), folded.indices.contains(place),
      let result = folded[place], result.count <= Self.mostElements
    else { return nil }
    known[id] = result
    return result
  }

  private static func kept(_ value: ConstantValue) -> ConstantValue? {
    guard value.count <= mostElements else { return nil }
    if case .integers(let numbers) = value, numbers.numbers == nil { return nil }
    return value
  }
}
