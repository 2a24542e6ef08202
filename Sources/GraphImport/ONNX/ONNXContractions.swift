import Quantities
import OpGraph

/// ONNX's convolutions and matmuls.
enum ONNXContractions {
  static func convolution(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    try convolution(node, weights: 1)
  }

  private static func convolution(
    _ node: ONNXNodeReader, weights: Int
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Convolution(
        window: try ONNXWindows.window(node, weights: weights), groups: try groups(node),
        layout: .channelsFirst,
        weightLayout: .outputInputSpace, statedKernel: try node.integers("kernel_shape")))
  }

  /// Operands in the file: image, its scale and zero point, weights, theirs, the result's, bias.
  static func quantizedConvolution(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    var lowered = try convolution(node, weights: 3)
    lowered.operands = [0, 3, 8]
    lowered.setResultType(node.statedType(7))
    return lowered
  }

  /// Operands in the file: image, weights, their zero points.
  static func integerConvolution(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    var lowered = try convolution(node)
    lowered.operands = [0, 1]
    lowered.setResultType(.int32)
    return lowered
  }

  /// Operands in the file: left, its scale and zero point, right, its, the result's.
  static func quantizedMatMul(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(MatMul(resultType: node.statedType(7)), operands: [0, 3])
  }

  static func einsum(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    let equation = try node.text("equation", default: "")
    guard let einsum = Einsum(equation) else {
      throw Problem("attribute 'equation' is '\(equation.prefix(80))'")
    }
    return LoweredOperator(einsum)
  }

  static func attention(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Attention(
        queryHeads: try node.integer("q_num_heads"), keyHeads: try node.integer("kv_num_heads")))
  }

  static func linearAttention(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    guard let queryHeads = try node.integer("q_num_heads"), queryHeads > 0,
      let keyHeads = try node.integer("kv_num_heads"), keyHeads > 0
    else { throw Problem("attributes 'q_num_heads' and 'kv_num_heads' are missing") }
    let rule = try node.text("update_rule", default: "gated_delta")
    return LoweredOperator(
      LinearAttention(
        queryHeads: queryHeads, keyHeads: keyHeads, correctsState: rule.hasSuffix("delta")))
  }

  static func causalConvolution(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    let activation = try node.text("activation", default: "none")
    return LoweredOperator(
      CausalConvolution(), fusedActivation: activation == "none" ? nil : .swish)
  }

  static func transposedConvolution(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    let window = try ONNXWindows.window(node, weights: 1)
    let rank = window.strides.count
    let padded = try node.integers("output_padding")?.count
    return LoweredOperator(
      TransposedConvolution(
        window: window,
        outputPadding: try node.integers(
          "output_padding", count: rank > 0 ? rank : padded ?? 0, minimum: 0, default: 0),
        outputSizes: try node.integers("output_shape").map { Array($0.suffix(rank)) },
        groups: try groups(node), layout: .channelsFirst, weightLayout: .inputOutputSpace))
  }

  static func gemm(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      FullyConnected(
        .gemm(
          transposesInput: try node.flag("transA", default: false),
          transposesWeights: try node.flag("transB", default: false))))
  }

  private static func groups(_ node: ONNXNodeReader) throws(Problem) -> Int {
    let groups = try node.integer("group", default: 1)
    guard groups > 0 else {
      throw Problem("attribute 'group' is \(groups), expected at least 1")
    }
    return groups
  }
}

extension LoweredOperator {
  /// States the element type of a convolution's result.
  fileprivate mutating func setResultType(_ type: ElementType?) {
    guard var convolution = operation as? Convolution else { return }
    convolution.resultType = type
    operation = convolution
  }
}

/// ONNX's sliding windows.
enum ONNXWindows {
  static func window(_ node: ONNXNodeReader, weights: Int?) throws(Problem) -> SlidingWindow {
    // Of computed weights the rank is known when types are inferred.
    let rank = try node.spatialRank(weights: weights) ?? 0
    return SlidingWindow(
      strides: try node.integers("strides", count: rank, minimum: 1, default: 1),
      dilations: try node.integers("dilations", count: rank, minimum: 1, default: 1),
      padding: try padding(node, rank: rank),
      roundsUp: try node.flag("ceil_mode", default: false))
  }

  static func pooling(
    _ function: Pooling.Function, _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    let kernel = try node.required("kernel_shape")
    guard kernel.allSatisfy({ (1...1 << 40).contains($0) }) else {
      throw Problem("attribute 'kernel_shape' is \(kernel), expected sizes of at least 1")
    }
    var window = try window(node, weights: nil)
    window.hasPlaceBeyondInput = true
    return LoweredOperator(
      Pooling(function, kernel: kernel, window: window, layout: .channelsFirst))
  }

  private static func padding(_ node: ONNXNodeReader, rank: Int) throws(Problem) -> Padding {
    switch try node.text("auto_pad", default: "NOTSET") {
    case "SAME_UPPER": return .sameUpper
    case "SAME_LOWER": return .sameLower
    case "VALID": return .valid
    case "NOTSET", "":
      // ONNX counts pads as all begins, then all ends. Negative ones cut the image.
      let pads = try node.integers("pads", count: 2 * rank, minimum: -1 << 40, default: 0)
      return .explicit(before: Array(pads[..<rank]), after: Array(pads[rank...]))
    case let other: throw Problem("attribute 'auto_pad' is '\(other)'")
    }
  }
}
