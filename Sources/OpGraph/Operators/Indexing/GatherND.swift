/// Takes elements or slices at index tuples.
package struct GatherND: DataMovementOperator {
  package var batchDimensions: Int
  package var name: OperatorName { .gatherND }

  package init(batchDimensions: Int = 0) { self.batchDimensions = batchDimensions }

  /// Only the slice is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let tuples = try operands.shape(1)
    guard let length = tuples.dimensions.last else { throw .invalid("indices are a scalar") }
    guard let length = length.fixedValue else { throw .unknown("the index length is not known") }
    guard (0...shape.rank).contains(batchDimensions),
      length >= 0,
      let first = (.fixed(batchDimensions) + .fixed(length) as SymbolicInt).fixedValue,
      first <= shape.rank
    else {
      throw .invalid("index tuples of \(length) for rank \(shape.rank)")
    }
    let result = tuples.dimensions.dropLast() + shape.dimensions[first...]
    return [TensorType(try operands.type(0).elementType, Shape(Array(result)))]
  }
}
