/// Counts for each element how many thresholds of its channel it reaches (FINN MultiThreshold).
///
/// Operands: input, thresholds (channels x steps).
package struct MultiThreshold: Operator {
  package var name: OperatorName { .multiThreshold }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .quantization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  /// A comparison for each threshold of each element.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let steps = (try? operands.shape(1, rank: 2)[1]) ?? .unknown
    return Work(.adds((outputs.first?.elementCount ?? .unknown) * steps))
  }
}
