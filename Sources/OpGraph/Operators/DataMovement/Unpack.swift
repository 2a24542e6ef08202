import Quantities

/// Takes a stack of tensors apart along an axis.
package struct Unpack: DataMovementOperator {
  package var axis: Int
  package var count: Int
  package var name: OperatorName { .unpack }

  package init(axis: Int, count: Int) {
    self.axis = axis
    self.count = count
  }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard count >= 0, count <= ConstantValue.maximumElements else {
      throw .invalid(counted(count, "part"))
    }
    shape.dimensions.remove(at: try resolvedAxis(axis, rank: shape.rank))
    let type = TensorType(try operands.type(0).elementType, shape)
    return [TensorType](repeating: type, count: count)
  }
}
