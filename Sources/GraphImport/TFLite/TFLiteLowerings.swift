import Quantities
import OpGraph

/// How one TFLite operator becomes a canonical one.
struct TFLiteLowering: Sendable {
  /// The name in the schema's `BuiltinOperator`.
  var name: String
  var lower: @Sendable (TFLiteOperatorReader) throws(Problem) -> LoweredOperator

  init(
    _ name: String,
    lower: @escaping @Sendable (TFLiteOperatorReader) throws(Problem) -> LoweredOperator
  ) {
    self.name = name
    self.lower = lower
  }

  /// A row for an operator without options that matter.
  init(_ name: String, _ operation: any Operator) {
    self.init(name) { _ in LoweredOperator(operation) }
  }
}

extension TFLiteLowering {
  static func elementwise(_ name: String, _ function: Elementwise.Function) -> TFLiteLowering {
    TFLiteLowering(name, Elementwise(function))
  }

  /// Element-wise arithmetic that may have an activation fused to it.
  static func arithmetic(_ name: String, _ function: Elementwise.Function) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in try op.fused(Elementwise(function)) }
  }

  static func activation(_ name: String, _ function: ActivationFunction) -> TFLiteLowering {
    TFLiteLowering(name, Activation(function))
  }

  /// A reduction along the axes in operand 1.
  static func reduction(_ name: String, _ function: Reduction.Function) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in
      LoweredOperator(
        Reduction(function, axes: .operand(1), keepsDimensions: op.flag("keep_dims")))
    }
  }

  static func argument(_ name: String, _ function: Reduction.Function) -> TFLiteLowering {
    TFLiteLowering(
      name, Reduction(function, axes: .operand(1), keepsDimensions: false, resultType: .int64))
  }

  static func resize(_ name: String, _ interpolation: Resize.Interpolation) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in
      let sampling: Resize.Sampling =
        op.flag("align_corners")
        ? .alignedCorners : op.flag("half_pixel_centers") ? .halfPixel : .asymmetric
      return LoweredOperator(
        Resize(interpolation, target: .spatialSizes, sampling: sampling))
    }
  }

  static func pooling(_ name: String, _ function: Pooling.Function) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in try TFLiteContractions.pooling(function, op)
    }
  }
}

/// The tables of TFLite operators: one row each.
///
/// Element types and quantization of results come from the file, which fixes them.
enum TFLiteLowerings {
  /// What TFLite files call TensorFlow operators that they leave to TensorFlow's kernels.
  static let flexPrefix = "Flex"

  static func row(for op: TFLiteOperator) -> TFLiteLowering? {
    guard op.isCustom else { return builtinsByName[op.name] }
    return op.name.hasPrefix(flexPrefix)
      ? flexByName[withoutFlexPrefix(op.name)] : customByName[op.name]
  }

  static func withoutFlexPrefix(_ name: String) -> String {
    name.hasPrefix(flexPrefix) ? String(name.dropFirst(flexPrefix.count)) : name
  }

  private static let builtinsByName = byName(builtins)
  private static let customByName = byName(custom)
  private static let flexByName = byName(flex)

  private static func byName(_ rows: [TFLiteLowering]) -> [String: TFLiteLowering] {
    Dictionary(rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  static let builtins = common + sequences + selecting + state + stableHLO

  private static let common: [TFLiteLowering] = [
    // Contractions.
    TFLiteLowering("CONV_2D", lower: TFLiteContractions.convolution),
    TFLiteLowering("DEPTHWISE_CONV_2D", lower: TFLiteContractions.depthwiseConvolution),
    TFLiteLowering("CONV_3D", lower: TFLiteContractions.convolution3D),
    TFLiteLowering("TRANSPOSE_CONV", lower: TFLiteContractions.transposedConvolution),
    TFLiteLowering("CONV_3D_TRANSPOSE", lower: TFLiteContractions.transposedConvolution3D),
    TFLiteLowering("FULLY_CONNECTED", lower: TFLiteContractions.fullyConnected),
    TFLiteLowering("BATCH_MATMUL") { op throws(Problem) in
      LoweredOperator(
        MatMul(transposesLeft: op.flag("adj_x"), transposesRight: op.flag("adj_y")))
    },

    // Pooling.
    .pooling("AVERAGE_POOL_2D", .average),
    .pooling("MAX_POOL_2D", .max),
    .pooling("L2_POOL_2D", .lp),

    // Activations.
    .activation("RELU", .relu),
    .activation("RELU6", .relu6),
    .activation("RELU_N1_TO_1", .reluN1To1),
    .activation("RELU_0_TO_1", .relu0To1),
    .activation("LEAKY_RELU", .leakyRelu),
    .activation("PRELU", .parametricRelu),
    .activation("ELU", .elu),
    .activation("LOGISTIC", .sigmoid),
    .activation("TANH", .tanh),
    .activation("HARD_SWISH", .hardSwish),
    .activation("GELU", .gelu),
    TFLiteLowering("SOFTMAX", Softmax()),
    TFLiteLowering("LOG_SOFTMAX", Softmax(isLogarithmic: true)),

    // Element-wise arithmetic.
    .arithmetic("ADD", .add),
    .arithmetic("SUB", .subtract),
    .arithmetic("MUL", .multiply),
    .arithmetic("DIV", .divide),
    .elementwise("POW", .power),
    .elementwise("MAXIMUM", .maximum),
    .elementwise("MINIMUM", .minimum),
    .elementwise("ADD_N", .sum),
    .elementwise("FLOOR_DIV", .floorDivide),
    .elementwise("FLOOR_MOD", .remainder),
    .elementwise("SQUARED_DIFFERENCE", .squaredDifference),
    .elementwise("ATAN2", .arcTangent2),
    .elementwise("ABS", .absolute),
    .elementwise("NEG", .negate),
    .elementwise("SIGN", .sign),
    .elementwise("FLOOR", .floor),
    .elementwise("CEIL", .ceil),
    .elementwise("ROUND", .round),
    .elementwise("SQRT", .squareRoot),
    .elementwise("RSQRT", .reciprocalSquareRoot),
    .elementwise("SQUARE", .square),
    .elementwise("EXP", .exponential),
    .elementwise("LOG", .logarithm),
    .elementwise("SIN", .sine),
    .elementwise("COS", .cosine),
    .elementwise("EQUAL", .equal),
    .elementwise("NOT_EQUAL", .notEqual),
    .elementwise("LESS", .less),
    .elementwise("LESS_EQUAL", .lessOrEqual),
    .elementwise("GREATER", .greater),
    .elementwise("GREATER_EQUAL", .greaterOrEqual),
    .elementwise("LOGICAL_AND", .and),
    .elementwise("LOGICAL_OR", .or),
    .elementwise("LOGICAL_NOT", .not),
    .elementwise("BITWISE_XOR", .bitwiseXor),
    .elementwise("RIGHT_SHIFT", .shift),
    .elementwise("SELECT", .select),
    .elementwise("SELECT_V2", .select),
    .elementwise("CAST", .cast),

    // Normalization.
    TFLiteLowering("L2_NORMALIZATION", Normalization(.euclidean)),
    TFLiteLowering("LOCAL_RESPONSE_NORMALIZATION", Normalization(.localResponse)),

    // Reductions.
    .reduction("MEAN", .mean),
    .reduction("SUM", .sum),
    .reduction("REDUCE_PROD", .product),
    .reduction("REDUCE_MAX", .maximum),
    .reduction("REDUCE_MIN", .minimum),
    .reduction("REDUCE_ANY", .any),
    .reduction("REDUCE_ALL", .all),
    .argument("ARG_MAX", .argMax),
    .argument("ARG_MIN", .argMin),

    // Shapes and moving data.
    TFLiteLowering("RESHAPE", lower: TFLiteShapes.reshape),
    TFLiteLowering("SQUEEZE", lower: TFLiteShapes.squeeze),
    TFLiteLowering("EXPAND_DIMS", Unsqueeze(axes: nil)),
    TFLiteLowering("SHAPE", ShapeOf(elementType: .int32)),
    TFLiteLowering("RANK", Rank(elementType: .int32)),
    TFLiteLowering("FILL", Fill(elementType: nil, value: nil)),
    TFLiteLowering("ZEROS_LIKE", ZerosLike()),
    TFLiteLowering("RANGE", SequenceRange()),
    TFLiteLowering("TRANSPOSE", Transpose(permutation: nil, reversesByDefault: false)),
    TFLiteLowering("CONCATENATION") { op throws(Problem) in
      try op.fused(Concat(axis: op.integer("axis", default: 0)))
    },
    TFLiteLowering("PACK") { op throws(Problem) in
      LoweredOperator(Pack(axis: op.integer("axis", default: 0)))
    },
    TFLiteLowering("UNPACK") { op throws(Problem) in
      LoweredOperator(
        Unpack(axis: op.integer("axis", default: 0), count: op.integer("num", default: 0)))
    },
    TFLiteLowering("SPLIT") { op throws(Problem) in
      LoweredOperator(
        Split(
          axis: try op.scalar(0),
          sizes: .equal(op.integer("num_splits", default: 0), lastMayBeSmaller: false), input: 1))
    },
    TFLiteLowering("SPLIT_V") { op throws(Problem) in
      LoweredOperator(Split(axis: try op.scalar(2), sizes: .operand(1)))
    },
    TFLiteLowering("SLICE", Slice(.startsAndSizes)),
    TFLiteLowering("STRIDED_SLICE", lower: TFLiteShapes.stridedSlice),
    TFLiteLowering("PAD", Pad(.pairs)),
    TFLiteLowering("PADV2", Pad(.pairs)),
    TFLiteLowering("MIRROR_PAD", Pad(.pairs)),
    TFLiteLowering("TILE", Tile()),
    TFLiteLowering("BROADCAST_TO", Expand(isMutual: false)),
    TFLiteLowering("REVERSE_V2", Reverse()),
    TFLiteLowering("REVERSE_SEQUENCE", Reverse()),
    TFLiteLowering("GATHER") { op throws(Problem) in
      LoweredOperator(
        Gather(
          axis: op.integer("axis", default: 0),
          batchDimensions: op.integer("batch_dims", default: 0)))
    },
    TFLiteLowering("GATHER_ND", GatherND()),
    TFLiteLowering("EMBEDDING_LOOKUP", Gather(axis: 0, table: 1)),
    TFLiteLowering("DEPTH_TO_SPACE") { op throws(Problem) in
      LoweredOperator(
        DepthToSpace(
          blockSize: try op.positive("block_size", default: 0), layout: .channelsLast))
    },
    TFLiteLowering("SPACE_TO_DEPTH") { op throws(Problem) in
      LoweredOperator(
        SpaceToDepth(
          blockSize: try op.positive("block_size", default: 0), layout: .channelsLast))
    },
    TFLiteLowering(
      "BATCH_TO_SPACE_ND",
      BatchToSpace(layout: .channelsLast)),
    TFLiteLowering(
      "SPACE_TO_BATCH_ND",
      SpaceToBatch(layout: .channelsLast)),

    // Resizing.
    .resize("RESIZE_BILINEAR", .linear),
    .resize("RESIZE_NEAREST_NEIGHBOR", .nearest),

    // Quantization.
    TFLiteLowering("QUANTIZE", Quantize(resultType: nil)),
    TFLiteLowering("DEQUANTIZE", Dequantize(resultType: .float32)),
    TFLiteLowering("FAKE_QUANT") { op throws(Problem) in
      LoweredOperator(
        FakeQuantize(
          .fakeQuantize, bits: op.integer("num_bits", default: 0), bitsOperand: nil,
          isSigned: false))
    },
    TFLiteLowering("DENSIFY", Densify()),
  ]
}
