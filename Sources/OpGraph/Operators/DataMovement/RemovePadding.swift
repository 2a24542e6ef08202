/// Rows of a padded batch without those that are padding.
///
/// Operands: input (batch, steps, width), lengths. Results: rows (as many as the symbol says),
/// their places, running lengths, the greatest length.
package struct RemovePadding: DataMovementOperator {
  /// Symbol of the number of rows that stay.
  package var symbol: String
  package var name: OperatorName { .removePadding }

  package init(symbol: String) { self.symbol = symbol }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.dimensions.prefix(2).product] } ?? [:]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let input = try operands.shape(0, rank: 3)
    return [
      TensorType(try operands.type(0).elementType, [.symbol(symbol), input[2]]),
      TensorType(.int32, [input[0], input[1]]), TensorType(.int32, [input[0] + 1]),
      TensorType(.int32, [1]),
    ]
  }
}
