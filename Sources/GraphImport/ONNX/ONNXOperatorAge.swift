/// The versions of the standard operator set that introduced its operators, from 7 on.
///
/// Source: the schemas of onnx 1.23 (`onnx.defs.get_all_schemas_with_history`); the differential tests
/// compare with them.
enum ONNXOperatorAge {
  /// The first version with an operator in the form that a node has; nil where that is older.
  static func firstVersion(of node: ONNXNode) -> Int? {
    // onnxruntime has had one of its own in the standard's name before.
    if node.operatorType == "LayerNormalization" { return nil }
    var first = versions[node.operatorType]
    for form in formsByName[node.operatorType] ?? [] {
      let isUsed =
        form.operands.map { node.inputs.count > $0 } ?? false
        || form.attributes.contains { node.attributes[$0] != nil }
      if isUsed { first = max(first ?? 0, form.version) }
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
