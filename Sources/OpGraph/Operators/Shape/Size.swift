/// The number of elements, as a scalar.
package struct Size: ViewOperator {
  package var elementType: ElementType
  package var name: OperatorName { .size }

  package init(elementType: ElementType) { self.elementType = elementType }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementType, [])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let shape = operands[0]?.type.shape else { return [] }
    return [.integers([shape.elementCount])]
  }
}
