/// A depthwise convolution over steps that sees no later ones and keeps what the next call needs.
///
/// Operands: input (batch, channels, steps), weights (channels, 1, kernel elements), bias, past.
package struct CausalConvolution: Operator {
  package var name: OperatorName { .causalConv }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .depthwiseConvolution }
  package var stateOperands: Set<Int> { [3] }
  package var stateResults: Set<Int> { [1] }
  package func constantRole(at index: Int) -> OperandRole {
    index == 1 ? .weight : index == 2 ? .bias : .parameter
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let input = try operands.shape(0, rank: 3)
    let kernelSize = try operands.shape(1, rank: 3)[2]
    return [TensorType(type, input), TensorType(type, [input[0], input[1], kernelSize - 1])]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let kernelSize = try? operands.shape(1, rank: 3)[2], let output = outputs.first else {
      return .unknown
    }
    return Work(
      macs: output.elementCount * kernelSize, .adds(operands[2] == nil ? 0 : output.elementCount))
  }
}
