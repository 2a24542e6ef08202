/// Overlapping slices of a tensor along an axis, on a new last axis.
package struct UnfoldTensor: DataMovementOperator {
  package var axis: Int
  package var size: Int
  package var step: Int
  package var name: OperatorName { .unfoldTensor }

  package init(axis: Int, size: Int, step: Int) {
    self.axis = axis
    self.size = size
    self.step = step
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let axis = try resolvedAxis(axis, rank: shape.rank)
    shape[axis] = (shape[axis] - .fixed(size)).floorDivided(by: .fixed(step)) + 1
    return [TensorType(try operands.type(0).elementType, Shape(shape.dimensions + [.fixed(size)]))]
  }
}
