/// A tensor of zeros of a stated shape, part of which is taken from operand 0.
package struct IndexingGrad: DataMovementOperator {
  package var name: OperatorName
  /// The operand that holds the shape.
  package var shapeOperand: Int
  /// Whether elements that go to one place are added up.
  package var reduces: Bool

  package init(_ name: OperatorName, shapeOperand: Int, reduces: Bool = false) {
    self.name = name
    self.shapeOperand = shapeOperand
    self.reduces = reduces
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      reduces
        ? .adds(operands[0]?.type.elementCount ?? .unknown)
        : .moves(outputs.map(\.elementCount).sum))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, Shape(try operands.integers(shapeOperand)))]
  }
}
