import OpGraph

/// onnx-tool: multiply-accumulates with the bias, and every other operator in multiply-accumulates
/// by what its elements cost with vector instructions of one processor.
///
/// Source: the profiles of its operators in onnx-tool 1.0.1.
struct OnnxToolConvention: Convention {
  let name = "onnx-tool"
  let tool = "onnx-tool 1.0.1"
  var format: Model.Format? { .onnx }

  func count(_ layer: CountedLayer) -> ToolCount? {
    let name = layer.layer.sourceOperator
    // It takes what shapes are computed with out of the graph first, but not quantized weights.
    if layer.layer.doesNotRun, !name.hasSuffix("quantizeLinear"), name != "QuantizeLinear" {
      return ToolCount(value: 0, reason: nil)
    }
    if let count = contraction(name, layer) { return count }
    if let weight = Self.perOutput[name] {
      return layer.perOutput(weight, "\(weight) for each element of the result")
    }
    if let weight = Self.perOutputAndOperand[name] {
      let others = SymbolicInt.fixed(max(1, layer.operands.count - 1)) * weight
      return layer.perOutput(others, "\(others) for each element of the result")
    }
    if let weight = Self.perInput[name] {
      return layer.perInput(weight, "\(weight) for each element of the operand")
    }
    if let count = special(name, layer) { return count }
    return Self.free.contains(name) ? ToolCount(value: 0, reason: nil) : nil
  }

  private func contraction(_ name: String, _ layer: CountedLayer) -> ToolCount? {
    let output = layer.outputElements
    let reason = "and the bias once for each element of the result"
    switch name {
    case "Conv", "ConvInteger", "QLinearConv":
      let hasBias = layer.operands[2] != nil && name != "ConvInteger"
      return ToolCount(value: layer.macs + (hasBias ? output : 0), reason: hasBias ? reason : nil)
    case "Gemm", "MatMul", "MatMulInteger":
      let hasThird = layer.operands.count >= 3 && layer.operands[2] != nil
      return ToolCount(value: layer.macs + (hasThird ? output : 0), reason: hasThird ? reason : nil)
    case "QLinearMatMul", "Einsum": return layer.contraction
    case "ConvTranspose":
      guard let weights = layer.operands[1]?.type.shape else { return nil }
      let kernelElements = weights.dimensions.dropFirst().product
      let bias: SymbolicInt = layer.operands[2] == nil ? 0 : output
      return ToolCount(
        value: output * kernelElements + bias,
        reason: "output positions times all weights of an input channel, instead of input positions"
      )
    default: return nil
    }
  }

  private func special(_ name: String, _ layer: CountedLayer) -> ToolCount? {
    switch name {
    case "MaxPool", "AveragePool":
      guard let pooling = layer.operation as? Pooling else { return nil }
      let kernelElements = pooling.kernel.prefix(2).map(SymbolicInt.fixed).product
      return layer.perOutput(kernelElements, "kernel elements of each window")
    case "GlobalAveragePool":
      return ToolCount(
        value: layer.inputElements + layer.outputElements * 4,
        reason: "1 for each element that is averaged, 4 for each division")
    case "Resize", "Upsample":
      guard let resize = layer.operation as? Resize else { return nil }
      switch resize.interpolation {
      case .nearest: return ToolCount(value: 0, reason: nil)
      case .linear: return layer.perOutput(4, "4 for each element of the result")
      case .cubic: return layer.perOutput(8, "8 for each element of the result")
      }
    case "LayerNormalization":
      guard let shape = layer.operands[0]?.type.shape, let last = shape.dimensions.last else {
        return nil
      }
      return ToolCount(
        value: layer.inputElements * 7 + layer.inputElements.floorDivided(by: last) * 29,
        reason: "7 for each element and 29 for each row")
    case "LSTM", "GRU": return recurrent(name, layer)
    default: return nil
    }
  }

  /// Products of both matrices, both biases, and the gates; it stops without a bias.
  private func recurrent(_ name: String, _ layer: CountedLayer) -> ToolCount? {
    guard let input = layer.operands[0]?.type.shape, input.rank == 3,
      let weights = layer.operands[1]?.type.shape, weights.rank == 3,
      let recurrent = layer.operands[2]?.type.elementCount,
      let bias = layer.operands[3]?.type.elementCount
    else { return nil }
    let rows = input[0] * input[1]
    let hidden = weights[1].floorDivided(by: name == "LSTM" ? 4 : 3)
    let gates: SymbolicInt = name == "LSTM" ? 4 + 3 * 32 + 2 * 38 + 4 : 3 + 2 * 32 + 38 + 5
    return ToolCount(
      value: rows * (weights.elementCount + recurrent + bias) + rows * hidden * gates,
      reason: "and the biases, and \(gates) for the gates of each hidden element")
  }

  /// Multiply-accumulates that one element of the result stands for.
  private static let perOutput: [String: SymbolicInt] = [
    "Exp": 32, "Sigmoid": 32, "Softmax": 36, "LogSoftmax": 80, "Softplus": 76, "Log": 43,
    "Tanh": 76, "Atan": 128, "Sin": 39, "Cos": 39, "Sqrt": 24, "Sign": 1, "HardSigmoid": 4,
    "HardSwish": 5, "Relu": 1, "Elu": 35, "Gelu": 34, "PRelu": 2, "LeakyRelu": 2, "Clip": 2,
    "Reciprocal": 4, "Less": 1, "LessOrEqual": 1, "Greater": 1, "GreaterOrEqual": 1, "Equal": 1,
    "Round": 1, "Not": 1, "And": 1, "Or": 1, "Xor": 1, "Floor": 1, "NonZero": 1, "CumSum": 1,
    "BatchNormalization": 31, "QuantizeLinear": 2, "DequantizeLinear": 2, "Hardmax": 1,
    "ImageScaler": 2,
  ]

  /// The same, once for each operand but the first.
  private static let perOutputAndOperand: [String: SymbolicInt] = [
    "Add": 1, "Sub": 1, "Mul": 1, "Div": 4, "Max": 1, "Min": 1, "Neg": 1, "Mod": 1, "Abs": 1,
    "Ceil": 1, "Pow": 32, "Sum": 1, "InstanceNormalization": 7, "LpNormalization": 33,
  ]

  private static let perInput: [String: SymbolicInt] = [
    "ReduceMean": 1, "ReduceSum": 1, "ReduceProd": 1, "ReduceMin": 1, "ReduceMax": 1,
    "ReduceL2": 25,
  ]

  /// Counted as zero.
  private static let free: Set<String> = [
    "Identity", "Erf", "Dropout", "Trilu", "Where", "Transpose", "Tile", "Gather", "Constant",
    "Concat", "GridSample", "DepthToSpace", "OneHot", "Unsqueeze", "Squeeze", "Shape", "Expand",
    "Pad", "Flatten", "ArgMax", "ArrayFeatureExtractor", "ZipMap", "Slice", "TopK", "Scan",
    "Compress", "CategoryMapper", "RoiAlign", "ScatterElements", "ScatterND", "GatherND",
    "RandomUniformLike", "RandomNormalLike", "Reshape", "GatherElements", "ConstantOfShape", "Cast",
    "Split", "NonMaxSuppression", "Range",
  ]
}
