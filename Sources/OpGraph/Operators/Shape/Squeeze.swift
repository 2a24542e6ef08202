/// Removes axes of size 1.
package struct Squeeze: ViewOperator {
  /// The axes; nil when operand 1 holds them, or when every axis of size 1 goes.
  package var axes: [Int]?
  package var name: OperatorName { .squeeze }

  package init(axes: [Int]?) { self.axes = axes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let shape = try operands.shape(0)
    var named = axes
    if named == nil, operands[1] != nil { named = try operands.numbers(1) }
    let result: [Dimension]
    if let named, !named.isEmpty {
      let removed = Set(try resolvedAxes(named, rank: shape.rank))
      result = shape.dimensions.indices.filter { !removed.contains($0) }.map { shape[$0] }
    } else {
      result = shape.dimensions.filter { $0 != 1 }
    }
    return [TensorType(type.elementType, Shape(result), quantization: type.quantization)]
  }
}
