/// Values of a table by the distance of two positions (T5), for every head.
///
/// Operands: table (buckets x heads), numbers of queries and keys.
package struct RelativePositionBias: DataMovementOperator {
  package var name: OperatorName { .relativePositionBias }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(0, rank: 2)
    let queries = try operands.integers(1).first ?? .unknown
    let keys = try operands.integers(2).first ?? .unknown
    return [TensorType(try operands.type(0).elementType, [1, table[1], queries, keys])]
  }
}
