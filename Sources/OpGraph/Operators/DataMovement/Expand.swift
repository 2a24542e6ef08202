/// Repeats a tensor's axes of size 1 until it has a given shape.
package struct Expand: DataMovementOperator {
  /// Whether sizes of 1 in the given shape keep the input's size (ONNX Expand).
  package var isMutual: Bool
  package var name: OperatorName { .expand }

  package init(isMutual: Bool) { self.isMutual = isMutual }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let target = Shape(try operands.integers(1))
    let result = isMutual ? try broadcast([operands.shape(0), target]) : target
    return [TensorType(try operands.type(0).elementType, result)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let result = outputs.first?.shape
    else { return [] }
    return [value.broadcast(from: shape, to: result)]
  }
}
