/// Vectors of one kind of value with another at each index.
package struct OneHot: DataMovementOperator {
  package var axis: Int
  package var name: OperatorName { .oneHot }

  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[2]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let indices = try operands.shape(0)
    let depth = try operands.required(1).value
    let size =
      depth?.integers?.first
      ?? depth?.floats?.first.flatMap { Int(exactly: $0) }.map { .fixed($0) } ?? .unknown
    var result = indices.dimensions
    result.insert(size, at: try resolvedAxis(axis, rank: indices.rank + 1))
    return [TensorType(try operands.type(2).elementType, Shape(result))]
  }
}
