/// The elements, or the slices along an axis, that a mask selects.
package struct Compress: Operator {
  /// The axis that is selected along; nil when the tensor is taken as a list.
  package var axis: Int?
  /// What the number of selected elements is called.
  package var symbol: String
  package var name: OperatorName { .compress }

  package init(axis: Int?, symbol: String) {
    self.axis = axis
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  /// One comparison for each element that is read.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.length(along: axis)] } ?? [:]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    return [
      TensorType(
        try operands.type(0).elementType,
        try shape.resized(along: axis, to: .symbol(symbol)))
    ]
  }
}
