/// A tensor with elements added before, after and between those of each axis (StableHLO pad, TFLite
/// DILATE).
///
/// Negative numbers before and after take elements away.
package struct InteriorPad: DataMovementOperator {
  package var before: [Int]
  package var after: [Int]
  package var between: [Int]
  package var name: OperatorName

  package init(_ name: OperatorName, before: [Int], after: [Int], between: [Int]) {
    self.name = name
    self.before = before
    self.after = after
    self.between = between
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0, rank: between.count)
    guard before.count == shape.rank, after.count == shape.rank else {
      throw .invalid("\(before.count + after.count) pads for rank \(shape.rank)")
    }
    for axis in between.indices {
      var size = shape[axis]
      if size != 0 { size = (size - 1) * (.fixed(between[axis]) + 1) + 1 }
      shape[axis] = size + .fixed(before[axis]) + .fixed(after[axis])
    }
    return [TensorType(try operands.type(0).elementType, shape)]
  }
}
