import OpGraph

/// Operators of onnxruntime's domain that exporters, optimizers and quantizers write.
extension ONNXLowerings {
  static let microsoft: [ONNXLowering] = [
    // Contractions.
    .microsoft("FusedConv") { node throws(LoweringError) in
      var lowered = try ONNXContractions.convolution(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("FusedGemm") { node throws(LoweringError) in
      var lowered = try ONNXContractions.gemm(node)
      lowered.fusedActivation = try activation(node)
      return lowered
    },
    .microsoft("FusedMatMul", lower: transposedMatMul),
    .microsoft("TransposeMatMul", lower: transposedMatMul),
    .microsoft("MatMulNBits", lower: packedMatMul),
    // Operands in the file: left, right, scales, zero points, bias.
    .microsoft("MatMulIntegerToFloat") { _ in
      LoweredOperator(MatMul(resultType: .float32), operands: [0, 1])
    },
    // The activations are quantized by the operator itself.
    .microsoft("DynamicQuantizeMatMul") { _ in LoweredOperator(MatMul(), operands: [0, 1]) },
    // Operands in the file: left, its scale and zero point, right, its, bias, the result's.
    .microsoft("QGemm") { node throws(LoweringError) in
      var lowered = try ONNXContractions.gemm(node)
      lowered.operands = [0, 3, 6]
      return lowered
    },

    // Attention.
    .microsoft("MultiHeadAttention") { node throws(LoweringError) in
      // Operands in the file: query, key, value, bias, padding, attention bias, past key and value.
      let heads = try node.integer("num_heads")
      return LoweredOperator(
        Attention(queryHeads: heads, keyHeads: heads), operands: [0, 1, 2, 5, 6, 7])
    },
    .microsoft("GroupQueryAttention") { node throws(LoweringError) in
      // Operands in the file: query, key, value, past key and value, lengths, ...
      LoweredOperator(
        Attention(
          queryHeads: try node.integer("num_heads"), keyHeads: try node.integer("kv_num_heads"),
          pastIsBuffer: true),
        operands: [0, 1, 2, nil, 3, 4])
    },
    .microsoft("Attention") { node throws(LoweringError) in
      try selfAttention(node, operands: nil)
    },
    // Operands in the file: input, weights, bias, their scales, mask, zero points, past.
    .microsoft("QAttention") { node throws(LoweringError) in
      try selfAttention(node, operands: [0, 1, 2, 5, 8])
    },
    .microsoft("RotaryEmbedding", SameShape("RotaryEmbedding", operationsPerElement: 3)),

    // Normalization and activations.
    .microsoft("SkipLayerNormalization", SkipNormalization(.layer)),
    .microsoft("SkipSimplifiedLayerNormalization", SkipNormalization(.rootMeanSquare)),
    .microsoft("SimplifiedLayerNormalization", Normalization(.rootMeanSquare)),
    // Exporters write this one without a domain.
    ONNXLowering("SimplifiedLayerNormalization", Normalization(.rootMeanSquare)),
    .microsoft("Gelu", Activation(.gelu)),
    .microsoft("QuickGelu", Activation(.gelu)),
    .microsoft("FastGelu", SameShape("FastGelu", operationsPerElement: 2, kind: .activation)),
    .microsoft("BiasGelu", SameShape("BiasGelu", operationsPerElement: 2, kind: .activation)),

    // Quantized element-wise operators: each operand is followed by its scale and zero point.
    .microsoft("QLinearAdd") { node in quantized(Elementwise(.add), node, [0, 3], zeroPoint: 7) },
    .microsoft("QLinearMul") { node in
      quantized(Elementwise(.multiply), node, [0, 3], zeroPoint: 7)
    },
    .microsoft("QLinearSigmoid") { _ in LoweredOperator(Activation(.sigmoid), operands: [0]) },
    .microsoft("QLinearLeakyRelu") { _ in LoweredOperator(Activation(.leakyRelu), operands: [0]) },
    .microsoft("QLinearSoftmax") { _ in LoweredOperator(Softmax(), operands: [0]) },
    .microsoft("QLinearGlobalAveragePool") { node throws(LoweringError) in
      guard try !node.flag("channels_last", default: false) else {
        return LoweredOperator(
          Reduction(.globalAverage, axes: .fixed([1, 2]), keepsDimensions: true), operands: [0])
      }
      return LoweredOperator(
        Reduction(.globalAverage, axes: .spatial, keepsDimensions: true), operands: [0])
    },
    .microsoft("QLinearAveragePool") { node throws(LoweringError) in
      var lowered = try ONNXWindows.pooling(.average, node)
      lowered.operands = [0]
      return lowered
    },
    .microsoft("QLinearConcat", lower: quantizedConcat),
    .microsoft("QuantizeLinear", Quantize(resultType: nil)),
    .microsoft("DequantizeLinear", Dequantize(resultType: nil)),
  ]

  @Sendable private static func transposedMatMul(
    _ node: ONNXNodeReader
  ) throws(LoweringError) -> LoweredOperator {
    LoweredOperator(
      MatMul(
        transposesLeft: try node.flag("transA", default: false),
        transposesRight: try node.flag("transB", default: false)))
  }

  @Sendable private static func packedMatMul(
    _ node: ONNXNodeReader
  ) throws(LoweringError) -> LoweredOperator {
    guard let inputs = try node.integer("K"), let outputs = try node.integer("N"),
      (1...1 << 40).contains(inputs), (1...1 << 40).contains(outputs)
    else { throw LoweringError("attributes 'K' and 'N' are missing or not positive") }
    let bits = try node.integer("bits", default: 4)
    guard [2, 4, 8].contains(bits) else {
      throw LoweringError("attribute 'bits' is \(bits), expected 2, 4 or 8")
    }
    return LoweredOperator(PackedMatMul(outputs: outputs, inputs: inputs, bits: bits))
  }

  private static func selfAttention(
    _ node: ONNXNodeReader, operands: [Int]?
  ) throws(LoweringError) -> LoweredOperator {
    guard let heads = try node.integer("num_heads"), heads > 0 else {
      throw LoweringError("attribute 'num_heads' is missing or not positive")
    }
    return LoweredOperator(
      SelfAttention(heads: heads, widths: try node.integers("qkv_hidden_sizes")),
      operands: operands)
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
  ) throws(LoweringError) -> LoweredOperator {
    LoweredOperator(
      Concat(axis: try node.integer("axis", default: 0)),
      operands: Array(stride(from: 2, to: node.operands.count, by: 3)))
  }

  private static func activation(
    _ node: ONNXNodeReader
  ) throws(LoweringError) -> ActivationFunction? {
    switch try node.text("activation", default: "") {
    case "": return nil
    case "Clip": return .relu6
    case let name:
      guard let function = ActivationFunction(rawValue: name) else {
        throw LoweringError("attribute 'activation' is '\(name)'")
      }
      return function
    }
  }
}

extension ONNXLowering {
  fileprivate static func microsoft(_ type: String, _ operation: any Operator) -> ONNXLowering {
    ONNXLowering(type, domain: "com.microsoft", operation)
  }

  fileprivate static func microsoft(
    _ type: String,
    lower: @escaping @Sendable (ONNXNodeReader) throws(LoweringError) -> LoweredOperator
  ) -> ONNXLowering {
    ONNXLowering(type, domain: "com.microsoft", lower: lower)
  }
}
