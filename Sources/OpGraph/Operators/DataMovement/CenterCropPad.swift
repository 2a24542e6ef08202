import Quantities

/// Cuts or pads axes about their middle to given sizes.
package struct CenterCropPad: DataMovementOperator {
  /// The axes that operand 1 gives sizes for; nil for all.
  package var axes: [Int]?
  package var name: OperatorName { .centerCropPad }

  package init(axes: [Int]?) { self.axes = axes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let sizes = try operands.integers(1)
    let places = axes ?? Array(0..<shape.rank)
    guard sizes.count == places.count else {
      throw .invalid("\(counted(sizes.count, "size")) for \(counted(places.count, "axis"))")
    }
    for (axis, size) in zip(places, sizes) {
      shape[try resolvedAxis(axis, rank: shape.rank)] = size
    }
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// Cropped elements are not read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    guard var kept = operands[0], let whole = kept.type.shape, let result = outputs.first?.shape,
      whole.rank == result.rank
    else { return .compulsory(operands, outputs: outputs, constantRole: constantRole) }
    kept.type.shape = Shape(zip(whole.dimensions, result.dimensions).map(SymbolicInt.minimum))
    let rest = operands.dropFirst().map { $0 }
    return .compulsory(Operands([kept] + rest), outputs: outputs, constantRole: constantRole)
  }
}
