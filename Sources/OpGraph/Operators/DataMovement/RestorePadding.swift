/// Puts rows back to their indices in a padded batch; operand 1 has the batch's shape.
package struct RestorePadding: DataMovementOperator {
  package var name: OperatorName { .restorePadding }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let rows = try operands.shape(0, rank: 2)
    let places = try operands.shape(1, rank: 2)
    return [TensorType(try operands.type(0).elementType, [places[0], places[1], rows[1]])]
  }
}
