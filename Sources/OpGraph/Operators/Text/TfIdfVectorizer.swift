/// Counts of n-grams, in a column for each.
package struct TfIdfVectorizer: Operator {
  package var columns: Int
  package var name: OperatorName { .tfIdfVectorizer }

  package init(columns: Int) { self.columns = columns }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  /// One operation for each element; the length of texts is not known.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let kept = Array(try operands.shape(0).dimensions.dropLast())
    return [TensorType(.float32, Shape(kept + [.fixed(columns)]))]
  }
}
