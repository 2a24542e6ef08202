/// The distances between the rows of two matrices.
package struct CDist: Operator {
  package var name: OperatorName { .cDist }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .matMul }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let left = try operands.shape(0, rank: 2)
    let right = try operands.shape(1, rank: 2)
    return [TensorType(try operands.type(0).elementType, [left[0], right[0]])]
  }

  /// A difference that is multiplied with itself and added up, for each column.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let columns = try? operands.shape(0, rank: 2)[1], let pairs = outputs.first?.elementCount
    else { return .unknown }
    return Work(macs: pairs * columns, .adds(pairs * columns))
  }
}
