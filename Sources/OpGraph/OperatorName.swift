/// The name of a canonical operator, as reports, device profiles and fusion patterns write it.
///
/// An operator of a file that has no rules here is `opaque`; its title is the file's own name.
package enum OperatorName: String, Hashable, Sendable, CaseIterable, Codable, CodingKeyRepresentable
{
  // Convolutions and pooling, by the number of spatial axes.
  case conv1D = "Conv1D", conv2D = "Conv2D", conv3D = "Conv3D", convND = "ConvND"
  case depthwiseConv1D = "DepthwiseConv1D", depthwiseConv2D = "DepthwiseConv2D"
  case depthwiseConv3D = "DepthwiseConv3D", depthwiseConvND = "DepthwiseConvND"
  case convTranspose1D = "ConvTranspose1D", convTranspose2D = "ConvTranspose2D"
  case convTranspose3D = "ConvTranspose3D", convTransposeND = "ConvTransposeND"
  case maxPool1D = "MaxPool1D", maxPool2D = "MaxPool2D", maxPool3D = "MaxPool3D"
  case maxPoolND = "MaxPoolND", averagePool1D = "AveragePool1D", averagePool2D = "AveragePool2D"
  case averagePool3D = "AveragePool3D", averagePoolND = "AveragePoolND", lpPool1D = "LpPool1D"
  case lpPool2D = "LpPool2D", lpPool3D = "LpPool3D", lpPoolND = "LpPoolND"
  case causalConv = "CausalConv", globalAveragePool = "GlobalAveragePool"
  case globalMaxPool = "GlobalMaxPool", maxPoolWithArgmax2D = "MaxPoolWithArgmax2D"
  case maxUnpool = "MaxUnpool", maxUnpooling2D = "MaxUnpooling2D", reduceWindow = "ReduceWindow"

  // Matrix products.
  case matMul = "MatMul", packedMatMul = "PackedMatMul", fullyConnected = "FullyConnected"
  case einsum = "Einsum", mixtureOfExperts = "MixtureOfExperts", cDist = "CDist", det = "Det"

  // Attention and embeddings.
  case attention = "Attention", linearAttention = "LinearAttention", selfAttention = "SelfAttention"
  case relativePositionBias = "RelativePositionBias", rotaryEmbedding = "RotaryEmbedding"
  case concatEmbeddings = "ConcatEmbeddings", embedLayerNormalization = "EmbedLayerNormalization"
  case embeddingLookupSparse = "EmbeddingLookupSparse", hashtableLookup = "HashtableLookup"
  case lshProjection = "LSHProjection", nGramRepeatBlock = "NGramRepeatBlock", skipGram = "SkipGram"

  // Recurrent layers.
  case rnn = "RNN", gru = "GRU", lstm = "LSTM", svdf = "SVDF", bidirectionalRNN = "BidirectionalRNN"
  case bidirectionalLSTM = "BidirectionalLSTM"

  // Activations.
  case relu = "Relu", relu6 = "Relu6", reluN1To1 = "ReluN1To1", relu0To1 = "Relu0To1"
  case leakyRelu = "LeakyRelu", pRelu = "PRelu", thresholdedRelu = "ThresholdedRelu", elu = "Elu"
  case selu = "Selu", celu = "Celu", sigmoid = "Sigmoid", hardSigmoid = "HardSigmoid", tanh = "Tanh"
  case signBit = "SignBit", hardSwish = "HardSwish", swish = "Swish", gelu = "Gelu", mish = "Mish"
  case softplus = "Softplus", softsign = "Softsign", shrink = "Shrink", fastGelu = "FastGelu"
  case biasGelu = "BiasGelu", biasSplitGelu = "BiasSplitGelu", scaledSiLU = "ScaledSiLU"
  case swiGLU = "SwiGLU", parametricSoftplus = "ParametricSoftplus", scaledTanh = "ScaledTanh"
  case softmax = "Softmax", logSoftmax = "LogSoftmax", biasSoftmax = "BiasSoftmax"
  case hardmax = "Hardmax"

  // Elementwise arithmetic.
  case add = "Add", sub = "Sub", mul = "Mul", div = "Div", pow = "Pow", max = "Max", min = "Min"
  case mean = "Mean", sum = "Sum", mod = "Mod", floorDiv = "FloorDiv"
  case squaredDifference = "SquaredDifference", and = "And", or = "Or", xor = "Xor", not = "Not"
  case bitwiseAnd = "BitwiseAnd", bitwiseOr = "BitwiseOr", bitwiseXor = "BitwiseXor"
  case bitwiseNot = "BitwiseNot", bitShift = "BitShift", equal = "Equal", notEqual = "NotEqual"
  case less = "Less", lessOrEqual = "LessOrEqual", greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual", abs = "Abs", neg = "Neg", sign = "Sign"
  case reciprocal = "Reciprocal", floor = "Floor", ceil = "Ceil", round = "Round", sqrt = "Sqrt"
  case rsqrt = "Rsqrt", square = "Square", cbrt = "Cbrt", exp = "Exp", log = "Log", erf = "Erf"
  case sin = "Sin", cos = "Cos", tan = "Tan", asin = "Asin", acos = "Acos", atan = "Atan"
  case atan2 = "Atan2", sinh = "Sinh", cosh = "Cosh", asinh = "Asinh", acosh = "Acosh"
  case atanh = "Atanh", clip = "Clip", `where` = "Where", isNaN = "IsNaN", isInf = "IsInf"
  case cast = "Cast", castLike = "CastLike", bitCast = "BitCast", affine = "Affine"
  case biasAdd = "BiasAdd", biasDropout = "BiasDropout", scale = "Scale"
  case imageScaler = "ImageScaler", bucketize = "Bucketize", cumSum = "CumSum", cumProd = "CumProd"
  case murmurHash3 = "MurmurHash3"

  // Normalization.
  case batchNormalization = "BatchNormalization", layerNormalization = "LayerNormalization"
  case instanceNormalization = "InstanceNormalization", groupNormalization = "GroupNormalization"
  case rmsNormalization = "RMSNormalization", lrn = "LRN", l2Normalization = "L2Normalization"
  case lpNormalization = "LpNormalization", meanVarianceNormalization = "MeanVarianceNormalization"
  case skipLayerNormalization = "SkipLayerNormalization"
  case skipGroupNormalization = "SkipGroupNormalization"
  case skipRMSNormalization = "SkipRMSNormalization"

  // Reductions.
  case reduceMean = "ReduceMean", reduceSum = "ReduceSum", reduceProd = "ReduceProd"
  case reduceMax = "ReduceMax", reduceMin = "ReduceMin", reduceAny = "ReduceAny"
  case reduceAll = "ReduceAll", reduceL1 = "ReduceL1", reduceL2 = "ReduceL2"
  case reduceLogSum = "ReduceLogSum", reduceLogSumExp = "ReduceLogSumExp"
  case reduceSumSquare = "ReduceSumSquare", argMax = "ArgMax", argMin = "ArgMin", reduce = "Reduce"
  case segmentSum = "SegmentSum", unsortedSegmentSum = "UnsortedSegmentSum"
  case unsortedSegmentProd = "UnsortedSegmentProd", unsortedSegmentMax = "UnsortedSegmentMax"
  case unsortedSegmentMin = "UnsortedSegmentMin", sort = "Sort", topK = "TopK"

  // Quantization.
  case quantize = "Quantize", dequantize = "Dequantize", dynamicQuantize = "DynamicQuantize"
  case dynamicBlockQuantize = "DynamicBlockQuantize"
  case fakeQuantize = "FakeQuantize", quant = "Quant", bipolarQuant = "BipolarQuant"
  case floatQuant = "FloatQuant", trunc = "Trunc", multiThreshold = "MultiThreshold"

  // Shapes.
  case reshape = "Reshape", flatten = "Flatten", squeeze = "Squeeze", unsqueeze = "Unsqueeze"
  case identity = "Identity", shape = "Shape", size = "Size", rank = "Rank"
  case broadcastArgs = "BroadcastArgs"

  // Constants, ranges and random numbers.
  case constant = "Constant", fill = "Fill", zerosLike = "ZerosLike", eyeLike = "EyeLike"
  case range = "Range", iota = "Iota", randomNormal = "RandomNormal"
  case randomUniform = "RandomUniform", randomNormalLike = "RandomNormalLike"
  case randomUniformLike = "RandomUniformLike", bernoulli = "Bernoulli", multinomial = "Multinomial"
  case rngBitGenerator = "RngBitGenerator"

  // Data movement.
  case concat = "Concat", split = "Split", pack = "Pack", unpack = "Unpack", transpose = "Transpose"
  case tile = "Tile", expand = "Expand", broadcastInDim = "BroadcastInDim", reverse = "Reverse"
  case roll = "Roll", pad = "Pad", centerCropPad = "CenterCropPad", dilate = "Dilate"
  case slice = "Slice", stridedSlice = "StridedSlice", depthToSpace = "DepthToSpace"
  case spaceToDepth = "SpaceToDepth", batchToSpace = "BatchToSpace", spaceToBatch = "SpaceToBatch"
  case unfoldTensor = "UnfoldTensor", im2Col = "Im2Col", reorderChannels = "ReorderChannels"
  case decode = "Decode", hadamardRotation = "HadamardRotation", removePadding = "RemovePadding"
  case restorePadding = "RestorePadding", matrixDiag = "MatrixDiag", matrixSetDiag = "MatrixSetDiag"
  case trilu = "Trilu", densify = "Densify"

  // Indexing and selection.
  case gather = "Gather", gatherElements = "GatherElements", gatherND = "GatherND"
  case gatherBlockQuantized = "GatherBlockQuantized", scatter = "Scatter", scatterND = "ScatterND"
  case sparseToDense = "SparseToDense", oneHot = "OneHot", nonZero = "NonZero"
  case compress = "Compress", unique = "Unique", nonMaxSuppression = "NonMaxSuppression"
  case detectionPostProcess = "DetectionPostProcess"

  // Images.
  case resizeNearest = "ResizeNearest", resizeLinear = "ResizeLinear", resizeCubic = "ResizeCubic"
  case gridSample = "GridSample", affineGrid = "AffineGrid", roiAlign = "RoiAlign"
  case maxRoiPool = "MaxRoiPool", col2Im = "Col2Im", imageDecoder = "ImageDecoder"
  case transformTensorBilinear = "TransformTensorBilinear"
  case transformLandmarks = "TransformLandmarks"
  case landmarks2TransformMatrix = "Landmarks2TransformMatrix"
  case landmarks2TransformMatrixV2 = "Landmarks2TransformMatrixV2"
  case resizeNearestNeighborBatched = "ResizeNearestNeighborBatched"

  // Signals.
  case dft = "DFT", stft = "STFT", rfft2D = "RFFT2D", hannWindow = "HannWindow"
  case hammingWindow = "HammingWindow", blackmanWindow = "BlackmanWindow"
  case melWeightMatrix = "MelWeightMatrix", audioSpectrogram = "AudioSpectrogram", mfcc = "Mfcc"
  case signalWindow = "SignalWindow", signalFftAutoScale = "SignalFftAutoScale"
  case signalRfft = "SignalRfft", signalIrfft = "SignalIrfft", signalEnergy = "SignalEnergy"
  case signalFilterBank = "SignalFilterBank"
  case signalFilterBankSquareRoot = "SignalFilterBankSquareRoot"
  case signalFilterBankSpectralSubtraction = "SignalFilterBankSpectralSubtraction"
  case signalFilterBankLog = "SignalFilterBankLog", signalPCAN = "SignalPCAN"
  case signalDelay = "SignalDelay", signalFramer = "SignalFramer", signalStacker = "SignalStacker"
  case signalOverlapAdd = "SignalOverlapAdd"

  // Control flow.
  case call = "Call", `if` = "If", loop = "Loop", `while` = "While", scan = "Scan"
  case sequenceMap = "SequenceMap"

  // Sequences and optionals.
  case sequenceConstruct = "SequenceConstruct", sequenceEmpty = "SequenceEmpty"
  case sequenceInsert = "SequenceInsert", sequenceErase = "SequenceErase", sequenceAt = "SequenceAt"
  case sequenceLength = "SequenceLength", concatFromSequence = "ConcatFromSequence"
  case splitToSequence = "SplitToSequence", optional = "Optional"
  case optionalGetElement = "OptionalGetElement", optionalHasElement = "OptionalHasElement"

  // Variables and tables.
  case varHandle = "VarHandle", readVariable = "ReadVariable", assignVariable = "AssignVariable"
  case hashTable = "HashTable", hashTableImport = "HashTableImport", hashTableFind = "HashTableFind"
  case hashTableSize = "HashTableSize", sentencepieceModel = "SentencepieceModel"

  // Text.
  case stringNormalizer = "StringNormalizer", stringSplit = "StringSplit"
  case tfIdfVectorizer = "TfIdfVectorizer", regexFullMatch = "RegexFullMatch"

  // Classical models.
  case scaler = "Scaler", normalizer = "Normalizer", imputer = "Imputer", binarizer = "Binarizer"
  case labelEncoder = "LabelEncoder", categoryMapper = "CategoryMapper", castMap = "CastMap"
  case dictVectorizer = "DictVectorizer", arrayFeatureExtractor = "ArrayFeatureExtractor"
  case featureVectorizer = "FeatureVectorizer", oneHotEncoder = "OneHotEncoder", zipMap = "ZipMap"
  case linearClassifier = "LinearClassifier", linearRegressor = "LinearRegressor"
  case svmClassifier = "SVMClassifier", svmRegressor = "SVMRegressor", treeEnsemble = "TreeEnsemble"
  case treeEnsembleClassifier = "TreeEnsembleClassifier"
  case treeEnsembleRegressor = "TreeEnsembleRegressor"

  // Training.
  case adagrad = "Adagrad", adam = "Adam", momentum = "Momentum", gradient = "Gradient"
  case negativeLogLikelihoodLoss = "NegativeLogLikelihoodLoss"
  case softmaxCrossEntropyLoss = "SoftmaxCrossEntropyLoss"
  case softmaxCrossEntropyGrad = "SoftmaxCrossEntropyGrad", softmaxGrad = "SoftmaxGrad"
  case layerNormalizationGrad = "LayerNormalizationGrad", reluGrad = "ReluGrad"
  case geluGrad = "GeluGrad", fastGeluGrad = "FastGeluGrad", biasGeluGrad = "BiasGeluGrad"
  case biasFastGeluGrad = "BiasFastGeluGrad", sliceGrad = "SliceGrad", gatherGrad = "GatherGrad"
  case broadcastGradientArgs = "BroadcastGradientArgs", convGrad = "ConvGrad"
  case sigmoidGrad = "SigmoidGrad", tanhGrad = "TanhGrad", quickGeluGrad = "QuickGeluGrad"
  case leakyReluGrad = "LeakyReluGrad", logSoftmaxGrad = "LogSoftmaxGrad"
  case dropoutGrad = "DropoutGrad"

  // TensorFlow's own operators, whose results only the file describes.
  case flexUnicodeDecodeWithOffsets = "FlexUnicodeDecodeWithOffsets"
  case flexUnicodeDecode = "FlexUnicodeDecode", flexUnicodeEncode = "FlexUnicodeEncode"
  case flexWhitespaceTokenizeWithOffsets = "FlexWhitespaceTokenizeWithOffsets"
  case flexSentencepieceTokenizeOp = "FlexSentencepieceTokenizeOp"
  case flexStaticRegexReplace = "FlexStaticRegexReplace", flexRegexReplace = "FlexRegexReplace"
  case flexRegexFullMatch = "FlexRegexFullMatch", flexStringLower = "FlexStringLower"
  case flexStringUpper = "FlexStringUpper", flexStringStrip = "FlexStringStrip"
  case flexStringSplitV2 = "FlexStringSplitV2", flexStringJoin = "FlexStringJoin"
  case flexReduceJoin = "FlexReduceJoin", flexStringToHashBucketFast = "FlexStringToHashBucketFast"
  case flexStringToNumber = "FlexStringToNumber", flexAsString = "FlexAsString"
  case flexStringLength = "FlexStringLength", flexDecodeRaw = "FlexDecodeRaw"
  case flexSubstr = "FlexSubstr", flexRaggedRange = "FlexRaggedRange"
  case flexRaggedTensorToTensor = "FlexRaggedTensorToTensor", flexRaggedGather = "FlexRaggedGather"
  case flexTensorListReserve = "FlexTensorListReserve"
  case flexTensorListSetItem = "FlexTensorListSetItem"
  case flexTensorListGetItem = "FlexTensorListGetItem", flexTensorListStack = "FlexTensorListStack"
  case flexTensorListFromTensor = "FlexTensorListFromTensor"
  case flexTensorListLength = "FlexTensorListLength"
  case flexExtractImagePatches = "FlexExtractImagePatches"

  // What has no name of its own here: an operator without rules.
  case opaque = "Opaque"
}

extension OperatorName: CustomStringConvertible {
  package var description: String { rawValue }
}

extension OperatorName {
  /// The name of an operator over so many spatial axes.
  static func of(
    spatialAxes count: Int, _ one: OperatorName, _ two: OperatorName, _ three: OperatorName,
    more: OperatorName
  ) -> OperatorName {
    switch count {
    case 1: one
    case 2: two
    case 3: three
    default: more
    }
  }
}
