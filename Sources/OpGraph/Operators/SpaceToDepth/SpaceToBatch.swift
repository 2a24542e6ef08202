/// Moves blocks of the spatial axes into the batch.
///
/// Operands: input, block sides, margins that are added first.
package struct SpaceToBatch: DataMovementOperator {
  package var layout: Layout
  package var name: OperatorName { .spaceToBatch }

  package init(layout: Layout) { self.layout = layout }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let blocks = try SpatialBlocks(operands, layout: layout)
    let result = try blocks.gathered(operands.shape(0), into: 0)
    return [TensorType(try operands.type(0).elementType, result)]
  }
}
