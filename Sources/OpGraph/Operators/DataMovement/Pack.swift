/// Stacks tensors along a new axis, or takes such a stack apart.
package struct Pack: DataMovementOperator {
  package var axis: Int
  package var name: OperatorName { .pack }

  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: shape.rank + 1)
    var result = shape.dimensions
    result.insert(.fixed(operands.count), at: axis)
    return [TensorType(try operands.type(0).elementType, Shape(result))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    let scalars = operands.compactMap { $0?.value?.integers }
    guard scalars.count == operands.count, scalars.allSatisfy({ $0.count == 1 }) else { return [] }
    return [.integers(scalars.flatMap { $0 })]
  }
}
