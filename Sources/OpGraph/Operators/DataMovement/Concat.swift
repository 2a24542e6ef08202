/// Puts tensors one after another along an axis.
package struct Concat: DataMovementOperator {
  package var axis: Int
  package var name: OperatorName { .concat }

  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var result = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: result.rank)
    for index in 1..<Swift.max(1, operands.count) where operands[index] != nil {
      result[axis] += try operands.shape(index, rank: result.rank)[axis]
    }
    // In training graphs, a second result has the sizes of the parts.
    return [
      TensorType(try operands.type(0).elementType, result),
      TensorType(.int64, [.fixed(operands.count)]),
    ]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard outputs.first?.shape?.rank == 1 else { return [] }
    let values = operands.compactMap { $0?.value }
    guard values.count == operands.count,
      // bounded: elements in memory
      values.map(\.count).reduce(0, +) <= ConstantValue.maximumElements
    else { return [] }
    let integers = values.compactMap(\.integers)
    if integers.count == values.count { return [.integers(Array(integers.joined()))] }
    let floats = values.compactMap(\.floats)
    return floats.count == values.count ? [.floats(Array(floats.joined()))] : []
  }
}
