/// Turns floating-point numbers into integers with a scale, or integers of one scale into another.
package struct Quantize: Operator {
  /// The element type of the result; nil when the zero point (operand 2) has it.
  package var resultType: ElementType?
  /// The axis along which scales differ, when there are several.
  package var axis: Int
  /// How many elements along the axis share a scale; 0 when each index has its own.
  package var blockSize: Int
  package var name: OperatorName { .quantize }

  package init(resultType: ElementType?, axis: Int = 1, blockSize: Int = 0) {
    self.resultType = resultType
    self.axis = axis
    self.blockSize = blockSize
  }

  package func kind(for operands: Operands) -> KernelKind { .quantization }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[2]?.type.elementType ?? .uint8]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}
