/// The largest or smallest elements along an axis, and their places.
package struct TopK: Operator {
  package var axis: Int
  /// The number; nil when operand 1 states it.
  package var count: Int?
  package var name: OperatorName { .topK }

  package init(axis: Int, count: Int?) {
    self.axis = axis
    self.count = count
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// At least one comparison for each element that is read.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[0]?.type.elementType ?? .undefined, .int64]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: shape.rank)
    if let count {
      shape[axis] = .fixed(count)
    } else {
      let stated = try operands.integers(1)
      guard stated.count == 1 else { throw .invalid("\(stated.count) numbers of elements") }
      shape[axis] = stated[0]
    }
    return [TensorType(try operands.type(0).elementType, shape), TensorType(.int64, shape)]
  }
}
