import OpGraph

/// The versions of the standard operator set that introduced its operators, from 7 on.
///
/// Source: the schemas of onnx 1.23 (`onnx.defs.get_all_schemas_with_history`); the differential tests
/// compare with them.
enum ONNXOperatorAge {
  /// The first version with an operator in the form that a node has; nil where that is older.
  /// - Parameter type: That of the first operand, where it is known.
  static func firstVersion(of node: ONNXNode, on type: ElementType? = nil) -> Int? {
    // onnxruntime has had one of its own in the standard's name before.
    if node.operatorType == "LayerNormalization" { return nil }
    var first = versions[node.operatorType]
    for form in formsByName[node.operatorType] ?? [] {
      let isUsed =
        form.operands.map { node.inputs.count > $0 } ?? false
        || form.attributes.contains { node.attributes[$0] != nil }
      if isUsed { first = max(first ?? 0, form.version) }
    }
    for row in typesByName[node.operatorType] ?? [] where type.map(row.types.contains) ?? false {
      first = max(first ?? 0, row.version)
    }
    return first
  }

  private static let formsByName: [String: [Form]] = forms.reduce(into: [:]) { rows, row in
    for name in row.names.split(separator: " ") { rows[String(name), default: []].append(row) }
  }

  private typealias Form = (names: String, operands: Int?, attributes: [String], version: Int)

  /// Operands beyond a number, and attributes, that operators have from a version on.
  private static let forms: [Form] = [
    ("Reshape", 1, [], 5), ("Reshape", nil, ["allowzero"], 14),
    ("Upsample", 1, [], 9), ("Slice TopK", 1, [], 10), ("MaxPool", nil, ["dilations"], 10),
    ("Clip Pad", 1, [], 11), ("Pad", 3, [], 18), ("Resize", 2, [], 11), ("Dropout", 1, [], 12),
    ("ReduceSum Squeeze Unsqueeze Split", 1, [], 13),
    ("BatchNormalization", nil, ["training_mode"], 14),
    ("Shape", nil, ["start", "end"], 15), ("Split", nil, ["num_outputs"], 18),
    ("Resize", nil, ["antialias", "axes", "keep_aspect_ratio_policy"], 18),
    ("ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean", 1, [], 18),
    ("ReduceMin ReduceProd ReduceSumSquare", 1, [], 18),
    ("AveragePool", nil, ["dilations"], 19),
    ("QuantizeLinear DequantizeLinear", nil, ["block_size"], 21),
  ]

  private static let typesByName: [String: [Types]] = types.reduce(into: [:]) { rows, row in
    for name in row.names.split(separator: " ") { rows[String(name), default: []].append(row) }
  }

  private typealias Types = (names: String, types: [ElementType], version: Int)

  private static let integers8: [ElementType] = [.int8, .uint8]
  private static let integers16: [ElementType] = [.int16, .uint16]
  private static let integers8To16: [ElementType] = integers8 + integers16
  private static let integers32To64: [ElementType] = [.int32, .int64, .uint32, .uint64]
  private static let integers: [ElementType] = integers8To16 + integers32To64
  private static let floats16To64: [ElementType] = [.float16, .float32, .float64]
  private static let floats8: [ElementType] = [
    .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
  ]
  /// Operators that move elements of any type, or give them another.
  private static let moving =
    "Cast CastLike DequantizeLinear Flatten Identity Pad Reshape Shape Size Squeeze Transpose Unsqueeze"

  /// Types of the first operand that operators take from a version on.
  private static let types: [Types] = [
    ("Flatten Greater Less", integers, 9), ("Gemm MatMul PRelu", integers32To64, 9),
    ("Equal", floats16To64, 11), ("Equal", integers8To16, 11), ("Pad TopK", integers, 11),
    ("Clip Max Min", integers, 12), ("MaxPool ReduceMax ReduceMin", integers8, 12),
    ("Pow", [.int32, .int64], 12), ("Pad", [.bool, .string], 13),
    ("Add Div Mul Sub", integers8To16, 14), ("Relu", [.int8, .int16, .int32, .int64], 14),
    ("CumSum", [.float16], 14), ("QuantizeLinear", [.float16], 19), ("Equal", [.string], 19),
    ("Cast CastLike DequantizeLinear Identity Reshape Shape Size", floats8, 19),
    ("IsInf", [.float16], 20), ("ReduceMax ReduceMin", [.bool], 20),
    ("Flatten Pad Squeeze Transpose Unsqueeze", floats8, 21), ("DequantizeLinear", integers16, 21),
    (moving, [.int4, .uint4], 21), (moving, [.float4e2m1], 23), (moving, [.float8e8m0], 24),
    (moving, [.int2, .uint2], 25), ("Range", [.float16], 27),
    ("Cast DequantizeLinear", [.float6e2m3, .float6e3m2], 28),
  ]

  private static let versions: [String: Int] = Dictionary(
    uniqueKeysWithValues: introduced.flatMap { version, names in
      names.split(separator: " ").map { (String($0), version) }
    })

  /// The newest version in the table.
  static let newest = introduced.map(\.version).max() ?? 0

  static let introduced: [(version: Int, names: String)] = [
    (7, "Acos Asin Atan Cos Multinomial Sin Tan"),
    (8, "Expand Scan"),
    (
      9,
      "Acosh Asinh Atanh Compress ConstantOfShape Cosh Erf EyeLike IsNaN MaxUnpool "
        + "MeanVarianceNormalization NonZero OneHot Scatter Shrink Sign Sinh TfIdfVectorizer Where"
    ),
    (
      10,
      "ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv "
        + "QLinearMatMul QuantizeLinear Resize ReverseSequence RoiAlign StringNormalizer "
        + "ThresholdedRelu"
    ),
    (
      11,
      "BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range "
        + "Round ScatterElements ScatterND SequenceAt SequenceConstruct SequenceEmpty "
        + "SequenceErase SequenceInsert SequenceLength SplitToSequence Unique"
    ),
    (
      12,
      "Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss"
    ),
    (14, "HardSwish Trilu"),
    (15, "Bernoulli CastLike Optional OptionalGetElement OptionalHasElement"),
    (16, "GridSample"),
    (
      17,
      "BlackmanWindow DFT HammingWindow HannWindow LayerNormalization MelWeightMatrix STFT "
        + "SequenceMap"
    ),
    (
      18,
      "BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im GroupNormalization Mish"
    ),
    (19, "DeformConv"),
    (20, "AffineGrid Gelu ImageDecoder RegexFullMatch StringConcat StringSplit"),
    (23, "Attention RMSNormalization RotaryEmbedding"),
    (24, "Swish TensorScatter"),
    (26, "BitCast CumProd"),
    (27, "CausalConvWithState LinearAttention"),
    (28, "SwiGLU"),
  ]
}
