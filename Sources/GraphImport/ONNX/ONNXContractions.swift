import OpGraph

/// ONNX's convolutions and matrix products.
enum ONNXContractions {
  static func convolution(_ node: ONNXNodeReader) throws(LoweringError) -> LoweredOperator {
    let groups = try groups(node)
    return LoweredOperator(
      Convolution(
        window: try ONNXWindows.window(node, weights: 1), groups: groups, layout: .channelsFirst,
        weightLayout: .outputInputSpace, statedKernel: try node.integers("kernel_shape")))
  }

  static func transposedConvolution(
    _ node: ONNXNodeReader
  ) throws(LoweringError) -> LoweredOperator {
    let window = try ONNXWindows.window(node, weights: 1)
    let rank = window.strides.count
    return LoweredOperator(
      TransposedConvolution(
        window: window,
        outputPadding: try node.integers("output_padding", count: rank, minimum: 0, default: 0),
        outputSizes: try node.integers("output_shape").map { Array($0.suffix(rank)) },
        groups: try groups(node), layout: .channelsFirst, weightLayout: .inputOutputSpace))
  }

  static func gemm(_ node: ONNXNodeReader) throws(LoweringError) -> LoweredOperator {
    LoweredOperator(
      FullyConnected(
        .gemm(
          transposesInput: try node.flag("transA", default: false),
          transposesWeights: try node.flag("transB", default: false))))
  }

  private static func groups(_ node: ONNXNodeReader) throws(LoweringError) -> Int {
    let groups = try node.integer("group", default: 1)
    guard groups > 0 else {
      throw LoweringError("attribute 'group' is \(groups), expected at least 1")
    }
    return groups
  }
}

/// ONNX's sliding windows.
enum ONNXWindows {
  static func window(_ node: ONNXNodeReader, weights: Int?) throws(LoweringError) -> Window {
    guard let rank = node.spatialRank(weights: weights) else {
      throw LoweringError("the number of spatial axes is not known: no 'kernel_shape'")
    }
    return Window(
      strides: try node.integers("strides", count: rank, minimum: 1, default: 1),
      dilations: try node.integers("dilations", count: rank, minimum: 1, default: 1),
      padding: try padding(node, rank: rank),
      roundsUp: try node.flag("ceil_mode", default: false))
  }

  static func pooling(
    _ function: Pooling.Function, _ node: ONNXNodeReader
  ) throws(LoweringError) -> LoweredOperator {
    let kernel = try node.required("kernel_shape")
    guard kernel.allSatisfy({ (1...1 << 40).contains($0) }) else {
      throw LoweringError("attribute 'kernel_shape' is \(kernel), expected sizes of at least 1")
    }
    return LoweredOperator(
      Pooling(
        function, kernel: kernel, window: try window(node, weights: nil), layout: .channelsFirst))
  }

  private static func padding(_ node: ONNXNodeReader, rank: Int) throws(LoweringError) -> Padding {
    switch try node.text("auto_pad", default: "NOTSET") {
    case "SAME_UPPER": return .sameUpper
    case "SAME_LOWER": return .sameLower
    case "VALID": return .valid
    case "NOTSET", "":
      // ONNX counts pads as all begins, then all ends. Negative ones cut the image.
      let pads = try node.integers("pads", count: 2 * rank, minimum: -(1 << 40), default: 0)
      return .explicit(before: Array(pads[..<rank]), after: Array(pads[rank...]))
    case let other: throw LoweringError("attribute 'auto_pad' is '\(other)'")
    }
  }
}
