/// Finds a scale for each block of elements along an axis and quantizes the block to it; results: small
/// numbers, a scale for each block.
///
/// Operands: input, a scale of all scales.
package struct DynamicBlockQuantize: Operator {
  package var resultType: ElementType
  package var scaleType: ElementType
  package var axis: Int
  /// Elements along the axis that share a scale; positive.
  package var blockSize: Int
  package var name: OperatorName { .dynamicBlockQuantize }

  package init(resultType: ElementType, scaleType: ElementType, axis: Int, blockSize: Int) {
    self.resultType = resultType
    self.scaleType = scaleType
    self.axis = axis
    self.blockSize = blockSize
  }

  package func kind(for operands: Operands) -> KernelKind { .quantization }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [resultType, scaleType] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    var blocks = shape
    let axis = try resolvedAxis(axis, rank: shape.rank)
    blocks[axis] = shape[axis].ceilDivided(by: .fixed(blockSize))
    return [TensorType(resultType, shape), TensorType(scaleType, blocks)]
  }

  /// The largest element of each block, and the quantization itself.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 1, multiplies: 1) * (operands[0]?.type.elementCount ?? .unknown))
  }
}
