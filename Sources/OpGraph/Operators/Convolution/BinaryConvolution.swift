/// A convolution of ones and minus ones, 32 of which fill an element (Larq Compute Engine).
///
/// Operands: image, weights (output channels, space, packed input channels of a group), a factor and
/// an addend for each output channel, or thresholds. The file states the result's shape.
package struct BinaryConvolution: Operator {
  /// Input channels before they are packed.
  package var channels: Int
  package var result: TensorType
  package var name: OperatorName { .conv2D }

  package init(channels: Int, result: TensorType) {
    self.channels = channels
    self.result = result
  }

  package func kind(for operands: Operands) -> KernelKind { .convolution }
  package func constantRole(at index: Int) -> OperandRole {
    index == 1 ? .weight : index == 3 ? .bias : .parameter
  }
  package func elementTypes(for operands: Operands) -> [ElementType] { [result.elementType] }
  package func factors(for operands: Operands) -> [String] { ["binary", "binary"] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard result.shape != nil else { throw .unknown("the file states no shape of the result") }
    _ = try weights(operands)
    return [result]
  }

  /// Of its packed result an element holds 32 channels.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let weights = try? weights(operands), let shape = outputs.first?.shape else {
      return .unknown
    }
    let elements = shape.dimensions.dropLast().product * weights.outputs
    let isPacked = result.elementType == .int32
    return Work(
      macs: elements * weights.patch,
      // A number is scaled and shifted, a bit compared with a threshold.
      isPacked ? .adds(elements) : OperationCounts(adds: 1, multiplies: 1) * elements)
  }

  package var packsElements: Bool { true }

  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    guard index == 1, let weights = try? weights(operands) else { return nil }
    return weights.outputs * weights.patch
  }

  private func weights(
    _ operands: Operands
  ) throws(ShapeError) -> (outputs: Dimension, patch: Dimension) {
    let shape = try operands.shape(1, rank: 4)
    guard let packed = (shape[3] * 32).fixedValue, packed > 0 else {
      throw .invalid("weights of shape \(shape), expected packed channels on the last axis")
    }
    let inputs = min(channels, packed)
    return (shape[0], shape[1] * shape[2] * .fixed(inputs))
  }
}
