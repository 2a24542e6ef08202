/// Combines the rows of a tensor that belong to one segment.
///
/// Operands: the tensor, the segment of each row, and the number of segments if a file states it.
package struct SegmentReduction: Operator {
  package var name: OperatorName
  /// The operand with the number of segments; nil when the last segment determines it.
  package var countOperand: Int?
  /// What the number of segments is called when it depends on data.
  package var symbol: String
  /// What combines an element with those before it.
  package var operationsPerElement: OperationCounts

  package init(
    _ name: OperatorName, countOperand: Int?, symbol: String,
    operationsPerElement: OperationCounts = .adds(1)
  ) {
    self.operationsPerElement = operationsPerElement
    self.name = name
    self.countOperand = countOperand
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(operationsPerElement * (operands[0]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let data = try operands.shape(0)
    let segments = try operands.shape(1)
    guard segments.rank <= data.rank else {
      throw .invalid("segments of rank \(segments.rank) for rank \(data.rank)")
    }
    let count: Dimension
    if let countOperand {
      count = try operands.integers(countOperand).first ?? .unknown
    } else {
      let numbers = operands[1]?.value?.integers?.compactMap(\.fixedValue)
      count = numbers?.max().map { .fixed($0) + 1 } ?? .symbol(symbol)
    }
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([count] + data.dimensions.dropFirst(segments.rank)))
    ]
  }
}
