/// Takes columns of a table; operand 1 names them.
package struct ArrayFeatureExtractor: DataMovementOperator {
  package var name: OperatorName { .arrayFeatureExtractor }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(0)
    let columns = try operands.shape(1).elementCount
    let rows = table.rank > 1 ? Array(table.dimensions.dropLast()) : [1]
    return [TensorType(try operands.type(0).elementType, Shape(rows + [columns]))]
  }

  /// Only the slice is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }
}
