/// Columns of a table under the names of classes, one map a row (ONNX ZipMap).
package struct ZipMap: DataMovementOperator {
  package var name: OperatorName { .zipMap }

  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  /// A sequence of one map for each row; a map is described as the row that it holds.
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let rows = shape.rank > 1 ? shape[0] : 1
    var type = TensorType(
      try operands.type(0).elementType, Shape(Array(shape.dimensions.suffix(1))))
    type.sequence = TensorSequence(length: rows)
    return [type]
  }
}
