/// A transposed (fractionally strided) convolution.
///
/// Operands: image, weights, optional bias; TFLite's output-shape operand comes last.
package struct TransposedConvolution: WindowOperator {
  /// The order of the weight tensor's axes.
  package enum WeightLayout: Hashable, Sendable {
    /// Input channels, output channels of a group, space (ONNX).
    case inputOutputSpace
    /// Output channels, space, input channels (TFLite).
    case outputSpaceInput
    /// Space, output channels, input channels (TFLite 3-D).
    case spaceOutputInput
  }

  package var window: SlidingWindow
  /// Elements added at the end of each spatial axis of the result.
  package var outputPadding: [Int]
  /// Sizes of the result's spatial axes, when the file gives them.
  package var outputSizes: [Int]?
  package var groups: Int
  package var layout: Layout
  package var weightLayout: WeightLayout

  package init(
    window: SlidingWindow, outputPadding: [Int], outputSizes: [Int]?, groups: Int, layout: Layout,
    weightLayout: WeightLayout
  ) {
    self.window = window
    self.outputPadding = outputPadding
    self.outputSizes = outputSizes
    self.groups = groups
    self.layout = layout
    self.weightLayout = weightLayout
  }

  package var name: OperatorName {
    .of(
      spatialAxes: window.strides.count, .convTranspose1D, .convTranspose2D, .convTranspose3D,
      more: .convTransposeND)
  }
  package func kind(for operands: Operands) -> KernelKind { .transposedConvolution }
  package func constantRole(at index: Int) -> OperandRole {
    index == 1 ? .weight : index == 2 ? .bias : .attribute
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    if let sizes = operands[3]?.value?.integers {
      if let batch = operands[0]?.type.shape?.dimensions.first?.fixedValue,
        let stated = sizes.first?.fixedValue, batch != stated
      {
        throw .invalid("the output shape \(Shape(sizes)) is not for a batch of \(batch)")
      }
      return [TensorType(type.elementType, Shape(sizes))]
    }
    let weights = try kernel(operands)
    let image = try operands.shape(0, rank: window.strides.count + 2)
    try operands.check(bias: 2, channels: weights.outputsPerGroup * .fixed(groups))
    let spatial = layout.spatialAxes(rank: image.rank)
    var output = image
    output[layout.channelAxis(rank: image.rank)] = weights.outputsPerGroup * .fixed(groups)
    for (index, axis) in spatial.enumerated() {
      if let outputSizes {
        guard index < outputSizes.count else { throw .invalid("too few output sizes") }
        output[axis] = .fixed(outputSizes[index])
      } else {
        output[axis] = try size(index, input: image[axis], kernelSize: weights.kernelSize[index])
      }
    }
    return [TensorType(type.elementType, output)]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let weights = try? kernel(operands), let image = operands[0]?.type,
      let output = outputs.first
    else { return .unknown }
    return Work(
      macs: image.elementCount * weights.outputsPerGroup * weights.kernelSize.product,
      .adds(operands[2] == nil ? 0 : output.elementCount))
  }

  private func size(
    _ axis: Int, input: Dimension, kernelSize: Dimension
  ) throws(ShapeError) -> Dimension {
    let stride = Dimension.fixed(window.strides[axis])
    let extra = outputPadding.indices.contains(axis) ? outputPadding[axis] : 0
    let extent = Dimension.fixed(window.dilations[axis]) * (kernelSize - 1) + 1
    switch window.padding {
    case .sameUpper, .sameLower:
      // Padding takes away what is more than that, and adds nothing to a window that is narrower
      // than its steps.
      return input * stride + .minimum(0, extent + .fixed(extra) - stride)
    case .valid, .explicit:
      var size = stride * (input - 1) + extent + .fixed(extra)
      if case .explicit(let before, let after) = window.padding {
        guard before.indices.contains(axis), after.indices.contains(axis) else {
          throw .invalid("too few pads for \(window.strides.count) spatial axes")
        }
        size = size - .fixed(before[axis]) - .fixed(after[axis])
      }
      return size
    }
  }

  /// Of several groups, an index of the output axis stands for a channel in each.
  package func filterAxes(for operands: Operands) -> FilterAxes? {
    guard groups == 1, let rank = operands[1]?.type.shape?.rank, rank >= 3 else { return nil }
    switch weightLayout {
    case .inputOutputSpace: return FilterAxes(outputs: 1, inputs: 0)
    case .outputSpaceInput: return FilterAxes(outputs: 0, inputs: rank - 1)
    case .spaceOutputInput: return FilterAxes(outputs: rank - 2, inputs: rank - 1)
    }
  }

  package func kernelSize(for operands: Operands) -> [Int]? {
    (try? kernel(operands))?.kernelSize.numbers
  }

  private func kernel(
    _ operands: Operands
  ) throws(ShapeError) -> (outputsPerGroup: Dimension, kernelSize: [Dimension]) {
    if window.hasOpenRank { throw .unknown("the number of spatial axes depends on the weights") }
    let weights = try operands.shape(1, rank: window.strides.count + 2).dimensions
    switch weightLayout {
    case .inputOutputSpace: return (weights[1], Array(weights.dropFirst(2)))
    case .outputSpaceInput: return (weights[0], Array(weights.dropFirst().dropLast()))
    case .spaceOutputInput: return (weights[weights.count - 2], Array(weights.dropLast(2)))
    }
  }
}
