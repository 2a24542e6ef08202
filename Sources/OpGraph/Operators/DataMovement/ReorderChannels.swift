/// Moves channels into blocks or out of them.
package struct ReorderChannels: DataMovementOperator {
  /// Channels of the result; nil when they are the operand's.
  package var channels: Int?
  /// The order of the axes before and after.
  package var from: Layout
  package var to: Layout
  package var name: OperatorName { .reorderChannels }

  package init(channels: Int?, from: Layout, to: Layout) {
    self.channels = channels
    self.from = from
    self.to = to
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard shape.rank >= 3 else { throw .invalid("an image of rank \(shape.rank)") }
    let count = channels.map(Dimension.fixed) ?? shape[from.channelAxis(rank: shape.rank)]
    let space = Array(shape.dimensions[from.spatialAxes(rank: shape.rank)])
    let sizes = to == .channelsLast ? space + [count] : [count] + space
    return [TensorType(try operands.type(0).elementType, Shape([shape[0]] + sizes))]
  }
}
