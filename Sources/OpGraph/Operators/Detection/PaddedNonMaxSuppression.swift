/// Boxes that no better one overlaps, in a list of fixed length, and how many of it count.
///
/// Operands: boxes (n x 4), scores (n), the length of the list, thresholds.
package struct PaddedNonMaxSuppression: Operator {
  /// Whether the scores of the boxes are a result as well (soft suppression).
  package var givesScores: Bool
  package var name: OperatorName { .nonMaxSuppression }

  package init(givesScores: Bool) { self.givesScores = givesScores }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    givesScores ? [.int32, .float32, .int32] : [.int32, .int32]
  }
  /// One comparison for each score; sorting and overlaps are not counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[1]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let length = try operands.integers(2).first else { throw .invalid("operand 2 is empty") }
    let places = TensorType(.int32, [length])
    let count = TensorType(.int32, [])
    return givesScores ? [places, TensorType(.float32, [length]), count] : [places, count]
  }
}
