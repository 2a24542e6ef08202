/// Rows, columns and channels of a picture whose compressed bytes are the operand.
package struct ImageDecoder: Operator {
  /// What height and width are named after.
  package var symbol: String
  package var channels: Int
  package var name: OperatorName { .imageDecoder }

  package init(symbol: String, channels: Int) {
    self.symbol = symbol
    self.channels = channels
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  /// One operation for each byte.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    _ = try operands.shape(0)
    return [
      TensorType(
        .uint8, [.symbol("\(symbol).height"), .symbol("\(symbol).width"), .fixed(channels)])
    ]
  }
}
