/// The gradients of a convolution by its image, weights and bias, as far as they are asked for.
///
/// Operands: gradient of the result, image, weights (output channels, input channels of a group, space).
package struct ConvolutionGrad: Operator {
  package var name: OperatorName { .convGrad }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .convolution }
  package func constantRole(at index: Int) -> OperandRole { index == 2 ? .weight : .parameter }
  package var dataOperand: Int { 0 }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let weights = try operands.type(2)
    guard let outputs = try operands.shape(2).dimensions.first else {
      throw .invalid("weights without output channels")
    }
    let bias = TensorType(weights.elementType, [outputs])
    return [try operands.type(1), weights, bias]
  }

  /// Each element of the result's gradient meets each weight of its channel, once for the image and once
  /// for the weights.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let gradient = operands[0]?.type, let weights = operands[2]?.type.shape, weights.rank > 0
    else { return .unknown }
    func isAsked(_ place: Int) -> Bool {
      outputs.indices.contains(place) && outputs[place].elementType != .undefined
    }
    let each = gradient.elementCount * weights.dimensions.dropFirst().product
    let products = [0, 1].filter(isAsked).count
    return Work(
      macs: each * .fixed(products), .adds(isAsked(2) ? gradient.elementCount : 0))
  }
}
