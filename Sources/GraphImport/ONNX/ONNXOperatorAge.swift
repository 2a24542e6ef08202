/// The versions of the standard operator set that introduced its operators, from 7 on.
///
/// Source: the schemas of onnx 1.23 (`onnx.defs.get_all_schemas_with_history`); the differential tests
/// compare with them.
enum ONNXOperatorAge {
  /// The first version with an operator; nil where that is older.
  static func firstVersion(of operatorType: String) -> Int? { versions[operatorType] }

  /// The first version in which an operator has a second operand, which was an attribute before.
  static func firstVersion(ofOperandOf operatorType: String) -> Int? {
    switch operatorType {
    case "ReduceSum", "Squeeze", "Unsqueeze", "Split": 13
    case let name where name.hasPrefix("Reduce"): 18
    case "Clip", "Pad": 11
    case "Slice", "TopK": 10
    case "Upsample": 9
    case "Reshape": 5
    default: nil
    }
  }

  private static let versions: [String: Int] = Dictionary(
    uniqueKeysWithValues: introduced.flatMap { version, names in
      names.split(separator: " ").map { (String($0), version) }
    })

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
