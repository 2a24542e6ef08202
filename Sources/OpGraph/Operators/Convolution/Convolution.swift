import Quantities

/// A convolution over one, two or three spatial axes, grouped or depthwise, depending on its weights.
///
/// Operands: image, weights, optional bias.
package struct Convolution: WindowOperator {
  /// The order of the weight tensor's axes.
  package enum WeightLayout: Hashable, Sendable {
    /// Output channels, input channels of a group, space (ONNX).
    case outputInputSpace
    /// Output channels, space, input channels of a group (TFLite).
    case outputSpaceInput
    /// One, space, output channels: each input channel has outputs of its own (TFLite depthwise).
    case depthwise
    /// Space, input channels of a group, output channels (TFLite 3-D).
    case spaceInputOutput
  }

  package var window: SlidingWindow
  /// Independent parts that the channels are divided into; nil when the weights' shape determines it.
  package var groups: Int?
  package var layout: Layout
  package var weightLayout: WeightLayout
  /// The kernel size where the file states them besides the weights' shape.
  package var statedKernel: [Int]?
  /// The element type of the result where it is not the image's.
  package var resultType: ElementType?
  /// Of channels that are filled up to whole blocks, how many are used.
  package var usedChannels: UsedChannels?

  /// Channels of the result and of a group of the image; nil where all are used, or nothing tells.
  package struct UsedChannels: Hashable, Sendable {
    package var outputs, inputs: Int?

    package init(outputs: Int?, inputs: Int?) {
      self.outputs = outputs
      self.inputs = inputs
    }
  }

  package init(
    window: SlidingWindow, groups: Int?, layout: Layout, weightLayout: WeightLayout,
    statedKernel: [Int]? = nil, resultType: ElementType? = nil
  ) {
    self.statedKernel = statedKernel
    self.resultType = resultType
    self.window = window
    self.groups = groups
    self.layout = layout
    self.weightLayout = weightLayout
  }

  package var name: OperatorName {
    weightLayout == .depthwise
      ? .of(
        spatialAxes: window.strides.count, .depthwiseConv1D, .depthwiseConv2D, .depthwiseConv3D,
        more: .depthwiseConvND)
      : .of(spatialAxes: window.strides.count, .conv1D, .conv2D, .conv3D, more: .convND)
  }

  package func constantRole(at index: Int) -> OperandRole { index == 2 ? .bias : .weight }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[0]?.type.elementType ?? .undefined]
  }

  package func kind(for operands: Operands) -> KernelKind {
    guard let image = try? operands.shape(0, rank: window.strides.count + 2),
      let kernel = try? kernel(operands)
    else { return .convolution }
    let channels = image[layout.channelAxis(rank: image.rank)]
    let groupCount =
      groups.map(Dimension.fixed) ?? channels.floorDivided(by: kernel.inputsPerGroup)
    if weightLayout == .depthwise || (kernel.inputsPerGroup == 1 && groupCount != 1) {
      return .depthwiseConvolution
    }
    return kernel.kernelSize.product == 1 ? .pointwiseConvolution : .convolution
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let kernel = try kernel(operands)
    let image = try operands.shape(0, rank: window.strides.count + 2)
    let channelAxis = layout.channelAxis(rank: image.rank)
    let spatial = layout.spatialAxes(rank: image.rank)
    let channels = image[channelAxis]
    try check(channels, kernel)
    try operands.check(bias: 2, channels: kernel.outputs)
    var output = image
    output[channelAxis] = kernel.outputs
    let sizes = try window.positions(
      input: Array(image.dimensions[spatial]), kernel: kernel.kernelSize)
    for (axis, size) in zip(spatial, sizes) { output[axis] = size }
    return [TensorType(try operands.elementType(resultType, orOf: 0), output)]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let kernel = try? kernel(operands), let output = outputs.first else {
      return .unknown
    }
    let elements = output.elementCount.floorDivided(by: kernel.outputs) * used(kernel).outputs
    return Work(
      macs: elements * used(kernel).inputs * kernel.kernelSize.product,
      .adds(operands[2] == nil ? 0 : elements))
  }

  package var packsElements: Bool { usedChannels != nil }

  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    guard usedChannels != nil, let kernel = try? kernel(operands) else { return nil }
    let used = used(kernel)
    return index == 1 ? used.outputs * used.inputs * kernel.kernelSize.product : used.outputs
  }

  private func used(_ kernel: Kernel) -> (outputs: Dimension, inputs: Dimension) {
    let outputs = usedChannels?.outputs.map(Dimension.fixed) ?? kernel.outputs
    guard groups == 1, let inputs = usedChannels?.inputs else {
      return (outputs, kernel.inputsPerGroup)
    }
    return (outputs, .fixed(inputs))
  }

  /// The kernel elements of all input channels, for every position of the result.
  package func patchElements(for operands: Operands, outputs: [TensorType]) -> SymbolicInt {
    guard let kernel = try? kernel(operands), kernel.kernelSize.product != 1,
      let image = operands[0]?.type.shape, let output = outputs.first
    else { return 0 }
    let channels = image[layout.channelAxis(rank: image.rank)]
    return output.elementCount.floorDivided(by: kernel.outputs) * channels
      * kernel.kernelSize.product
  }

  private func check(_ channels: Dimension, _ kernel: Kernel) throws(ShapeError) {
    if let stated = statedKernel, kernel.kernelSize.allSatisfy({ $0.fixedValue != nil }),
      kernel.kernelSize != stated.map(Dimension.fixed)
    {
      throw .invalid(
        "the file states a kernel of \(stated), the weights have \(Shape(kernel.kernelSize))")
    }
    // Blocks are filled up on either side.
    if usedChannels != nil { return }
    guard channels.fixedValue != nil, let perGroup = kernel.inputsPerGroup.fixedValue else {
      return
    }
    let groupCount =
      groups.map(Dimension.fixed) ?? channels.floorDivided(by: kernel.inputsPerGroup)
    guard perGroup > 0, channels == kernel.inputsPerGroup * groupCount else {
      throw .invalid(
        "\(channels) input channels do not fit weights for \(perGroup) in each of "
          + "\(counted(groupCount, "group"))")
    }
  }

  /// Depthwise and grouped filters read some of the channels only.
  package func filterAxes(for operands: Operands) -> FilterAxes? {
    guard usedChannels == nil, let rank = operands[1]?.type.shape?.rank, rank >= 3,
      let kernel = try? kernel(operands), let channels = inputChannels(operands)
    else { return nil }
    let readsAll = weightLayout != .depthwise && kernel.inputsPerGroup == .fixed(channels)
    switch weightLayout {
    case .outputInputSpace: return FilterAxes(outputs: 0, inputs: readsAll ? 1 : nil)
    case .outputSpaceInput: return FilterAxes(outputs: 0, inputs: readsAll ? rank - 1 : nil)
    case .depthwise: return FilterAxes(outputs: rank - 1, inputs: nil)
    case .spaceInputOutput: return FilterAxes(outputs: rank - 1, inputs: readsAll ? rank - 2 : nil)
    }
  }

  /// Channels of the image; nil when that is not known as a number.
  package func inputChannels(_ operands: Operands) -> Int? {
    guard let image = operands[0]?.type.shape, image.rank == window.strides.count + 2 else {
      return nil
    }
    return image[layout.channelAxis(rank: image.rank)].fixedValue
  }

  package func kernelSize(for operands: Operands) -> [Int]? {
    (try? kernel(operands))?.kernelSize.numbers
  }

  /// Independent parts that the channels are divided into; nil while sizes are not known.
  package func groupCount(for operands: Operands) -> Int? {
    if let groups { return groups }
    guard let image = try? operands.shape(0, rank: window.strides.count + 2),
      let kernel = try? kernel(operands)
    else { return nil }
    return image[layout.channelAxis(rank: image.rank)].floorDivided(by: kernel.inputsPerGroup)
      .fixedValue
  }

  private struct Kernel {
    var outputs: Dimension
    var inputsPerGroup: Dimension
    var kernelSize: [Dimension]
  }

  private func kernel(_ operands: Operands) throws(ShapeError) -> Kernel {
    if window.hasOpenRank { throw .unknown("the number of spatial axes depends on the weights") }
    let weights = try operands.shape(1, rank: window.strides.count + 2).dimensions
    switch weightLayout {
    case .outputInputSpace:
      return Kernel(
        outputs: weights[0], inputsPerGroup: weights[1], kernelSize: Array(weights.dropFirst(2)))
    case .outputSpaceInput:
      return Kernel(
        outputs: weights[0], inputsPerGroup: weights[weights.count - 1],
        kernelSize: Array(weights.dropFirst().dropLast()))
    case .depthwise:
      return Kernel(
        outputs: weights[weights.count - 1], inputsPerGroup: 1,
        kernelSize: Array(weights.dropFirst().dropLast()))
    case .spaceInputOutput:
      return Kernel(
        outputs: weights[weights.count - 1], inputsPerGroup: weights[weights.count - 2],
        kernelSize: Array(weights.dropLast(2)))
    }
  }
}
