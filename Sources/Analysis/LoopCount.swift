import OpGraph

/// Finds how often a loop runs whose condition compares a counter with a limit.
///
/// Exporters write recurrent layers so: a carried number that starts at a constant, changes by a
/// constant in each iteration, and has to stay on one side of another constant. The number of the
/// iteration is such a counter too.
struct LoopCount {
  private let graph: Graph
  private let region: Region
  private let producers: [ValueID: Int]
  /// How often the body runs at least, once the loop is entered.
  private let minimum: SymbolicInt

  /// Whether values from around the loop that are not known have a name in expressions.
  private var namesOuterValues = false

  /// No condition ends the loop.
  private static let endless = SymbolicInt.fixed(.max)

  init(_ id: Int, in graph: Graph) {
    self.graph = graph
    region = graph.regions[id]
    var producers: [ValueID: Int] = [:]
    for index in region.nodes {
      for output in graph.nodes[index].outputs.compactMap({ $0 }) { producers[output] = index }
    }
    self.producers = producers
    // ONNX looks at the body's condition after the body, TFLite before it.
    minimum = graph.nodes[region.owner].operation.name == .while ? 0 : 1
  }

  /// How often the body runs; nil when the condition is of another kind.
  /// - Parameters:
  ///   - condition: The body's result for the condition.
  ///   - limit: The most that it runs, if there is a limit.
  ///   - budget: How many nodes may still be evaluated in all loops of the graph.
  /// - Returns: The number, or else the most that it can be.
  func iterations(
    while condition: ValueID, atMost limit: SymbolicInt?, budget: inout Int
  ) -> (count: SymbolicInt?, most: SymbolicInt?) {
    if let found = runs(while: condition, isNegated: false, depth: 0) {
      guard let limit else { return (found == Self.endless ? nil : found, nil) }
      return (found == Self.endless ? limit : .minimum(found, limit), nil)
    }
    if limit != nil, limit?.fixedValue == nil { return (nil, nil) }
    var simulation = LoopSimulation(
      region, in: graph, producers: producers, budget: min(budget, Self.mostEvaluations))
    defer { budget -= min(budget, Self.mostEvaluations) - simulation.budget }
    guard
      let runs = simulation.runs(
        while: condition, atMost: limit?.fixedValue, testsFirst: minimum == 0)
    else { return (nil, nil) }
    return runs.isExact ? (.fixed(runs.count), nil) : (nil, .fixed(runs.count))
  }

  /// How often the body runs, as an expression in one number from around the loop; nil when the condition is of
  /// another kind.
  func runs(
    while condition: ValueID
  ) -> (number: ValueID, count: (Int) -> SymbolicInt)? {
    var named = self
    named.namesOuterValues = true
    guard let count = named.runs(while: condition, isNegated: false, depth: 0),
      let name = count.symbols.first, count.symbols.count == 1, name.hasPrefix("#"),
      // A size of the file can have such a name too.
      let index = Int(name.dropFirst()), graph.values.indices.contains(index)
    else { return nil }
    return (ValueID(index), { count.substituting([name: $0]) })
  }

  /// The sum of a number of the body over all iterations, each as it counts; nil when it is not found.
  /// - Parameters:
  ///   - id: The number in an iteration.
  ///   - count: How often the body runs.
  ///   - counted: How much a number counts, as an expression in it.
  ///   - budget: How many nodes may still be evaluated in all loops of the graph.
  func sum(
    of id: ValueID, over count: SymbolicInt, budget: inout Int,
    counted: (SymbolicInt) -> SymbolicInt?
  ) -> SymbolicInt? {
    guard let iterations = count.fixedValue else {
      // 0 + 1 + ... + (n - 1), and as often what is added.
      guard let place = offset(of: id), place.offset >= 0,
        region.parameters.contains(where: {
          $0.value == place.parameter && $0.isIterationNumber(in: graph)
        }), counted(.symbol("number")) == .symbol("number")
      else { return nil }
      return (count * (count - 1)).floorDivided(by: 2) + count * .fixed(place.offset)
    }
    var simulation = LoopSimulation(
      region, in: graph, producers: producers, budget: min(budget, Self.mostEvaluations))
    defer { budget -= min(budget, Self.mostEvaluations) - simulation.budget }
    guard let numbers = simulation.numbers(of: id, iterations: iterations) else { return nil }
    var sum: SymbolicInt = 0
    for number in numbers {
      guard let part = counted(.fixed(number)) else { return nil }
      sum += part
    }
    return sum
  }

  /// How many nodes of one loop are evaluated.
  static let mostEvaluations = 1 << 12
  /// Longer chains of conditions are not followed.
  private static let mostDepth = 256

  private func runs(while condition: ValueID, isNegated: Bool, depth: Int) -> SymbolicInt? {
    guard depth < Self.mostDepth else { return nil }
    if let truth = number(condition)?.fixedValue {
      return (truth != 0) != isNegated ? Self.endless : minimum
    }
    guard let index = producers[condition] else { return nil }
    let node = graph.nodes[index]
    let operands = node.inputs.compactMap { $0 }
    guard let first = operands.first else { return nil }
    switch node.operation {
    case let operation as Elementwise where operands.count == 2:
      return compared(operation.function, first, operands[1], isNegated, depth)
    case let operation as Elementwise where operation.function == .not:
      return runs(while: first, isNegated: !isNegated, depth: depth + 1)
    case let operation as Elementwise where operation.function == .cast:
      return runs(while: first, isNegated: isNegated, depth: depth + 1)
    case is any ViewOperator, is Call:
      return runs(while: first, isNegated: isNegated, depth: depth + 1)
    default: return nil
    }
  }

  private func compared(
    _ function: Elementwise.Function, _ left: ValueID, _ right: ValueID, _ isNegated: Bool,
    _ depth: Int
  ) -> SymbolicInt? {
    switch (function, isNegated) {
    case (.and, false):
      guard let first = runs(while: left, isNegated: false, depth: depth + 1),
        let second = runs(while: right, isNegated: false, depth: depth + 1)
      else { return nil }
      if first == Self.endless { return second }
      return second == Self.endless ? first : .minimum(first, second)
    case (.less, false), (.greaterOrEqual, true): return runs(while: left, isBelow: right, 0)
    case (.lessOrEqual, false), (.greater, true): return runs(while: left, isBelow: right, 1)
    case (.greater, false), (.lessOrEqual, true): return runs(while: right, isBelow: left, 0)
    case (.greaterOrEqual, false), (.less, true): return runs(while: right, isBelow: left, 1)
    default: return nil
    }
  }

  /// - Parameter included: 1 where the limit itself passes the comparison.
  private func runs(
    while left: ValueID, isBelow right: ValueID, _ included: SymbolicInt
  ) -> SymbolicInt? {
    if let limit = number(right), let counter = counter(left), counter.step > 0 {
      return runs(room: limit + included - counter.first, step: counter.step)
    }
    if let limit = number(left), let counter = counter(right), counter.step < 0 {
      return runs(room: counter.first + included - limit, step: -counter.step)
    }
    return nil
  }

  /// The first iteration after which the room is used up is the last.
  private func runs(room: SymbolicInt, step: Int) -> SymbolicInt {
    let count = room.ceilDivided(by: .fixed(step)) + 1
    return .maximum(count, minimum)
  }

  /// A number that changes by as much in each iteration, with what it is in the first.
  private func counter(_ id: ValueID) -> (first: SymbolicInt, step: Int)? {
    // In 16 bits a step can be lost: there the numbers are computed one by one.
    guard ![.float16, .bfloat16].contains(graph[id].type.elementType), let place = offset(of: id),
      let parameter = region.parameters.first(where: { $0.value == place.parameter })
    else { return nil }
    if parameter.isIterationNumber(in: graph) { return (.fixed(place.offset), 1) }
    switch parameter.source {
    case .carried(let source?, let result?):
      guard let start = number(source), let next = offset(of: result),
        next.parameter == place.parameter
      else { return nil }
      return (start + .fixed(place.offset), next.offset)
    default: return nil
    }
  }

  /// The value that changes with iterations which a number is made of by adding constants.
  private func offset(of id: ValueID) -> (parameter: ValueID, offset: Int)? {
    var value = id
    var offset = 0
    // Each step goes to an earlier node.
    while let index = producers[value] {
      let node = graph.nodes[index]
      let operands = node.inputs.compactMap { $0 }
      guard let first = operands.first else { return nil }
      if node.operation is any ViewOperator || node.operation is Call {
        value = first
        continue
      }
      guard let operation = node.operation as? Elementwise else { return nil }
      switch operation.function {
      case .cast: value = first
      case .add where operands.count == 2:
        let isLeft = number(first) == nil
        guard let added = number(isLeft ? operands[1] : first)?.fixedValue else { return nil }
        offset &+= added
        value = isLeft ? first : operands[1]
      case .subtract where operands.count == 2:
        guard let taken = number(operands[1])?.fixedValue else { return nil }
        offset &-= taken
        value = first
      default: return nil
      }
    }
    return (value, offset)
  }

  /// The only element of a constant, or of a value that the loop passes on unchanged.
  private func number(_ id: ValueID) -> SymbolicInt? {
    var value = id
    for parameter in region.parameters where parameter.value == id {
      guard case .carried(let source?, let result) = parameter.source, result == id else {
        return nil
      }
      value = source
    }
    if let elements = graph[value].constant?.integers {
      return elements.count == 1 ? elements[0] : nil
    }
    if namesOuterValues, graph[value].constant == nil, producers[value] == nil,
      !region.parameters.contains(where: { $0.value == value })
    {
      return .symbol("#\(value.index)")
    }
    // Some exporters count in floating point.
    guard let elements = graph[value].constant?.floats, elements.count == 1,
      let number = Int(exactly: elements[0])
    else { return nil }
    return .fixed(number)
  }
}
