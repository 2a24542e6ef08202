import Quantities
import OpGraph

/// Operators of onnxruntime's domain for transformers and their relatives.
extension ONNXLowerings {
  static let microsoftTransformers: [ONNXLowering] = [
    // Attention. Operands in the file: query, key, value, bias, padding, attention bias, past key
    // and value.
    .microsoft("MultiHeadAttention") { node throws(Problem) in
      try multiHead(node, operands: [0, 1, 2, 5, 6, 7])
    },
    // Operands in the file: query, key, value, mask, attention bias, past key and value.
    .microsoft("DecoderMaskedMultiHeadAttention") { node throws(Problem) in
      try multiHead(node, operands: [0, 1, 2, 4, 5, 6])
    },
    // Operands in the file: query, key, value, past key and value, two lengths, cosines, sines, ...
    .microsoft("GroupQueryAttention") { node throws(Problem) in
      try grouped(node, tables: [7, 8])
    },
    // Blocks' rows and columns come before the lengths. The sparsity of the blocks is unknown here:
    // all scores count.
    .microsoft("SparseAttention") { node throws(Problem) in
      try grouped(node, tables: [9, 10])
    },
    .microsoft("Attention") { node throws(Problem) in
      try selfAttention(node, operands: nil)
    },
    .microsoft("DecoderMaskedSelfAttention") { node throws(Problem) in
      try selfAttention(node, operands: [0, 1, 2, 3, 4])
    },
    // Operands in the file: input, weights, bias, their scales, mask, zero points, past.
    .microsoft("QAttention") { node throws(Problem) in
      try selfAttention(node, operands: [0, 1, 2, 5, 8])
    },
    .microsoft("LinearAttention", lower: ONNXContractions.linearAttention),
    .microsoft("CausalConvWithState", lower: ONNXContractions.causalConvolution),
    // Operands: input, places, cosines, sines.
    .microsoft("RotaryEmbedding", RotaryEmbedding(caches: [2, 3], places: 1)),
    .microsoft("MRotaryEmbedding", RotaryEmbedding(caches: [2, 3], places: 1)),
    .microsoft("RelativePositionBias", RelativePositionBias()),

    // Embeddings and rows.
    .microsoft("EmbedLayerNormalization", EmbedLayerNormalization()),
    .microsoft("QEmbedLayerNormalization", EmbedLayerNormalization(resultType: .float32)),
    .microsoft("GatherBlockQuantized") { node throws(Problem) in
      LoweredOperator(
        GatherBlockQuantized(
          axis: try node.integer("gather_axis", default: 0),
          quantizedAxis: try node.integer("quantize_axis", default: -1),
          bits: try packedBits(node)))
    },
    .microsoft("TorchEmbedding", Gather(axis: 0)),
    .microsoft("RemovePadding") { node in
      LoweredOperator(RemovePadding(symbol: node.dataDependentSymbol))
    },
    .microsoft("RestorePadding", RestorePadding()),
    .microsoft(
      "NGramRepeatBlock", SameShape(.nGramRepeatBlock, operationsPerElement: .adds(1), model: 1)),

    // Normalization.
    .microsoft("SkipLayerNormalization", SkipNormalization(.layer)),
    // There is no shift. Operands in the file: input, what is added, scale, bias.
    .microsoft("SkipSimplifiedLayerNormalization") { _ in
      LoweredOperator(SkipNormalization(.rootMeanSquare), operands: [0, 1, 2, nil, 3])
    },
    .microsoft("SimplifiedLayerNormalization", lower: simplifiedNormalization),
    // Exporters write this one without a domain.
    ONNXLowering("SimplifiedLayerNormalization", lower: simplifiedNormalization),
    .microsoft("GroupNorm", Normalization(.group)),
    // Operands in the file: input, scale, shift, what is added, bias.
    .microsoft("SkipGroupNorm") { _ in
      LoweredOperator(SkipNormalization(.group, givesStatistics: false), operands: [0, 3, 1, 2, 4])
    },

    // Activations.
    .microsoft("Gelu", Activation(.gelu)),
    .microsoft("QuickGelu", Activation(.gelu)),
    // Operands in the file: input, optional bias.
    .microsoft("FastGelu") { node in
      LoweredOperator(
        SameShape(
          .fastGelu,
          operationsPerElement: OperationCounts(
            adds: node.operand(1) == nil ? 0 : 1, transcendentals: 1),
          kind: .activation))
    },
    .microsoft(
      "BiasGelu",
      SameShape(
        .biasGelu, operationsPerElement: OperationCounts(adds: 1, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "ScaledSiLU",
      SameShape(
        .scaledSiLU, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft("SwiGLU") { node throws(Problem) in
      guard node.operand(1) != nil else { return LoweredOperator(GLU(.swiGLU)) }
      return LoweredOperator(
        SameShape(
          .swiGLU, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
          kind: .activation))
    },
    .microsoft("BiasSplitGelu", GLU(.biasSplitGelu)),
    .microsoft("BiasAdd", SameShape(.biasAdd, operationsPerElement: .adds(2))),
    .microsoft(
      "BiasSoftmax",
      SameShape(
        .biasSoftmax,
        operationsPerElement: OperationCounts(adds: 4, divides: 1, transcendentals: 1),
        kind: .softmax)),
    // Operands in the file: input, bias, optional residual, rate, whether to drop.
    .microsoft("BiasDropout") { node in
      LoweredOperator(
        SameShape(
          .biasDropout, operationsPerElement: .adds(node.operand(2) == nil ? 1 : 2),
          resultTypes: [nil, .bool], attributes: [3, 4]))
    },
    .microsoft("BitmaskDropout", Identity()),

    // Experts.
    .microsoft("MoE") { node throws(Problem) in
      // Operands in the file: rows, router, first matrix and bias, second, third.
      LoweredOperator(
        MixtureOfExperts(active: try active(node)), operands: [0, 1, 2, 4, 6, 3, 5, 7])
    },
    .microsoft("QMoE") { node throws(Problem) in
      // Operands in the file: rows, router, first matrix with its scales and its bias, second,
      // third, their zero points, what weights the experts' results, scales of whole experts and
      // of activations: docs/ContribOperators.md of onnxruntime.
      let bits = try node.integer("expert_weight_bits", default: 4)
      let isPacked = node.statedType(2) == .uint8 && (1...8).contains(bits)
      // bounded: at least one bit
      let packing = isPacked ? 8 / bits : 1
      return LoweredOperator(
        MixtureOfExperts(active: try active(node), packing: packing),
        operands: [
          0, 1, 2, 5, 8, 4, 7, 10, 3, 6, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
        ])
    },
  ]

  private static func active(_ node: ONNXNodeReader) throws(Problem) -> Int {
    let active = try node.integer("k", default: 1)
    guard (1...1 << 20).contains(active) else {
      throw Problem("attribute 'k' is \(active), expected at least 1")
    }
    return active
  }

  private static func multiHead(
    _ node: ONNXNodeReader, operands: [Int?]
  ) throws(Problem) -> LoweredOperator {
    let heads = try node.integer("num_heads")
    return LoweredOperator(Attention(queryHeads: heads, keyHeads: heads), operands: operands)
  }

  /// - Parameter tables: The operands with cosines and sines, which are read only to rotate.
  private static func grouped(
    _ node: ONNXNodeReader, tables: [Int?]
  ) throws(Problem) -> LoweredOperator {
    let rotates = try node.flag("do_rotary", default: false)
    var operands: [Int?] = [0, 1, 2, nil, 3, 4]
    if rotates { operands += tables }
    return LoweredOperator(
      Attention(
        queryHeads: try node.integer("num_heads"), keyHeads: try node.integer("kv_num_heads"),
        pastIsBuffer: true, rotates: rotates),
      operands: operands)
  }

  private static func selfAttention(
    _ node: ONNXNodeReader, operands: [Int]?
  ) throws(Problem) -> LoweredOperator {
    guard let heads = try node.integer("num_heads"), heads > 0 else {
      throw Problem("attribute 'num_heads' is missing or not positive")
    }
    return LoweredOperator(
      SelfAttention(heads: heads, widths: try node.integers("qkv_hidden_sizes")),
      operands: operands)
  }

  @Sendable private static func simplifiedNormalization(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Normalization(.rootMeanSquare, axis: try node.integer("axis", default: -1)))
  }
}
