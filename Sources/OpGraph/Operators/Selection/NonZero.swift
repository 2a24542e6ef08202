/// The indices of the elements that are not zero; how many there are depends on the data.
package struct NonZero: Operator {
  /// What a row of the result holds.
  package enum Rows: Hashable, Sendable {
    /// The indices of all elements along one axis (ONNX NonZero).
    case axes
    /// The indices of one element along all axes (TFLite WHERE).
    case elements
  }

  package var rows: Rows
  /// What the number of elements is called.
  package var symbol: String
  package var name: OperatorName { .nonZero }

  package init(rows: Rows, symbol: String) {
    self.rows = rows
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.int64] }

  /// One comparison for each element that is read.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.elementCount] } ?? [:]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let count = places(operands).map { SymbolicInt.fixed($0.count) } ?? .symbol(symbol)
    let rank = Dimension.fixed(try operands.shape(0).rank)
    return [TensorType(.int64, rows == .axes ? [rank, count] : [count, rank])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let places = places(operands), let shape = operands[0]?.type.shape,
      let steps = shape.rowMajorSteps
    else { return [] }
    var result: [SymbolicInt] = []
    for axis in shape.dimensions.indices {
      for place in places {
        // bounded: there is an element, so no step is zero
        result.append(.fixed(place / steps[axis]).remainder(by: shape[axis]))
      }
    }
    return [.integers(result)]
  }

  /// The places of known elements; exporters compute shapes with rows of axes only.
  private func places(_ operands: Operands) -> [Int]? {
    guard rows == .axes, let values = operands[0]?.value?.floats else { return nil }
    return values.indices.filter { values[$0] != 0 }
  }
}
