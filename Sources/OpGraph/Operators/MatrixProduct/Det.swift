/// The determinant of square matrices in the last two axes.
package struct Det: Operator {
  package var name: OperatorName { .det }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .reduction }

  /// n^2 operations for each of n columns, about three times what elimination takes at least.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let side = shape.dimensions.last else {
      return Work(.unknown)
    }
    return Work(.multiplies(shape.elementCount * side))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard shape.rank >= 2 else { throw .invalid("a matrix of rank \(shape.rank)") }
    return [
      TensorType(try operands.type(0).elementType, Shape(Array(shape.dimensions.dropLast(2))))
    ]
  }
}
