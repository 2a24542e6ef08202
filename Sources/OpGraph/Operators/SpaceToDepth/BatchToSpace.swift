/// Moves items of the batch into blocks of the spatial axes.
///
/// Operands: input, block sides, margins that are cropped.
package struct BatchToSpace: DataMovementOperator {
  package var layout: Layout
  package var name: OperatorName { .batchToSpace }

  package init(layout: Layout) { self.layout = layout }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let blocks = try SpatialBlocks(operands, layout: layout)
    let result = try blocks.spread(operands.shape(0), from: 0)
    return [TensorType(try operands.type(0).elementType, result)]
  }
}
