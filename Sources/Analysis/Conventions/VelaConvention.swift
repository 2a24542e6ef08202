import OpGraph

/// Arm's compiler for Ethos-U: it counts operators on the NPU, in the form to which it converts those
/// of the file's.
///
/// For pools, and operators computed as pools, it counts every kernel element of every window. The
/// numbers are those of `ethos-u55-128`. Source: the reports of ethos-u-vela 5.2.0 on files with one
/// or a few operators (`Tests/Differential/vela_cases.py`).
struct VelaConvention: Convention {
  let name = "vela"
  let tool = "ethos-u-vela 5.2.0"
  var format: Model.Format? { .tflite }
  var placementRules: String? { "ethos-u" }

  static let pool = "computed as a pool with a 1x1 kernel"

  func count(_ layer: CountedLayer) -> ToolCount? {
    guard layer.layer.fold == nil else { return ToolCount(value: 0, reason: nil) }
    guard !layer.isOnHost else {
      return ToolCount(
        value: 0, reason: layer.macs == 0 ? nil : "runs on the CPU, which Vela does not count")
    }
    let count = countWithoutActivation(layer)
    // An activation that the file's operator applies is an operator of its own to Vela.
    guard layer.layer.fusedActivation != nil, !takesActivation(layer) else { return count }
    return count + layer.perOutput(1, "its activation is \(Self.pool)")
  }

  private func countWithoutActivation(_ layer: CountedLayer) -> ToolCount {
    switch layer.operation {
    case let convolution as Convolution: return count(convolution, layer)
    case is FullyConnected, is MatMul: return layer.contraction
    case is TransposedConvolution:
      return ToolCount(
        value: positionsOfResult(layer),
        reason: "positions of the result count, with the zeros between pixels")
    case let pooling as Pooling:
      let kernelElements = pooling.kernel.map(SymbolicInt.fixed).product
      return layer.perOutput(kernelElements, "kernel elements of each window")
    case is Softmax:
      return layer.perInput(2, "a maximum and a sum, each element once")
    case let reduction as Reduction: return count(reduction, layer)
    case let resize as Resize: return count(resize, layer)
    case is Quantize: return layer.perOutput(1, Self.pool)
    case let elementwise as Elementwise where elementwise.function == .squaredDifference:
      return ToolCount(
        value: layer.operands.map { $0?.type.elementCount ?? .unknown }.sum,
        reason: "both operands are copied with 32 bits")
    case _ where isActivation(layer.operation): return countActivation(layer)
    case is Activation:
      // A slope for each channel takes multiplications and a maximum, which count nothing; equal
      // slopes make it a table look-up.
      return ToolCount(value: 0, reason: nil, possiblyMore: layer.outputElements)
    default:
      return copies(layer).map {
        ToolCount(value: $0, reason: "copied by a pool with a 1x1 kernel")
      }
        ?? ToolCount(value: 0, reason: nil)
    }
  }

  /// The NPU spreads kernel elements by at most 2; for more, Vela puts zeros between the weights.
  private func count(_ convolution: Convolution, _ layer: CountedLayer) -> ToolCount {
    let dilations = convolution.window.dilations
    guard dilations.contains(where: { $0 > 2 }), dilations.count == 2,
      let kernel = layer.operands[1]?.type.shape?.dimensions, kernel.count == 4
    else { return layer.contraction }
    var macs = layer.macs
    for (dilation, size) in zip(dilations, kernel[1...2]) where dilation > 2 {
      let spread = SymbolicInt.fixed(dilation.isMultiple(of: 2) ? dilation / 2 : dilation)
      macs = (macs * ((size - 1) * spread + 1)).floorDivided(by: size)
    }
    return ToolCount(value: macs, reason: "zeros between the weights of a dilated kernel count")
  }

  /// Whether a convolution becomes one for each group of channels, or for each position where its
  /// strides exceed 3; each then writes and reads a part.
  func isSplit(_ layer: CountedLayer) -> Bool {
    guard let convolution = layer.operation as? Convolution else { return false }
    if convolution.window.strides.contains(where: { $0 > 3 }) { return true }
    let channels = layer.operands[0]?.type.shape?.dimensions.last
    return convolution.weightLayout == .outputSpaceInput
      && channels != layer.operands[1]?.type.shape?.dimensions.last
  }

  private func positionsOfResult(_ layer: CountedLayer) -> SymbolicInt {
    guard let weights = layer.operands[1]?.type.elementCount,
      let output = layer.outputs.first?.shape,
      let channels = output.dimensions.last
    else { return .unknown }
    return (layer.outputElements * weights).floorDivided(by: channels)
  }

  private func count(_ reduction: Reduction, _ layer: CountedLayer) -> ToolCount {
    switch reduction.function {
    case .mean: return layer.perInput(1, "a depthwise convolution over the averaged elements")
    case .sum: return layer.perInput(1, "a sum over the channels, each element once")
    case .maximum, .minimum:
      guard let shape = layer.operands[0]?.type.shape,
        let axes = try? reduction.reducedAxes(layer.operands, rank: shape.rank)
      else { return ToolCount(value: .unknown, reason: nil) }
      var (rest, count) = (layer.inputElements, SymbolicInt.fixed(0))
      for axis in axes {
        count += rest
        rest = rest.floorDivided(by: shape[axis])
      }
      return ToolCount(value: count, reason: "pools along one axis after the other")
    case .argMax:
      return ToolCount(
        value: layer.inputElements * 2 + layer.outputElements,
        reason: "a depthwise convolution, a maximum and a table look-up")
    default: return ToolCount(value: 0, reason: nil)
    }
  }

  /// Sizes are doubled by pools with a 1x1 kernel; a last operator with a kernel as large as the factor
  /// interpolates, or chooses the nearest pixel between aligned corners.
  private func count(_ resize: Resize, _ layer: CountedLayer) -> ToolCount {
    guard let from = layer.operands[0]?.type.shape?.dimensions.numbers, from.count == 4,
      let to = layer.outputs.first?.shape?.dimensions.numbers, from[1] > 0, from[2] > 0
    else { return ToolCount(value: .unknown, reason: nil) }
    // Vela copies what keeps its size, and adds a zero to repeat one pixel.
    if from == to { return layer.perOutput(1, Self.pool) }
    if from[1] == 1, from[2] == 1 { return ToolCount(value: 0, reason: nil) }
    // bounded: sizes that are not 0 and, between corners, not 1
    let factors = (1...2).map { axis in
      resize.sampling == .alignedCorners && from[axis] > 1
        ? (to[axis] - 1) / (from[axis] - 1) : to[axis] / from[axis]
    }
    if resize.interpolation == .linear, resize.sampling == .halfPixel {
      return halfPixels(from, to)
    }
    // The NPU takes factors up to 8.
    guard factors.allSatisfy((1...8).contains) else {
      return ToolCount(value: .unknown, reason: nil)
    }
    var steps: SymbolicInt = 0
    for factor in [2, 4] where factor < factors.max() ?? 1 {
      let doubled = factors.map { SymbolicInt.fixed($0 > 1 ? factor : 1) }.product
      steps += layer.inputElements * doubled
    }
    let hasKernel = resize.interpolation == .linear || resize.sampling == .alignedCorners
    // bounded: at most 8 each
    let kernel = hasKernel ? factors[0] * factors[1] : 1
    return ToolCount(
      value: steps + layer.outputElements * .fixed(kernel),
      reason: hasKernel ? "pools, the last with a kernel as large as the factor" : Self.pool)
  }

  /// Twice the size with half-pixel centres: the image gets a border, and a depthwise convolution with
  /// a 2x2 kernel computes each of the four kinds of pixels.
  private func halfPixels(_ from: [Int], _ to: [Int]) -> ToolCount {
    let from = from.map(SymbolicInt.fixed)
    let to = to.map(SymbolicInt.fixed)
    let channels = from[0] * from[3]
    let bordered = (from[1] + 2) * (from[2] + 2)
    let convolved = (to[1] - 1) * (to[2] - 1) * 16
    return ToolCount(
      value: (bordered + convolved) * channels,
      reason: "depthwise convolutions, one for each phase of the pixels, of a copy with a border")
  }

  // MARK: Activations

  /// Functions of one element, which the NPU looks up or clamps.
  func isActivation(_ operation: any Operator) -> Bool {
    switch operation {
    case let activation as Activation: return activation.function != .parametricRelu
    case let elementwise as Elementwise:
      return [.exponential, .logarithm, .reciprocalSquareRoot].contains(elementwise.function)
    default: return false
    }
  }

  /// Nothing where it becomes part of the operator before it.
  private func countActivation(_ layer: CountedLayer) -> ToolCount {
    if let producer = layer.producer(of: 0), !producer.isOnHost, takesActivation(producer),
      producer.layer.fusedActivation == nil, layer.readers(of: 0).count == 1,
      !layer.isGraphResult(operand: 0), isLookUp(layer) || hasScaleOfOperand(layer)
    {
      return ToolCount(value: 0, reason: nil)
    }
    return layer.perOutput(1, Self.pool)
  }

  /// Whether it is a table look-up, which also changes the scale, and no clamp.
  private func isLookUp(_ layer: CountedLayer) -> Bool {
    guard let activation = layer.operation as? Activation else { return true }
    return ![.relu, .relu6, .reluN1To1, .relu0To1].contains(activation.function)
  }

  private func hasScaleOfOperand(_ layer: CountedLayer) -> Bool {
    layer.operands[0]?.type.quantization?.scales == layer.outputs.first?.quantization?.scales
  }

  /// Whether an activation becomes part of an operator.
  ///
  /// A convolution or pool with fewer than 8 channels, one block of the NPU, takes none, unless its
  /// result is one pixel.
  private func takesActivation(_ layer: CountedLayer) -> Bool {
    let shape = layer.outputs.first?.shape?.dimensions.numbers ?? []
    let fillsBlock = shape.last ?? 0 >= 8 || shape.dropLast().allSatisfy { $0 == 1 }
    switch layer.operation {
    case is FullyConnected, is Quantize, is Transpose: return true
    case is Convolution: return fillsBlock && !isSplit(layer)
    case is TransposedConvolution: return fillsBlock
    case let pooling as Pooling: return fillsBlock || pooling.kernel.allSatisfy { $0 == 1 }
    case let resize as Resize: return fillsBlock || resize.interpolation == .nearest
    case let reduction as Reduction:
      return reduction.function == .mean || (reduction.function == .maximum && fillsBlock)
    case is Elementwise: return !isActivation(layer.operation)
    default: return false
    }
  }
}
