import OpGraph

/// thop (pytorch-OpCounter): it counts the modules of a PyTorch network, so functions that are
/// called outside a module, such as the products of attention, are not seen.
///
/// Source: the hooks of thop 0.1.1.
struct ThopConvention: Convention {
  let name = "thop"
  let tool = "thop 0.1.1"
  var format: Model.Format? { nil }
  var remark: String? { Self.remarkOfNetworks }

  func count(_ layer: CountedLayer) -> ToolCount? {
    if layer.layer.doesNotRun { return ToolCount(value: 0, reason: nil) }
    switch layer.operation {
    case is Convolution: return layer.contraction
    case is TransposedConvolution: return outputPositions(layer)
    case is FullyConnected, is MatMul:
      let isModule = layer.operands[1]?.isConstant ?? false
      return isModule
        ? layer.contraction
        : ToolCount(value: 0, reason: "a function, not a module: not seen")
    case let cell as Recurrent: return recurrent(cell, layer)
    case let normalization as Normalization: return count(normalization, layer)
    case is Softmax:
      let rows = layer.operands[0]?.type.shape?.dimensions.last.map {
        layer.inputElements.floorDivided(by: $0)
      }
      return ToolCount(
        value: layer.inputElements * 3 - (rows ?? .unknown),
        reason: "an exponential, an addition and a division for each element")
    case let pooling as Pooling where pooling.function == .average:
      return layer.perOutput(1, "1 for each element of the result")
    case let reduction as Reduction where reduction.function == .globalAverage:
      // Exporters name a layer after the module that it comes from; a function has no module.
      guard layer.layer.name.split(separator: "/").count > 1 else {
        return ToolCount(value: 0, reason: nil)
      }
      return ToolCount(
        value: layer.inputElements + layer.outputElements,
        reason: "an addition for each element, a division for each result")
    case let activation as Activation where activation.function == .parametricRelu:
      return layer.perInput(1, "1 for each element")
    case let resize as Resize:
      let kernelElements: SymbolicInt
      switch resize.interpolation {
      case .nearest: kernelElements = 1
      case .linear: kernelElements = 11
      case .cubic: kernelElements = 259
      }
      return layer.perOutput(kernelElements, "\(kernelElements) for each element of the result")
    default: return ToolCount(value: 0, reason: nil)
    }
  }

  private func count(_ normalization: Normalization, _ layer: CountedLayer) -> ToolCount? {
    switch normalization.function {
    case .batch, .layer: return layer.perInput(4, "4 for each element of a normalization")
    case .instance: return layer.perInput(2, "2 for each element of a normalization")
    default: return ToolCount(value: 0, reason: nil)
    }
  }

  private func outputPositions(_ layer: CountedLayer) -> ToolCount {
    guard let input = layer.operands[0]?.type.shape, let output = layer.outputs.first?.shape,
      input.rank == output.rank, input.rank > 2
    else { return ToolCount(value: .unknown, reason: nil) }
    // Positions of the result instead of the input's, the rest is the same.
    let isChannelsFirst = layer.layer.sourceOperator == "ConvTranspose"
    let axes = isChannelsFirst ? 2..<input.rank : 1..<(input.rank - 1)
    let before = input.dimensions[axes].product
    let after = output.dimensions[axes].product
    return ToolCount(
      value: (layer.macs * after).floorDivided(by: before),
      reason: "positions of the result, instead of those of the operand")
  }

  /// Each gate adds its two products, and two biases; the state takes a few more.
  private func recurrent(_ cell: Recurrent, _ layer: CountedLayer) -> ToolCount? {
    guard let input = layer.operands[0]?.type.shape, input.rank == 3,
      let weights = layer.operands[2]?.type.shape, weights.rank == 3
    else { return nil }
    let states = input[0] * input[1] * weights[0] * weights[2]
    let biases: SymbolicInt = layer.operands[3] == nil ? 0 : 2
    let extra: SymbolicInt
    switch cell.cell {
    case .plain: extra = 1 + biases
    case .gated: extra = (1 + biases) * 3 + 4
    case .longShortTerm: extra = (1 + biases) * 4 + 4
    }
    return ToolCount(
      value: layer.macs + states * extra, reason: "and \(extra) for the gates of each state")
  }
}
