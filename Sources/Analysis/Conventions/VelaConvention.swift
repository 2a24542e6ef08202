import OpGraph

/// Arm's compiler for Ethos-U: it counts operators on the NPU, in the form to which it converts those
/// of the file's.
///
/// For pools, and operators computed as pools, it counts every kernel element of every window.
/// Source: `measure_cycle_cost` of ethos-u-vela 5.2.0, and its reports.
struct VelaConvention: Convention {
  let name = "vela"
  let tool = "ethos-u-vela 5.2.0"
  var format: Model.Format? { .tflite }

  func count(_ layer: CountedLayer) -> ToolCount? {
    guard layer.layer.fold == nil else { return ToolCount(value: 0, reason: nil) }
    guard isOnNPU(layer) else {
      return ToolCount(
        value: 0, reason: layer.macs == 0 ? nil : "runs on the CPU, which Vela does not count")
    }
    switch layer.operation {
    case is Convolution, is FullyConnected: return layer.contraction
    case is TransposedConvolution:
      return ToolCount(
        value: positionsOfResult(layer),
        reason: "positions of the result count, with the zeros between pixels")
    case let pooling as Pooling:
      let kernelElements = pooling.kernel.map(SymbolicInt.fixed).product
      return layer.perOutput(kernelElements, "kernel elements of each window")
    case is Softmax:
      return layer.perInput(2, "a maximum and a sum, each element once")
    case let reduction as Reduction where reduction.function == .mean:
      return layer.perInput(1, "a depthwise convolution over the averaged elements")
    case let reduction as Reduction where reduction.function == .maximum:
      let height = layer.operands[0]?.type.shape?.dimensions.dropFirst().first ?? 1
      return ToolCount(
        value: layer.inputElements + layer.inputElements.floorDivided(by: height),
        reason: "pools along one axis after the other")
    case let resize as Resize where resize.interpolation == .nearest:
      return layer.perOutput(1, "computed as a pool with a 1x1 kernel")
    case is Quantize:
      return layer.perOutput(1, "computed as a pool with a 1x1 kernel")
    case let activation as Activation where activation.function != .leakyRelu:
      // A table look-up becomes part of the operator before it.
      if let producer = layer.producer, producer.kind.isContraction || producer.kind == .elementwise
      {
        return ToolCount(value: 0, reason: nil)
      }
      return layer.perOutput(1, "computed as a pool with a 1x1 kernel")
    default: return ToolCount(value: 0, reason: nil)
    }
  }

  /// Integers of 8 or 16 bits, with weights that do not change.
  private func isOnNPU(_ layer: CountedLayer) -> Bool {
    let types: [ElementType] = [.int8, .uint8, .int16]
    guard let input = layer.operands[0]?.type, let output = layer.outputs.first,
      types.contains(input.elementType), types.contains(output.elementType)
    else { return false }
    switch layer.operation {
    case is Convolution, is FullyConnected, is TransposedConvolution:
      return layer.operands[1].map { $0.isConstant && $0.type.elementType.bits == 8 } ?? false
    default: return true
    }
  }

  private func positionsOfResult(_ layer: CountedLayer) -> SymbolicInt {
    guard let weights = layer.operands[1]?.type.elementCount,
      let output = layer.outputs.first?.shape,
      let channels = output.dimensions.last
    else { return .unknown }
    return (layer.outputElements * weights).floorDivided(by: channels)
  }
}
