/// Moves blocks of the spatial axes into channels.
package struct SpaceToDepth: DataMovementOperator {
  /// Side of a block in elements.
  package var blockSize: Int
  package var layout: Layout
  package var name: OperatorName { .spaceToDepth }

  package init(blockSize: Int, layout: Layout) {
    self.blockSize = blockSize
    self.layout = layout
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let blocks = SpatialBlocks(side: blockSize, rank: shape.rank, layout: layout)
    let result = try blocks.gathered(shape, into: layout.channelAxis(rank: shape.rank))
    return [TensorType(try operands.type(0).elementType, result)]
  }
}
