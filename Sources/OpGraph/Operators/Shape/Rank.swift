/// The number of axes, as a scalar.
package struct Rank: ViewOperator {
  package var elementType: ElementType
  package var name: OperatorName { .rank }

  package init(elementType: ElementType) { self.elementType = elementType }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementType, [])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let shape = operands[0]?.type.shape else { return [] }
    return [.integers([.fixed(shape.rank)])]
  }
}
