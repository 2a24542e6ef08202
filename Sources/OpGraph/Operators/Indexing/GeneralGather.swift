import Quantities

/// Slices of a tensor at index vectors (StableHLO gather).
package struct GeneralGather: DataMovementOperator {
  /// Axes of the result that run along a slice.
  package var offsetAxes: [Int]
  /// Axes of the tensor that a slice has one element of, and the result leaves out.
  package var collapsedAxes: [Int]
  /// The axis of the indices that holds a vector; their rank when each index is a vector of one.
  package var vectorAxis: Int
  package var sliceSizes: [Int]
  package var name: OperatorName { .gather }

  package init(offsetAxes: [Int], collapsedAxes: [Int], vectorAxis: Int, sliceSizes: [Int]) {
    self.offsetAxes = offsetAxes
    self.collapsedAxes = collapsedAxes
    self.vectorAxis = vectorAxis
    self.sliceSizes = sliceSizes
  }

  /// Only the slice is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var places = try operands.shape(1).dimensions
    if places.indices.contains(vectorAxis) { places.remove(at: vectorAxis) }
    let slice = sliceSizes.indices.filter { !collapsedAxes.contains($0) }.map { sliceSizes[$0] }
    guard slice.count == offsetAxes.count else {
      throw .invalid(
        "slices of rank \(slice.count) along \(counted(offsetAxes.count, "axis")) of the result")
    }
    var offsets = slice.makeIterator()
    var rest = places.makeIterator()
    var result: [Dimension] = []
    for axis in 0..<places.count + slice.count {
      let size =
        offsetAxes.contains(axis) ? offsets.next().map(Dimension.fixed) : rest.next()
      guard let size else { throw .invalid("axes \(offsetAxes) of a result") }
      result.append(size)
    }
    return [TensorType(try operands.type(0).elementType, Shape(result))]
  }
}
