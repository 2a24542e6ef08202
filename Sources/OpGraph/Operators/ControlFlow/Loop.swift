/// A loop with a limit, a condition, values that are carried from one iteration to the next, and
/// results that are gathered from every iteration (ONNX Loop, TFLite WHILE).
///
/// Operands: the limit, the condition, the carried values at the start; the condition, the carried
/// values and the gathered results that the body makes.
package struct Loop: LoopOperator {
  package var name: OperatorName
  package var carried: Int
  package var gathered: Int
  /// Symbol of the number of iterations when it depends on data.
  package var symbol: String
  package var followed: SymbolicInt?
  package var followedMaximum: SymbolicInt?

  package init(_ name: OperatorName, carried: Int, gathered: Int, symbol: String) {
    self.symbol = symbol
    self.name = name
    self.carried = carried
    self.gathered = gathered
  }

  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .attribute : .parameter }

  // bounded: the node has the carried values as operands, and so below
  private var bodyResults: Int { 2 + carried }
  package var limitOperand: Int? { 0 }
  package var startOperand: Int? { 1 }
  package var conditionOperand: Int? { bodyResults }

  /// The limit, when no condition can end the loop before.
  package func repetitions(_ operands: Operands) -> SymbolicInt {
    if let followed { return followed }
    if Self.truth(operands[1]) == false { return 0 }
    guard operands[1] == nil || Self.truth(operands[1]) == true,
      operands[bodyResults] == nil || Self.truth(operands[bodyResults]) == true,
      let limit = limit(operands)
    else { return .symbol(symbol) }
    return limit
  }

  package func limit(_ operands: Operands) -> SymbolicInt? {
    operands[0]?.value?.integers?.first.map { .maximum($0, 0) }
  }

  /// A condition can only end the loop before its limit.
  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    guard let limit = followedMaximum ?? limit(operands),
      repetitions(operands) == .symbol(symbol)
    else { return [:] }
    return [symbol: limit]
  }

  private static func truth(_ operand: Operand?) -> Bool? {
    operand?.value?.integers?.first?.fixedValue.map { $0 != 0 }
  }

  package func result(ofOperand index: Int) -> Int? {
    let place = index - bodyResults - 1  // bounded: operands
    return (0..<carried).contains(place) ? place : nil
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let repetitions = repetitions(operands)
    var types: [TensorType] = []
    for place in 0..<carried {
      let first = operands[2 + place]?.type ?? TensorType(.undefined, nil)
      // bounded: operands
      let last = operands[bodyResults + 1 + place]?.type ?? TensorType(.undefined, nil)
      switch repetitions {
      case 0: types.append(first)
      // Types of the body's results are those of a typical iteration.
      case .fixed: types.append(last)
      default: types.append(first.common(with: last))
      }
    }
    for place in 0..<gathered {
      // bounded: operands
      let type = operands[bodyResults + 1 + carried + place]?.type ?? TensorType(.undefined, nil)
      types.append(type.stacked(repetitions, at: 0))
    }
    return types
  }
}
