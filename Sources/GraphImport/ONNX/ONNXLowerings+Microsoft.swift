import Quantities
import OpGraph

/// Operators of onnxruntime's domain that exporters, optimizers and quantizers write.
extension ONNXLowerings {
  static let microsoft: [ONNXLowering] = [
    // Contractions.
    .microsoft("FusedConv") { node throws(Problem) in
      var lowered = try ONNXContractions.convolution(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("FusedGemm") { node throws(Problem) in
      var lowered = try ONNXContractions.gemm(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("FusedMatMul", lower: transposedMatMul),
    .microsoft("TransposeMatMul", lower: transposedMatMul),
    .microsoft("MatMulNBits", lower: packedMatMul),
    // Operands in the file: left, right, their scales, their zero points, bias.
    .microsoft("MatMulIntegerToFloat") { _ in
      LoweredOperator(MatMul(resultType: .float32), operands: [0, 1, 6])
    },
    // The activations are quantized by the operator itself. Operands in the file: left, right, its
    // scale and zero point, bias.
    .microsoft("DynamicQuantizeMatMul") { _ in LoweredOperator(MatMul(), operands: [0, 1, 4]) },
    // Operands in the file: left, its scale and zero point, right, its, bias, the result's.
    .microsoft("QGemm") { node throws(Problem) in
      var lowered = try ONNXContractions.gemm(node)
      lowered.operands = [0, 3, 6]
      return lowered
    },

    // Operands in the file: left, packed right, scales.
    .microsoft("MatMulBnb4", lower: packedMatMul),
    // How many elements of the left operand are not zero is not in the file: as if all were.
    .microsoft("SparseToDenseMatMul", lower: transposedMatMul),
    .microsoft("MatMulInteger16") { _ in LoweredOperator(MatMul(resultType: .int32)) },
    .microsoft("FusedMatMulActivation") { node throws(Problem) in
      var lowered = try transposedMatMul(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("GemmFastGelu") { _ in
      LoweredOperator(MatMul(), operands: [0, 1, 2], fusedActivation: .gelu)
    },
    .microsoft("NhwcConv", lower: channelsLastConvolution),
    .microsoft("NhwcFusedConv") { node throws(Problem) in
      var lowered = try channelsLastConvolution(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("QLinearConv") { node throws(Problem) in
      let lowered = try ONNXContractions.quantizedConvolution(node)
      return try node.flag("channels_last", default: false)
        ? withChannelsLast(lowered) : lowered
    },
    // Operands in the file: input, quantized weights, bias, lengths, states, peepholes, scales and
    // zero points.
    .microsoft("DynamicQuantizeLSTM") { _ in
      LoweredOperator(
        Recurrent(.longShortTerm, isBatchFirst: false, weightsAreTransposed: true),
        operands: Array(0...7))
    },
    .microsoft("CDist", CDist()),

    // Pooling, shapes, text.
    .microsoft("NhwcMaxPool") { node throws(Problem) in
      try withChannelsLast(ONNXWindows.pooling(.max, node))
    },
    .microsoft("MaxpoolWithMask") { node throws(Problem) in
      try ONNXWindows.pooling(.max, node)
    },
    .microsoft("ExpandDims", Unsqueeze(axes: nil)),
    .microsoft("UnfoldTensor") { node throws(Problem) in
      guard let size = try node.integer("size"), size > 0 else {
        throw Problem("attribute 'size' is missing or not positive")
      }
      let step = try node.integer("step", default: 1)
      guard step > 0 else { throw Problem("attribute 'step' is \(step)") }
      return LoweredOperator(
        UnfoldTensor(axis: try node.integer("dim", default: -1), size: size, step: step))
    },
    .microsoft("MurmurHash3") { node throws(Problem) in
      let isPositive = try node.flag("positive", default: true)
      return LoweredOperator(
        SameShape(
          .murmurHash3, operationsPerElement: .multiplies(1),
          resultTypes: [isPositive ? .uint32 : .int32]))
    },
    .microsoft("Tokenizer") { node in
      LoweredOperator(StringSplit(symbol: node.dataDependentSymbol))
    },
    .microsoft("ReduceSumInteger") { node throws(Problem) in
      var lowered = try ONNXReductions.reduction(.sum, node)
      if var reduction = lowered.operation as? Reduction {
        reduction.resultType = .int32
        lowered.operation = reduction
      }
      return lowered
    },
    .microsoft("QLinearReduceMean") { node throws(Problem) in
      var lowered = try ONNXReductions.reduction(.mean, node)
      lowered.operands = [0]
      return lowered
    },
    // Operands in the file: condition, then either value with its scale and zero point.
    .microsoft("QLinearWhere") { _ in LoweredOperator(Elementwise(.select), operands: [0, 1, 4]) },

    // Quantized element-wise operators: each operand is followed by its scale and zero point.
    .microsoft("QLinearAdd") { node in quantized(Elementwise(.add), node, [0, 3], zeroPoint: 7) },
    .microsoft("QLinearMul") { node in
      quantized(Elementwise(.multiply), node, [0, 3], zeroPoint: 7)
    },
    .microsoft("QLinearSigmoid") { _ in LoweredOperator(Activation(.sigmoid), operands: [0]) },
    .microsoft("QLinearLeakyRelu") { _ in LoweredOperator(Activation(.leakyRelu), operands: [0]) },
    .microsoft("QLinearSoftmax") { _ in LoweredOperator(Softmax(), operands: [0]) },
    .microsoft("QLinearGlobalAveragePool") { node throws(Problem) in
      guard try !node.flag("channels_last", default: false) else {
        return LoweredOperator(
          Reduction(.globalAverage, axes: .fixed([1, 2]), keepsDimensions: true), operands: [0])
      }
      return LoweredOperator(
        Reduction(.globalAverage, axes: .spatial, keepsDimensions: true), operands: [0])
    },
    .microsoft("QLinearAveragePool") { node throws(Problem) in
      var lowered = try ONNXWindows.pooling(.average, node)
      lowered.operands = [0]
      return try node.flag("channels_last", default: false)
        ? withChannelsLast(lowered) : lowered
    },
    .microsoft("QLinearConcat", lower: quantizedConcat),
    .microsoft("QuantizeLinear", Quantize(resultType: nil)),
    .microsoft("DequantizeLinear", Dequantize(resultType: nil)),
  ]

  @Sendable private static func transposedMatMul(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      MatMul(
        transposesLeft: try node.flag("transA", default: false),
        transposesRight: try node.flag("transB", default: false)))
  }

  /// Bits of weights that fill a byte with others.
  static func packedBits(_ node: ONNXNodeReader) throws(Problem) -> Int {
    let bits = try node.integer("bits", default: 4)
    guard [2, 4, 8].contains(bits) else {
      throw Problem("attribute 'bits' is \(bits), expected 2, 4 or 8")
    }
    return bits
  }

  @Sendable private static func packedMatMul(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    guard let inputs = try node.integer("K"), let outputs = try node.integer("N"),
      (1...1 << 40).contains(inputs), (1...1 << 40).contains(outputs)
    else { throw Problem("attributes 'K' and 'N' are missing or not positive") }
    let bits = try packedBits(node)
    // Level 4 allows 8-bit integers; onnxruntime (1.32) computes in float at every other, and without.
    let computesInFloat = try node.integer("accuracy_level", default: 0) != 4
    return LoweredOperator(
      PackedMatMul(outputs: outputs, inputs: inputs, bits: bits, computesInFloat: computesInFloat))
  }

  /// The weights' axes are in either order in files: those of the window decide.
  @Sendable private static func channelsLastConvolution(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    var lowered = withChannelsLast(try ONNXContractions.convolution(node))
    if var convolution = lowered.operation as? Convolution,
      let kernelSize = convolution.statedKernel,
      let weights = node.operand(1)?.type.shape?.dimensions,
      weights.dropFirst().dropLast().elementsEqual(kernelSize.map(Dimension.fixed))
    {
      convolution.weightLayout = .outputSpaceInput
      lowered.operation = convolution
    }
    return lowered
  }

  private static func withChannelsLast(_ lowered: LoweredOperator) -> LoweredOperator {
    var result = lowered
    if var convolution = lowered.operation as? Convolution {
      convolution.layout = .channelsLast
      result.operation = convolution
    } else if var pooling = lowered.operation as? Pooling {
      pooling.layout = .channelsLast
      result.operation = pooling
    }
    return result
  }

  private static func quantized(
    _ operation: Elementwise, _ node: ONNXNodeReader, _ operands: [Int], zeroPoint: Int
  ) -> LoweredOperator {
    var operation = operation
    operation.resultType = node.statedType(zeroPoint)
    return LoweredOperator(operation, operands: operands)
  }

  /// Operands in the file: the result's scale and zero point, then each part with its own.
  @Sendable private static func quantizedConcat(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Concat(axis: try node.integer("axis", default: 0)),
      operands: Array(stride(from: 2, to: node.operands.count, by: 3)))
  }

  static func activation(
    _ node: ONNXNodeReader
  ) throws(Problem) -> ActivationFunction? {
    switch try node.text("activation", default: "") {
    case "": return nil
    case "Clip": return .relu6
    case let name:
      guard let function = ActivationFunction.allCases.first(where: { $0.name.rawValue == name })
      else {
        throw Problem("attribute 'activation' is '\(name)'")
      }
      return function
    }
  }
}

extension ONNXLowering {
  static func microsoft(_ type: String, _ operation: any Operator) -> ONNXLowering {
    ONNXLowering(type, domain: "com.microsoft", operation)
  }

  static func microsoft(
    _ type: String,
    lower: @escaping @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator
  ) -> ONNXLowering {
    ONNXLowering(type, domain: "com.microsoft", lower: lower)
  }
}
