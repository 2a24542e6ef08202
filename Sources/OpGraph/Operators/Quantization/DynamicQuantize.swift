/// Finds the range of a tensor and quantizes it to it; results: integers, scale, zero point.
package struct DynamicQuantize: Operator {
  package var name: OperatorName { .dynamicQuantize }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .quantization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(.uint8, try operands.shape(0)),
      TensorType(try operands.type(0).elementType, []), TensorType(.uint8, []),
    ]
  }

  /// Minimum, maximum and the quantization itself.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 2, multiplies: 1) * (operands[0]?.type.elementCount ?? .unknown))
  }
}
