/// Adds axes of size 1 (TFLite EXPAND_DIMS).
package struct Unsqueeze: ViewOperator {
  /// The axes, counted in the result; nil when operand 1 holds them.
  package var axes: [Int]?
  package var name: OperatorName { .unsqueeze }

  package init(axes: [Int]?) { self.axes = axes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let shape = try operands.shape(0)
    var named = axes ?? []
    if axes == nil, operands[1] != nil { named = try operands.numbers(1) }
    let rank = shape.rank + named.count
    let added = Set(try resolvedAxes(named, rank: rank))
    guard added.count == named.count else { throw .invalid("an axis is named twice") }
    var rest = shape.dimensions.makeIterator()
    let result = (0..<rank).map { added.contains($0) ? 1 : rest.next() ?? 1 }
    return [TensorType(type.elementType, Shape(result), quantization: type.quantization)]
  }
}
