/// Boxes that no better one overlaps; how many there are depends on the data.
///
/// Operands: boxes (batches, boxes, 4), scores (batches, classes, boxes), boxes of a class at most,
/// thresholds. Result: batch, class and box of each.
package struct NonMaxSuppression: Operator {
  /// Symbol of the number of boxes.
  package var symbol: String
  package var name: OperatorName { .nonMaxSuppression }

  package init(symbol: String) { self.symbol = symbol }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  /// After boxes and scores come limits.
  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.int64] }

  /// One comparison for the score of each box; sorting and overlaps are not counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[1]?.type.elementCount ?? .unknown))
  }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    guard let boxes = operands[0]?.type.shape, boxes.rank == 3,
      let scores = operands[1]?.type.shape, scores.rank == 3
    else { return [:] }
    let stated = operands[2]?.value?.integers?.first
    let ofClass = stated.map { SymbolicInt.minimum($0, boxes[1]) } ?? 0
    return [symbol: scores[0] * scores[1] * ofClass]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    _ = try operands.type(0)
    return [TensorType(.int64, [.symbol(symbol), 3])]
  }
}
