import Quantities
import OpGraph

/// How one ONNX operator becomes a canonical one, from a version of its operator set on.
struct ONNXLowering: Sendable {
  var operatorType: String
  var sinceVersion: Int
  var domain: String
  var lower: @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator

  init(
    _ operatorType: String, since: Int = 1, domain: String = "ai.onnx",
    lower: @escaping @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator
  ) {
    self.operatorType = operatorType
    sinceVersion = since
    self.domain = domain
    self.lower = lower
  }

  /// A row for an operator without attributes that matter.
  init(
    _ operatorType: String, since: Int = 1, domain: String = "ai.onnx", _ operation: any Operator
  ) {
    self.init(operatorType, since: since, domain: domain) { _ in LoweredOperator(operation) }
  }
}

extension ONNXLowering {
  static func elementwise(
    _ type: String, _ function: Elementwise.Function, resultType: ElementType? = nil
  ) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      var operation = Elementwise(function, resultType: resultType)
      // Before version 7 operands do not broadcast from the last axis unless an attribute states it.
      if node.operatorSet < 7 { operation.secondOperandAxis = try node.integer("axis") }
      return LoweredOperator(operation)
    }
  }

  static func predicate(_ type: String, _ function: Elementwise.Function) -> ONNXLowering {
    elementwise(type, function, resultType: .bool)
  }

  static func activation(_ type: String, _ function: ActivationFunction) -> ONNXLowering {
    ONNXLowering(type, Activation(function))
  }

  static func normalization(
    _ type: String, _ function: Normalization.Function
  ) -> ONNXLowering {
    ONNXLowering(type, Normalization(function))
  }

  static func axisNormalization(
    _ type: String, _ function: Normalization.Function
  ) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      LoweredOperator(Normalization(function, axis: try node.integer("axis", default: -1)))
    }
  }

  static func pooling(_ type: String, _ function: Pooling.Function) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in try ONNXWindows.pooling(function, node) }
  }

  static func reduction(_ type: String, _ function: Reduction.Function) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      try ONNXReductions.reduction(function, node)
    }
  }

  static func recurrent(_ type: String, _ cell: Recurrent.Cell) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      LoweredOperator(Recurrent(cell, isBatchFirst: try node.integer("layout", default: 0) == 1))
    }
  }

  static func argument(_ type: String, _ function: Reduction.Function) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      try ONNXReductions.argument(function, node)
    }
  }
}

/// The table of ONNX operators: one row each, or one for each version whose meaning differs.
enum ONNXLowerings {
  /// The newest row that is not newer than the operator set.
  static func row(for type: String, domain: String, operatorSet: Int) -> ONNXLowering? {
    byName["\(domain).\(type)"]?.last { $0.sinceVersion <= operatorSet }
  }

  private static let byName = Dictionary(
    grouping: all.sorted { $0.sinceVersion < $1.sinceVersion },
    by: { "\($0.domain).\($0.operatorType)" })

  static let all =
    common + selecting + signal + containers + machineLearning + microsoft
    + microsoftTransformers + blocked + qonnx + tensorRT + training

  private static let common: [ONNXLowering] = [
    // Contractions.
    ONNXLowering("Conv", lower: ONNXContractions.convolution),
    ONNXLowering("ConvTranspose", lower: ONNXContractions.transposedConvolution),
    ONNXLowering("Gemm", lower: ONNXContractions.gemm),
    ONNXLowering("MatMul", MatMul()),
    ONNXLowering("QLinearConv", lower: ONNXContractions.quantizedConvolution),
    ONNXLowering("ConvInteger", lower: ONNXContractions.integerConvolution),
    ONNXLowering("QLinearMatMul", lower: ONNXContractions.quantizedMatMul),
    ONNXLowering("MatMulInteger") { _ in
      LoweredOperator(MatMul(resultType: .int32), operands: [0, 1])
    },
    ONNXLowering("Einsum", lower: ONNXContractions.einsum),
    ONNXLowering("Attention", since: 23, lower: ONNXContractions.attention),
    ONNXLowering(
      "FlexAttention", domain: "ai.onnx.preview", Attention(queryHeads: nil, keyHeads: nil)),
    ONNXLowering("LinearAttention", lower: ONNXContractions.linearAttention),
    ONNXLowering("CausalConvWithState", lower: ONNXContractions.causalConvolution),
    .recurrent("RNN", .plain),
    .recurrent("GRU", .gated),
    .recurrent("LSTM", .longShortTerm),

    // Pooling.
    .pooling("MaxPool", .max),
    .pooling("AveragePool", .average),
    .pooling("LpPool", .lp),
    ONNXLowering(
      "GlobalAveragePool", Reduction(.globalAverage, axes: .spatial, keepsDimensions: true)),
    ONNXLowering("GlobalMaxPool", Reduction(.globalMax, axes: .spatial, keepsDimensions: true)),
    ONNXLowering("GlobalLpPool", Reduction(.l2, axes: .spatial, keepsDimensions: true)),

    // Activations.
    .activation("Relu", .relu),
    .activation("LeakyRelu", .leakyRelu),
    .activation("PRelu", .parametricRelu),
    .activation("ThresholdedRelu", .thresholdedRelu),
    .activation("Elu", .elu),
    .activation("Selu", .selu),
    .activation("Celu", .celu),
    .activation("Sigmoid", .sigmoid),
    .activation("HardSigmoid", .hardSigmoid),
    .activation("HardSwish", .hardSwish),
    .activation("Swish", .swish),
    .activation("Tanh", .tanh),
    .activation("Gelu", .gelu),
    .activation("Mish", .mish),
    .activation("Softplus", .softplus),
    .activation("Softsign", .softsign),
    .activation("Shrink", .shrink),
    ONNXLowering(
      "SwiGLU",
      SameShape(
        .swiGLU, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    ONNXLowering("Softmax", Softmax()),
    ONNXLowering("LogSoftmax", Softmax(isLogarithmic: true)),

    // Element-wise arithmetic.
    .elementwise("Add", .add),
    .elementwise("Sub", .subtract),
    .elementwise("Mul", .multiply),
    .elementwise("Div", .divide),
    .elementwise("Pow", .power),
    .elementwise("Mod", .remainder),
    .elementwise("Max", .maximum),
    .elementwise("Min", .minimum),
    .elementwise("Mean", .mean),
    .elementwise("Sum", .sum),
    .elementwise("Abs", .absolute),
    .elementwise("Neg", .negate),
    .elementwise("Sign", .sign),
    .elementwise("Reciprocal", .reciprocal),
    .elementwise("Floor", .floor),
    .elementwise("Ceil", .ceil),
    .elementwise("Round", .round),
    .elementwise("Sqrt", .squareRoot),
    .elementwise("Exp", .exponential),
    .elementwise("Log", .logarithm),
    .elementwise("Erf", .errorFunction),
    .elementwise("Sin", .sine),
    .elementwise("Cos", .cosine),
    .elementwise("Tan", .tangent),
    .elementwise("Asin", .arcSine),
    .elementwise("Acos", .arcCosine),
    .elementwise("Atan", .arcTangent),
    .elementwise("Sinh", .hyperbolicSine),
    .elementwise("Cosh", .hyperbolicCosine),
    .elementwise("Asinh", .arcHyperbolicSine),
    .elementwise("Acosh", .arcHyperbolicCosine),
    .elementwise("Atanh", .arcHyperbolicTangent),
    ONNXLowering("Clip", Elementwise(.clip, broadcastOperands: 1)),
    .predicate("And", .and),
    .predicate("Or", .or),
    .predicate("Xor", .xor),
    .predicate("Not", .not),
    .elementwise("BitwiseAnd", .bitwiseAnd),
    .elementwise("BitwiseOr", .bitwiseOr),
    .elementwise("BitwiseXor", .bitwiseXor),
    .elementwise("BitwiseNot", .bitwiseNot),
    .elementwise("BitShift", .shift),
    .predicate("Equal", .equal),
    .predicate("Less", .less),
    .predicate("LessOrEqual", .lessOrEqual),
    .predicate("Greater", .greater),
    .predicate("GreaterOrEqual", .greaterOrEqual),
    .predicate("IsNaN", .isNaN),
    .predicate("IsInf", .isInfinite),
    .elementwise("Where", .select),
    ONNXLowering("Cast") { node throws(Problem) in
      LoweredOperator(Elementwise(.cast, resultType: try node.elementType("to")))
    },

    // Normalization.
    .normalization("BatchNormalization", .batch),
    .axisNormalization("LayerNormalization", .layer),
    .normalization("InstanceNormalization", .instance),
    .normalization("GroupNormalization", .group),
    .axisNormalization("RMSNormalization", .rootMeanSquare),
    .normalization("LRN", .localResponse),
    .normalization("LpNormalization", .lp),
    .normalization("MeanVarianceNormalization", .meanVariance),

    // Reductions.
    .reduction("ReduceMean", .mean),
    .reduction("ReduceSum", .sum),
    .reduction("ReduceProd", .product),
    .reduction("ReduceMax", .maximum),
    .reduction("ReduceMin", .minimum),
    .reduction("ReduceL1", .l1),
    .reduction("ReduceL2", .l2),
    .reduction("ReduceLogSum", .logSum),
    .reduction("ReduceLogSumExp", .logSumExp),
    .reduction("ReduceSumSquare", .sumSquare),
    .argument("ArgMax", .argMax),
    .argument("ArgMin", .argMin),

    // Shapes and moving data.
    ONNXLowering("Identity", Identity()),
    ONNXLowering("Dropout", Identity()),
    ONNXLowering("Dropout", since: 10, Identity(maskType: .bool)),
    ONNXLowering("Constant", lower: ONNXShapes.constant),
    ONNXLowering("ConstantOfShape", lower: ONNXShapes.constantOfShape),
    ONNXLowering("Shape", lower: ONNXShapes.shape),
    ONNXLowering("Size", Size(elementType: .int64)),
    ONNXLowering("Range", SequenceRange()),
    ONNXLowering("Reshape", since: 1, lower: ONNXShapes.reshape1),
    ONNXLowering("Reshape", since: 5, lower: ONNXShapes.reshape),
    ONNXLowering("Flatten") { node throws(Problem) in
      LoweredOperator(Reshape(.flattened(axis: try node.integer("axis", default: 1))))
    },
    ONNXLowering("Squeeze") { node throws(Problem) in
      LoweredOperator(Squeeze(axes: try node.integers("axes")))
    },
    ONNXLowering("Unsqueeze") { node throws(Problem) in
      LoweredOperator(Unsqueeze(axes: try node.integers("axes")))
    },
    ONNXLowering("Transpose") { node throws(Problem) in
      LoweredOperator(
        Transpose(permutation: try node.integers("perm"), reversesByDefault: true))
    },
    ONNXLowering("Concat") { node throws(Problem) in
      LoweredOperator(Concat(axis: try node.integer("axis", default: 1)))
    },
    ONNXLowering("Split", lower: ONNXShapes.split),
    ONNXLowering("Slice", since: 1, lower: ONNXShapes.slice1),
    ONNXLowering("Slice", since: 10, Slice(.operands)),
    ONNXLowering("Pad", since: 1, lower: ONNXShapes.pad1),
    ONNXLowering("Pad", since: 11, Pad(.beforesThenAfters)),
    ONNXLowering("Expand", Expand(isMutual: true)),
    ONNXLowering("Tile", since: 6, Tile()),
    ONNXLowering("Gather") { node throws(Problem) in
      LoweredOperator(Gather(axis: try node.integer("axis", default: 0)))
    },
    ONNXLowering("GatherND") { node throws(Problem) in
      LoweredOperator(GatherND(batchDimensions: try node.integer("batch_dims", default: 0)))
    },
    ONNXLowering("DepthToSpace") { node throws(Problem) in
      LoweredOperator(
        DepthToSpace(blockSize: try ONNXShapes.blockSize(node), layout: .channelsFirst))
    },
    ONNXLowering("SpaceToDepth") { node throws(Problem) in
      LoweredOperator(
        SpaceToDepth(blockSize: try ONNXShapes.blockSize(node), layout: .channelsFirst))
    },

    // Resizing.
    ONNXLowering("Upsample", since: 7, lower: ONNXShapes.upsample7),
    ONNXLowering("Upsample", since: 9) { node throws(Problem) in
      try ONNXShapes.resize(node, scales: 1, sizes: 9)
    },
    ONNXLowering("Resize", since: 10) { node throws(Problem) in
      try ONNXShapes.resize(node, scales: 1, sizes: 9)
    },
    ONNXLowering("Resize", since: 11) { node throws(Problem) in
      try ONNXShapes.resize(node, scales: 2, sizes: 3)
    },

    // Quantization.
    ONNXLowering("QuantizeLinear") { node throws(Problem) in
      LoweredOperator(
        Quantize(
          resultType: try node.elementType("output_dtype"),
          axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    },
    ONNXLowering("DynamicQuantizeLinear", DynamicQuantize()),
    ONNXLowering("DequantizeLinear") { node throws(Problem) in
      LoweredOperator(
        Dequantize(
          resultType: try node.elementType("output_dtype"),
          axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    },
  ]
}
