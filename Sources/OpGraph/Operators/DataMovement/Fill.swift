/// A tensor of a given shape with one value everywhere.
package struct Fill: DataMovementOperator {
  package var elementType: ElementType?
  /// The value where the file holds it; nil when operand 1 does.
  package var value: Int?
  package var name: OperatorName { .fill }

  package init(elementType: ElementType?, value: Int?) {
    self.elementType = elementType
    self.value = value
  }

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [elementType ?? operands[1]?.type.elementType ?? .float32]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], Shape(try operands.integers(0)))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let type = outputs.first, !type.elementType.isFloat,
      let count = type.elementCount.fixedValue, (0...ConstantValue.maximumElements).contains(count),
      let element = value.map(SymbolicInt.fixed) ?? operands[1]?.value?.integers?.first
    else { return [] }
    return [.integers([SymbolicInt](repeating: element, count: count))]
  }
}
