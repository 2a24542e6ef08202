/// A tensor with the elements of a vector, for each of many vectors, on a diagonal and zeros beside.
package struct MatrixDiag: DataMovementOperator {
  package var name: OperatorName { .matrixDiag }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no diagonal") }
    return [TensorType(try operands.type(0).elementType, Shape(shape.dimensions + [last]))]
  }
}
