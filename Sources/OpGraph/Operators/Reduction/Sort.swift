/// Tensors that are sorted together along an axis.
package struct Sort: Operator {
  package var axis: Int
  /// Operations that compare two elements.
  package var operations: Int
  package var name: OperatorName { .sort }

  package init(axis: Int, operations: Int) {
    self.axis = axis
    self.operations = operations
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    operands.map { $0?.type.elementType ?? .undefined }
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for place in 0..<operands.count {
      types.append(TensorType(try operands.type(place).elementType, try operands.shape(place)))
    }
    return types
  }

  /// Merging takes n log2 n comparisons of n elements.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let axis = try? resolvedAxis(axis, rank: shape.rank),
      let length = shape[axis].fixedValue
    else { return Work(.unknown) }
    return Work(
      .adds(shape.elementCount * .fixed(binaryLogarithm(length)) * .fixed(operations)))
  }
}
