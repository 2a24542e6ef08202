/// A tensor of zeros of a stated shape, part of which is taken from operand 0.
package struct IndexingGrad: DataMovementOperator {
  package var name: OperatorName
  /// The operand that holds the shape.
  package var shapeOperand: Int

  package init(_ name: OperatorName, shapeOperand: Int) {
    self.name = name
    self.shapeOperand = shapeOperand
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, Shape(try operands.integers(shapeOperand)))]
  }
}
