/// An operator that runs a region again and again.
package protocol LoopOperator: ControlFlowOperator {
  /// How often the body runs; a symbol, or unknown, when that depends on data.
  func repetitions(_ operands: Operands) -> SymbolicInt

  /// How often the body runs, where its condition could be followed.
  var followed: SymbolicInt? { get set }

  /// The most that it runs, where a part of its condition could be followed.
  var followedMaximum: SymbolicInt? { get set }

  /// The most that the body runs, if a limit is known.
  func limit(_ operands: Operands) -> SymbolicInt?

  /// The operand with the limit, if any.
  var limitOperand: Int? { get }

  /// The operand with the condition before the first iteration, if any.
  var startOperand: Int? { get }

  /// The operand with the body's result for the condition, if any.
  var conditionOperand: Int? { get }

  /// The result that the operand at a place becomes after the last iteration, when that operand is
  /// the body's result for a carried value.
  func result(ofOperand index: Int) -> Int?
}

extension LoopOperator {
  package var followed: SymbolicInt? {
    get { nil }
    set {}
  }
  package var followedMaximum: SymbolicInt? {
    get { nil }
    set {}
  }
  package func limit(_ operands: Operands) -> SymbolicInt? { nil }
  package var limitOperand: Int? { nil }
  package var startOperand: Int? { nil }
  package var conditionOperand: Int? { nil }
}

extension TensorType {
  /// The type of as many tensors of this type, put one after another along a new axis.
  func stacked(_ count: SymbolicInt, at axis: Int) -> TensorType {
    guard var dimensions = shape?.dimensions, axis <= dimensions.count else {
      return TensorType(elementType, nil)
    }
    dimensions.insert(count, at: axis)
    return TensorType(elementType, Shape(dimensions))
  }
}
