import Quantities

/// Repeats a tensor along its axes.
package struct Tile: DataMovementOperator {
  package var name: OperatorName { .tile }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let repeats = try operands.integers(1)
    guard repeats.count == shape.rank else {
      throw .invalid("\(counted(repeats.count, "repeat")) for \(counted(shape.rank, "axis"))")
    }
    let result = Shape(zip(shape.dimensions, repeats).map { $0 * $1 })
    return [TensorType(try operands.type(0).elementType, result)]
  }
}
