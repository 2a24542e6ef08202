import OpGraph

/// Finds how often a loop runs whose condition compares a counter with a limit.
///
/// Exporters write recurrent layers so: a carried number that starts at a constant, grows by a
/// constant in each iteration, and has to stay below another constant.
struct LoopCount {
  private let graph: Graph
  private let region: Region
  private let producers: [ValueID: Int]

  init(_ id: Int, in graph: Graph) {
    self.graph = graph
    region = graph.regions[id]
    var producers: [ValueID: Int] = [:]
    for index in region.nodes {
      for output in graph.nodes[index].outputs.compactMap({ $0 }) { producers[output] = index }
    }
    self.producers = producers
  }

  /// How often the body runs; nil when the condition is of another kind.
  /// - Parameter condition: The body's result for the condition.
  func iterations(while condition: ValueID) -> SymbolicInt? {
    guard let index = producers[condition] else { return nil }
    let node = graph.nodes[index]
    let operands = node.inputs.compactMap { $0 }
    switch node.operation {
    case let operation as Elementwise where operands.count == 2:
      let (left, right) = (operands[0], operands[1])
      switch operation.function {
      case .and:
        guard let first = iterations(while: left), let second = iterations(while: right) else {
          return nil
        }
        return .minimum(first, second)
      case .less: return steps(of: left, below: right, includesLimit: false)
      case .lessOrEqual: return steps(of: left, below: right, includesLimit: true)
      case .greater: return steps(of: right, below: left, includesLimit: false)
      case .greaterOrEqual: return steps(of: right, below: left, includesLimit: true)
      default: return nil
      }
    case is any ViewOperator, is Call:
      return operands.first.flatMap(iterations)
    default: return nil
    }
  }

  private func steps(
    of counter: ValueID, below limit: ValueID, includesLimit: Bool
  ) -> SymbolicInt? {
    guard let limit = number(limit) else { return nil }
    for parameter in region.parameters {
      guard case .carried(let source?, let result?) = parameter.source,
        result == counter || parameter.value == counter, let start = number(source),
        let step = step(from: parameter.value, to: result), step > 0
      else { continue }
      let room = limit - start + (includesLimit ? 1 : 0)
      let count = SymbolicInt.maximum(room.ceilDivided(by: .fixed(step)), 0)
      // A condition on the value before the step ends the loop one iteration later.
      return result == counter ? count : count + 1
    }
    return nil
  }

  /// By how much the body increases a value, when that is a constant.
  private func step(from before: ValueID, to after: ValueID) -> Int? {
    guard let index = producers[after], let sum = graph.nodes[index].operation as? Elementwise,
      sum.function == .add
    else { return nil }
    let operands = graph.nodes[index].inputs.compactMap { $0 }
    guard operands.count == 2, operands.contains(before) else { return nil }
    return number(operands[0] == before ? operands[1] : operands[0])?.fixedValue
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
    guard let elements = graph[value].constant?.integers, elements.count == 1 else { return nil }
    return elements[0]
  }
}
