/// Unpacks a sparsely stored tensor.
package struct Densify: DataMovementOperator {
  package var name: OperatorName { .densify }

  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var type = try operands.type(0)
    type.sparsity = nil
    return [type]
  }
}
