/// Takes one element for each index along an axis; the result has the shape of the indices.
package struct GatherElements: DataMovementOperator {
  package var name: OperatorName { .gatherElements }

  package init() {}

  /// Only the slice is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(1))]
  }
}
