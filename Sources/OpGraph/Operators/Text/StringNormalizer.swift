/// Removes words and changes their case; how many stay depends on them.
package struct StringNormalizer: Operator {
  /// What the number of words that stay is called.
  package var symbol: String
  package var name: OperatorName { .stringNormalizer }

  package init(symbol: String) { self.symbol = symbol }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape?.dimensions.last.map { [symbol: $0] } ?? [:]
  }

  /// One operation for each element; the length of texts is not known.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let kept = Array(try operands.shape(0).dimensions.dropLast())
    return [TensorType(.string, Shape(kept + [.symbol(symbol)]))]
  }
}
