import Quantities
import OpGraph

/// TensorFlow operators that a TFLite file runs through TensorFlow's own kernels, by their names
/// there. Options are the node's attributes.
extension TFLiteLowerings {
  static let flex: [TFLiteLowering] =
    flexElementwise + flexMovement + flexContractions + flexReductions + flexStated

  private static let flexElementwise: [TFLiteLowering] = [
    .elementwise("Add", .add),
    .elementwise("AddV2", .add),
    .elementwise("Sub", .subtract),
    .elementwise("Mul", .multiply),
    .elementwise("Div", .divide),
    .elementwise("RealDiv", .divide),
    .elementwise("DivNoNan", .divide),
    .elementwise("MulNoNan", .multiply),
    .elementwise("Maximum", .maximum),
    .elementwise("Minimum", .minimum),
    .elementwise("Pow", .power),
    .elementwise("FloorDiv", .floorDivide),
    .elementwise("FloorMod", .remainder),
    .elementwise("Mod", .remainder),
    .elementwise("TruncateDiv", .divide),
    .elementwise("TruncateMod", .remainder),
    .elementwise("SquaredDifference", .squaredDifference),
    .elementwise("AddN", .sum),
    .elementwise("BiasAdd", .add),
    .elementwise("Abs", .absolute),
    .elementwise("Neg", .negate),
    .elementwise("Sign", .sign),
    .elementwise("Floor", .floor),
    .elementwise("Ceil", .ceil),
    .elementwise("Round", .round),
    .elementwise("Rint", .round),
    .elementwise("Sqrt", .squareRoot),
    .elementwise("Rsqrt", .reciprocalSquareRoot),
    .elementwise("Square", .square),
    .elementwise("Exp", .exponential),
    .elementwise("Expm1", .exponential),
    .elementwise("Log", .logarithm),
    .elementwise("Log1p", .logarithm),
    .elementwise("Sin", .sine),
    .elementwise("Cos", .cosine),
    .elementwise("Tan", .tangent),
    .elementwise("Asin", .arcSine),
    .elementwise("Acos", .arcCosine),
    .elementwise("Atan", .arcTangent),
    .elementwise("Atan2", .arcTangent2),
    .elementwise("Sinh", .hyperbolicSine),
    .elementwise("Cosh", .hyperbolicCosine),
    .elementwise("Asinh", .arcHyperbolicSine),
    .elementwise("Acosh", .arcHyperbolicCosine),
    .elementwise("Atanh", .arcHyperbolicTangent),
    .elementwise("Erf", .errorFunction),
    .elementwise("Erfc", .errorFunction),
    .elementwise("Reciprocal", .reciprocal),
    .elementwise("Inv", .reciprocal),
    .elementwise("IsNan", .isNaN),
    .elementwise("IsInf", .isInfinite),
    .elementwise("IsFinite", .isInfinite),
    .elementwise("Equal", .equal),
    .elementwise("NotEqual", .notEqual),
    .elementwise("Less", .less),
    .elementwise("LessEqual", .lessOrEqual),
    .elementwise("Greater", .greater),
    .elementwise("GreaterEqual", .greaterOrEqual),
    .elementwise("LogicalAnd", .and),
    .elementwise("LogicalOr", .or),
    .elementwise("LogicalNot", .not),
    .elementwise("BitwiseAnd", .bitwiseAnd),
    .elementwise("BitwiseOr", .bitwiseOr),
    .elementwise("BitwiseXor", .bitwiseXor),
    .elementwise("Invert", .bitwiseNot),
    .elementwise("LeftShift", .shift),
    .elementwise("RightShift", .shift),
    .elementwise("Select", .select),
    .elementwise("SelectV2", .select),
    .elementwise("Cast", .cast),
    .activation("Relu", .relu),
    .activation("Relu6", .relu6),
    .activation("LeakyRelu", .leakyRelu),
    .activation("Elu", .elu),
    .activation("Selu", .selu),
    .activation("Softplus", .softplus),
    .activation("Softsign", .softsign),
    .activation("Sigmoid", .sigmoid),
    .activation("Tanh", .tanh),
    TFLiteLowering("ClipByValue", Elementwise(.clip, broadcastOperands: 1)),
    TFLiteLowering("Softmax", Softmax()),
    TFLiteLowering("LogSoftmax", Softmax(isLogarithmic: true)),
    TFLiteLowering(
      "Cumsum", SameShape(.cumSum, operationsPerElement: .adds(1), attributes: [1])),
    TFLiteLowering(
      "Cumprod", SameShape(.cumProd, operationsPerElement: .multiplies(1), attributes: [1])),
    TFLiteLowering("L2Loss", Reduction(.sumSquare, axes: .all, keepsDimensions: false)),
  ]

  private static let flexMovement: [TFLiteLowering] = [
    TFLiteLowering("Identity", Identity()),
    TFLiteLowering("Reshape", Reshape(.operand(zeroIsLiteral: true))),
    TFLiteLowering("ExpandDims", Unsqueeze(axes: nil)),
    TFLiteLowering("Squeeze", lower: TFLiteShapes.squeeze),
    TFLiteLowering("Shape", ShapeOf(elementType: .int32)),
    TFLiteLowering("Size", Size(elementType: .int32)),
    TFLiteLowering("Rank", Rank(elementType: .int32)),
    TFLiteLowering("Fill", Fill(elementType: nil, value: nil)),
    TFLiteLowering("ZerosLike", ZerosLike()),
    TFLiteLowering("OnesLike", ZerosLike()),
    TFLiteLowering("Range", SequenceRange()),
    TFLiteLowering("Transpose", Transpose(permutation: nil, reversesByDefault: false)),
    TFLiteLowering("ConcatV2") { op throws(Problem) in
      let tensors = max(0, op.operands.count - 1)
      return LoweredOperator(
        Concat(axis: try op.scalar(tensors)), operands: Array(0..<tensors))
    },
    TFLiteLowering("Pack") { op throws(Problem) in
      LoweredOperator(Pack(axis: op.integer("axis", default: 0)))
    },
    TFLiteLowering("Unpack") { op throws(Problem) in
      LoweredOperator(
        Unpack(axis: op.integer("axis", default: 0), count: op.integer("num", default: 0)))
    },
    TFLiteLowering("Slice", Slice(.startsAndSizes)),
    TFLiteLowering("StridedSlice", lower: TFLiteShapes.stridedSlice),
    TFLiteLowering("Pad", Pad(.pairs)),
    TFLiteLowering("PadV2", Pad(.pairs)),
    TFLiteLowering("MirrorPad", Pad(.pairs)),
    TFLiteLowering("Tile", Tile()),
    TFLiteLowering("BroadcastTo", Expand(isMutual: false)),
    TFLiteLowering("ReverseV2", Reverse()),
    TFLiteLowering(
      "Roll",
      SameShape(.roll, operationsPerElement: .moves(1), kind: .dataMovement, attributes: [1, 2])),
    TFLiteLowering("Gather", Gather(axis: 0)),
    TFLiteLowering("GatherV2") { op throws(Problem) in
      LoweredOperator(
        Gather(axis: try op.scalar(2), batchDimensions: op.integer("batch_dims", default: 0)),
        operands: [0, 1])
    },
    TFLiteLowering("GatherNd", GatherND()),
    TFLiteLowering("ScatterNd", ScatterND(shape: 2, updates: 1, reduces: true)),
    TFLiteLowering("TensorScatterUpdate", Scatter(reduces: false)),
    TFLiteLowering("TensorScatterAdd", Scatter(reduces: true)),
    TFLiteLowering("OneHot") { op throws(Problem) in
      LoweredOperator(OneHot(axis: op.integer("axis", default: -1)))
    },
    TFLiteLowering("TopKV2", TopK(axis: -1, count: nil)),
    TFLiteLowering("Where") { op throws(Problem) in
      LoweredOperator(NonZero(rows: .elements, symbol: op.dataDependentSymbol))
    },
    .handle("VarHandleOp", .varHandle),
    TFLiteLowering("ReadVariableOp") { op throws(Problem) in
      LoweredOperator(ReadResource(.readVariable, type: try op.resultType()))
    },
    TFLiteLowering("AssignVariableOp", WriteResource(.assignVariable)),
    .handle("HashTableV2", .hashTable),
    TFLiteLowering("LookupTableFindV2", ReadResource(.hashTableFind, type: nil)),
    // Holds the tokenizer's model as an attribute.
    .handle("SentencepieceOp", .sentencepieceModel),
  ]

  private static let flexContractions: [TFLiteLowering] = [
    TFLiteLowering("MatMul") { op throws(Problem) in
      LoweredOperator(
        MatMul(transposesLeft: op.flag("transpose_a"), transposesRight: op.flag("transpose_b")))
    },
    .flexBatchMatMul("BatchMatMul"),
    .flexBatchMatMul("BatchMatMulV2"),
    .flexBatchMatMul("BatchMatMulV3"),
    TFLiteLowering("Einsum") { op throws(Problem) in
      guard let equation = try op.op.options.text("equation"), let product = Einsum(equation)
      else {
        throw Problem("no attribute 'equation' that can be read")
      }
      return LoweredOperator(product)
    },
    TFLiteLowering("Conv2D", lower: flexConvolution),
    TFLiteLowering("Conv3D", lower: flexConvolution),
  ]

  private static let flexReductions: [TFLiteLowering] = [
    .reduction("Sum", .sum),
    .reduction("Mean", .mean),
    .reduction("Max", .maximum),
    .reduction("Min", .minimum),
    .reduction("Prod", .product),
    .reduction("Any", .any),
    .reduction("All", .all),
    .reduction("EuclideanNorm", .l2),
    .argument("ArgMax", .argMax),
    .argument("ArgMin", .argMin),
  ]

  /// Operators on text and ragged tensors, and those whose results only the file describes.
  ///
  /// One operation for each element of the result where something is computed: code points, tokens,
  /// words, numbers. Some results begin with where rows end, or with places.
  private static let flexStated: [TFLiteLowering] = [
    .stated(.flexUnicodeDecodeWithOffsets, .perResult(.adds(1)), countedResult: 1),
    .stated(.flexUnicodeDecode, .perResult(.adds(1)), countedResult: 1),
    .stated(.flexUnicodeEncode, .perResult(.adds(1))),
    .stated(.flexWhitespaceTokenizeWithOffsets, .perResult(.adds(1))),
    .stated(.flexSentencepieceTokenizeOp, .perResult(.adds(1))),
    .stated(.flexStaticRegexReplace, .perResult(.adds(1))),
    .stated(.flexRegexReplace, .perResult(.adds(1))),
    .stated(.flexRegexFullMatch, .perResult(.adds(1))),
    .stated(.flexStringLower, .perResult(.adds(1))),
    .stated(.flexStringUpper, .perResult(.adds(1))),
    .stated(.flexStringStrip, .perResult(.adds(1))),
    .stated(.flexStringSplitV2, .perResult(.adds(1)), countedResult: 1),
    .stated(.flexStringJoin, .perResult(.adds(1))),
    .stated(.flexReduceJoin, .perResult(.adds(1))),
    .stated(.flexStringToHashBucketFast, .perResult(.adds(1))),
    .stated(.flexStringToNumber, .perResult(.adds(1))),
    .stated(.flexAsString, .perResult(.adds(1))),
    .stated(.flexStringLength, .perResult(.adds(1))),
    .stated(.flexDecodeRaw, .perResult(.moves(1))),
    .stated(.flexSubstr, .perResult(.moves(1))),
    .stated(.flexRaggedRange, .perResult(.adds(1)), countedResult: 1),
    .stated(.flexRaggedTensorToTensor, .perResult(.moves(1))),
    .stated(.flexRaggedGather, .perResult(.moves(1))),
    .stated(.flexTensorListReserve, .perResult(.moves(1))),
    .stated(.flexTensorListSetItem, .perResult(.moves(1))),
    .stated(.flexTensorListGetItem, .perResult(.moves(1))),
    .stated(.flexTensorListStack, .perResult(.moves(1))),
    .stated(.flexTensorListFromTensor, .perResult(.moves(1))),
    .stated(.flexTensorListLength, .perResult(.moves(1))),
    TFLiteLowering("RandomUniform", RandomNumbers(.randomUniform)),
    TFLiteLowering("RandomStandardNormal", RandomNumbers(.randomNormal)),
    .stated(.flexExtractImagePatches, .perResult(.moves(1))),
  ]

  /// NHWC unless `data_format` says otherwise; strides and dilations have a number for each axis.
  @Sendable private static func flexConvolution(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let format = try op.op.options.text("data_format") ?? ""
    let layout: Layout = format.hasPrefix("NC") ? .channelsFirst : .channelsLast
    let rank = try op.rank(0)
    guard rank >= 3 else { throw Problem("an image of rank \(rank)") }
    let spatial = layout == .channelsFirst ? 2..<rank : 1..<rank - 1
    let padding: Padding
    switch try op.op.options.text("padding") ?? "" {
    case "SAME": padding = .sameUpper
    case "VALID": padding = .valid
    case "EXPLICIT":
      let pads = try op.integers("explicit_paddings")
      guard pads.count == 2 * rank else { throw Problem("\(pads.count) explicit pads") }
      padding = .explicit(
        before: spatial.map { pads[2 * $0] },  // bounded: places of axes
        after: spatial.map { pads[2 * $0 + 1] })  // bounded: places of axes
    case let other: throw Problem("attribute 'padding' is '\(other)'")
    }
    let strides = try op.positives("strides", count: rank)
    let dilations = try op.positives("dilations", count: rank)
    return LoweredOperator(
      Convolution(
        window: SlidingWindow(
          strides: Array(strides[spatial]), dilations: Array(dilations[spatial]),
          padding: padding),
        groups: nil, layout: layout, weightLayout: .spaceInputOutput))
  }
}

extension TFLiteLowering {
  fileprivate static func flexBatchMatMul(_ name: String) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in
      LoweredOperator(
        MatMul(transposesLeft: op.flag("adj_x"), transposesRight: op.flag("adj_y")))
    }
  }

  /// A row for an operator whose results' shapes are taken from the file.
  static func stated(
    _ name: OperatorName, named own: String? = nil, _ operations: StatedShape.Operations,
    kind: KernelKind = .dataMovement, countedResult: Int = 0, attributes: Set<Int> = []
  ) -> TFLiteLowering {
    let own = own ?? TFLiteLowerings.withoutFlexPrefix(name.rawValue)
    return TFLiteLowering(own) { op throws(Problem) in
      LoweredOperator(
        StatedShape(
          name, types: op.resultTypes, kind: kind, operations: operations,
          statedBatch: op.operand(0)?.type.shape?.dimensions.first, countedResult: countedResult,
          attributes: attributes))
    }
  }
}
