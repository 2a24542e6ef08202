/// The names of all canonical operators: those that docs/operators.md lists, and those that depend on
/// attributes, which it has a dash for.
enum CanonicalNames {
  static let all = list.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let list = """
    Abs Acos Acosh Adagrad Adam Add Affine AffineGrid And ArgMax ArgMin ArrayFeatureExtractor
    Asin Asinh AssignVariable Atan Atan2 Atanh Attention AudioSpectrogram AveragePool1D
    AveragePool2D AveragePool3D BatchNormalization BatchToSpace Bernoulli BiasAdd BiasDropout
    BiasFastGeluGrad BiasGelu BiasGeluGrad BiasSoftmax BiasSplitGelu BidirectionalLSTM
    BidirectionalRNN Binarizer BipolarQuant BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr
    BitwiseXor BlackmanWindow BroadcastArgs BroadcastGradientArgs BroadcastInDim Bucketize CALL
    CALL_ONCE Cast CastLike CastMap CategoryMapper CausalConv Cbrt CDist Ceil Celu CenterCropPad
    Clip Col2Im Compress Concat ConcatEmbeddings ConcatFromSequence Constant Conv1D Conv2D
    Conv3D ConvTranspose1D ConvTranspose2D ConvTranspose3D Cos Cosh CumProd CumSum Densify
    DepthToSpace DepthwiseConv2D Dequantize Det DetectionPostProcess DFT DictVectorizer Dilate
    Div DynamicQuantize Einsum Elu EmbeddingLookupSparse EmbedLayerNormalization Equal Erf Exp
    Expand EyeLike FastGelu FastGeluGrad FeatureVectorizer Fill Flatten FlexAsString
    FlexDecodeRaw FlexExtractImagePatches FlexRaggedGather FlexRaggedRange
    FlexRaggedTensorToTensor FlexReduceJoin FlexRegexFullMatch FlexRegexReplace
    FlexSentencepieceTokenizeOp FlexStaticRegexReplace FlexStringJoin FlexStringLength
    FlexStringLower FlexStringSplitV2 FlexStringStrip FlexStringToHashBucketFast
    FlexStringToNumber FlexStringUpper FlexSubstr FlexTensorListFromTensor FlexTensorListGetItem
    FlexTensorListLength FlexTensorListReserve FlexTensorListSetItem FlexTensorListStack
    FlexUnicodeDecode FlexUnicodeDecodeWithOffsets FlexUnicodeEncode
    FlexWhitespaceTokenizeWithOffsets FloatQuant Floor FloorDiv FullyConnected Gather
    GatherBlockQuantized GatherElements GatherGrad GatherND Gelu GeluGrad GlobalAveragePool
    GlobalMaxPool Gradient Greater GreaterOrEqual GridSample GroupNormalization GRU
    HammingWindow HannWindow Hardmax HardSigmoid HardSwish HashTable HashTableFind
    HashTableImport HashtableLookup HashTableSize Identity If ImageDecoder ImageScaler Imputer
    InstanceNormalization Iota IsInf IsNaN L2Normalization LabelEncoder
    Landmarks2TransformMatrix Landmarks2TransformMatrixV2 LayerNormalization
    LayerNormalizationGrad LeakyRelu Less LessOrEqual LinearAttention LinearClassifier
    LinearRegressor Log LogSoftmax Loop LpNormalization LpPool1D LpPool2D LpPool3D LRN
    LSHProjection LSTM MatMul MatrixDiag MatrixSetDiag Max MaxPool1D MaxPool2D MaxPool3D
    MaxPoolWithArgmax2D MaxRoiPool MaxUnpool MaxUnpooling2D Mean MeanVarianceNormalization
    MelWeightMatrix Mfcc Min Mish MixtureOfExperts Mod Momentum Mul Multinomial MultiThreshold
    MurmurHash3 Neg NegativeLogLikelihoodLoss NGramRepeatBlock NonMaxSuppression NonZero
    Normalizer Not NotEqual OneHot OneHotEncoder Optional OptionalGetElement OptionalHasElement
    Or Pack PackedMatMul Pad ParametricSoftplus Pow PRelu Quant Quantize RandomNormal
    RandomNormalLike RandomUniform RandomUniformLike Range Rank ReadVariable Reciprocal Reduce
    ReduceAll ReduceAny ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
    ReduceMin ReduceProd ReduceSum ReduceSumSquare ReduceWindow RegexFullMatch
    RelativePositionBias Relu Relu0To1 Relu6 ReluGrad ReluN1To1 RemovePadding Reshape
    ResizeCubic ResizeLinear ResizeNearest ResizeNearestNeighborBatched RestorePadding Reverse
    RFFT2D RMSNormalization RngBitGenerator RNN RoiAlign Roll RotaryEmbedding Round Rsqrt Scale
    ScaledSiLU ScaledTanh Scaler Scan Scatter ScatterND SegmentSum SelfAttention Selu
    SentencepieceModel SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert
    SequenceLength SequenceMap Shape Shrink Sigmoid Sign SignalDelay SignalEnergy
    SignalFftAutoScale SignalFilterBank SignalFilterBankLog SignalFilterBankSpectralSubtraction
    SignalFilterBankSquareRoot SignalFramer SignalIrfft SignalOverlapAdd SignalPCAN SignalRfft
    SignalStacker SignalWindow SignBit Sin Sinh Size SkipGram SkipGroupNormalization
    SkipLayerNormalization SkipRMSNormalization Slice SliceGrad Softmax SoftmaxCrossEntropyGrad
    SoftmaxCrossEntropyLoss SoftmaxGrad Softplus Softsign Sort SpaceToBatch SpaceToDepth
    SparseToDense Split SplitToSequence Sqrt Square SquaredDifference Squeeze
    STABLEHLO_COMPOSITE STFT StridedSlice StringNormalizer StringSplit Sub Sum SVDF
    SVMClassifier SVMRegressor SwiGLU Swish Tan Tanh TfIdfVectorizer ThresholdedRelu Tile TopK
    TransformLandmarks TransformTensorBilinear Transpose TreeEnsemble TreeEnsembleClassifier
    TreeEnsembleRegressor Trilu Trunc UnfoldTensor Unique Unpack UnsortedSegmentMax
    UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum Unsqueeze VarHandle Where While
    Xor ZerosLike ZipMap
    """
}
