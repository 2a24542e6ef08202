/// A matrix that turns the frequencies of a spectrum into mel bands.
///
/// Operands: the number of bands, the length of the transform.
package struct MelWeightMatrix: Operator {
  package var elementType: ElementType
  package var name: OperatorName { .melWeightMatrix }

  package init(elementType: ElementType) { self.elementType = elementType }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let bands = try operands.integers(0).first else { throw .invalid("operand 0 is empty") }
    guard let length = try operands.integers(1).first else { throw .invalid("operand 1 is empty") }
    return [TensorType(elementType, [length.floorDivided(by: 2) + 1, bands])]
  }
}
