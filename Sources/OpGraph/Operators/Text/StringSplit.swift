/// The parts of each text, as many as the longest has, and how many each has.
package struct StringSplit: Operator {
  /// What the number of parts is called.
  package var symbol: String
  package var name: OperatorName { .stringSplit }

  package init(symbol: String) { self.symbol = symbol }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  /// One operation for each element; the length of texts is not known.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    return [
      TensorType(.string, Shape(shape.dimensions + [.symbol(symbol)])), TensorType(.int64, shape),
    ]
  }
}
