/// A part of a tensor with stated starts, limits and steps (StableHLO slice), or of stated sizes at
/// a place that operands give (dynamic_slice).
package struct DynamicSlice: DataMovementOperator {
  package var sizes: [Int]
  package var name: OperatorName { .slice }

  package init(sizes: [Int]) { self.sizes = sizes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0, rank: sizes.count)
    if let axis = sizes.indices.first(where: { sizes[$0] > shape[$0].fixedValue ?? .max }) {
      throw .invalid("\(sizes[axis]) elements of an axis of \(shape[axis])")
    }
    return [TensorType(try operands.type(0).elementType, Shape(sizes.map(Dimension.fixed)))]
  }

  /// Only the slice is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: Operands([operands[0]]), outputs: outputs)
  }
}
