/// A matmul with a trained matrix and an optional bias.
///
/// Operands: input, weights, optional bias.
package struct FullyConnected: Operator {
  /// Which tensor shapes the operator takes.
  package enum Form: Hashable, Sendable {
    /// ONNX Gemm: both matrices of rank 2, each transposed or not.
    case gemm(transposesInput: Bool, transposesWeights: Bool)
    /// TFLite: the input flattened to rows of the weights' length; weights are outputs x inputs.
    case rows(keepsDimensions: Bool)
  }

  package var form: Form

  package init(_ form: Form) { self.form = form }

  package var name: OperatorName { .fullyConnected }
  package func kind(for operands: Operands) -> KernelKind { .fullyConnected }
  package func constantRole(at index: Int) -> OperandRole { index == 2 ? .bias : .weight }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let input = try operands.shape(0)
    let weights = try weights(operands)
    switch form {
    case .gemm(let transposesInput, _):
      let matrix = try operands.shape(0, rank: 2)
      let inner = transposesInput ? matrix[0] : matrix[1]
      if inner.fixedValue != nil, weights.inputs.fixedValue != nil, inner != weights.inputs {
        throw .invalid("inner dimensions \(inner) and \(weights.inputs) differ")
      }
      let rows = transposesInput ? matrix[1] : matrix[0]
      return [TensorType(type.elementType, [rows, weights.outputs])]
    case .rows(let keepsDimensions):
      if keepsDimensions, input.rank > 0 {
        return [
          TensorType(
            type.elementType, Shape(Array(input.dimensions.dropLast()) + [weights.outputs]))
        ]
      }
      let rows = input.elementCount.floorDivided(by: weights.inputs)
      return [TensorType(type.elementType, [rows, weights.outputs])]
    }
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let weights = try? weights(operands), let output = outputs.first else {
      return .unknown
    }
    return Work(
      macs: output.elementCount * weights.inputs,
      .adds(operands[2] == nil ? 0 : output.elementCount))
  }

  package func filterAxes(for operands: Operands) -> FilterAxes? {
    guard operands[1]?.type.shape?.rank == 2 else { return nil }
    if case .gemm(_, transposesWeights: false) = form { return FilterAxes(outputs: 1, inputs: 0) }
    return FilterAxes(outputs: 0, inputs: 1)
  }

  private func weights(
    _ operands: Operands
  ) throws(ShapeError) -> (outputs: Dimension, inputs: Dimension) {
    let shape = try operands.shape(1, rank: 2)
    if case .gemm(_, transposesWeights: false) = form { return (shape[1], shape[0]) }
    return (shape[0], shape[1])
  }
}
