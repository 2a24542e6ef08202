import OpGraph

/// What a kernel of TFLite Micro takes of the arena when it is prepared, in the order of its requests.
// bounded: ranks of tensors
struct MicroRequests {
  /// Buffers of the head that live while the operator runs.
  var scratch: [Int] = []
  /// Buffers of the tail that stay.
  var persistent: [Int] = []

  /// The sizes of a tensor, copied so that they can be changed.
  mutating func copySizes(of tensor: StoredProgram.Tensor?) {
    persistent.append(4 + 4 * (tensor?.shape.count ?? 0))
  }
}

/// A kernel of TFLite Micro: the memory that it takes besides its tensors.
///
/// Only what an operator needs is stated: most have no scratch and prepare nothing.
struct MicroKernel: Sendable {
  typealias Prepare = @Sendable (MicroCall, MicroTarget, inout MicroRequests) -> Void

  /// The method of `MicroMutableOpResolver` that registers it.
  let resolverMethod: String
  /// The parameters that are parsed from the operator's options.
  private(set) var parameters = MicroStructure()
  private(set) var parameterAlignment = 4
  /// What the kernel keeps for itself.
  private(set) var data: MicroStructure?
  private(set) var prepare: Prepare = { _, _, _ in }

  init(
    _ resolverMethod: String, parameters: MicroStructure = MicroStructure(),
    alignment: Int = 4, data: MicroStructure? = nil,
    prepare: @escaping Prepare = { _, _, _ in }
  ) {
    self.resolverMethod = resolverMethod
    self.parameters = parameters
    parameterAlignment = alignment
    self.data = data
    self.prepare = prepare
  }

  init(_ resolverMethod: String, _ parameters: Int, data: Int? = nil) {
    self.init(
      resolverMethod, parameters: MicroStructure(parameters),
      data: data.map { MicroStructure($0) })
  }

  /// The kernel of an operator; nil where TFLite Micro has none.
  static func named(_ name: String) -> MicroKernel? { table[name] }
}

// bounded: options of 32 bits, and numbers of operands
extension MicroKernel {
  /// All kernels that TFLite Micro registers, by the name in the schema or the custom operator's own.
  private static let table: [String: MicroKernel] =
    plain.merging(preparing) { $1 }.merging(signals) { $1 }

  /// Kernels that ask for nothing when they are prepared.
  private static let plain: [String: MicroKernel] = {
    let comparison = 0x20
    return [
      "ABS": MicroKernel("Abs", 0, data: 0x1c), "ADD": MicroKernel("Add", 8, data: 0x3c),
      "ARG_MAX": MicroKernel("ArgMax", 4), "ARG_MIN": MicroKernel("ArgMin", 4),
      "AVERAGE_POOL_2D": MicroKernel("AveragePool2D", 40, data: 0x20),
      "BATCH_TO_SPACE_ND": MicroKernel("BatchToSpaceNd", 0),
      "BROADCAST_ARGS": MicroKernel("BroadcastArgs", 0),
      "BROADCAST_TO": MicroKernel("BroadcastTo", 0),
      "CALL_ONCE": MicroKernel("CallOnce", 4, data: 8), "CAST": MicroKernel("Cast", 8),
      "CEIL": MicroKernel("Ceil", 0),
      "CONCATENATION": MicroKernel(
        "Concatenation", parameters: MicroStructure(8), data: MicroStructure(pointers: 2, 0x40)),
      "COS": MicroKernel("Cos", 0), "DEQUANTIZE": MicroKernel("Dequantize", 0, data: 0x20),
      "DIV": MicroKernel("Div", 4, data: 0x1c),
      "DYNAMIC_UPDATE_SLICE": MicroKernel("DynamicUpdateSlice", 0),
      "ELU": MicroKernel("Elu", 0, data: 0x100),
      "EQUAL": MicroKernel("Equal", 0, data: comparison), "EXP": MicroKernel("Exp", 0),
      "EXPAND_DIMS": MicroKernel("ExpandDims", 0), "FILL": MicroKernel("Fill", 0),
      "FLOOR": MicroKernel("Floor", 0), "FLOOR_DIV": MicroKernel("FloorDiv", 0),
      "FLOOR_MOD": MicroKernel("FloorMod", 0),
      "GREATER": MicroKernel("Greater", 0, data: comparison),
      "GREATER_EQUAL": MicroKernel("GreaterEqual", 0, data: comparison),
      "HARD_SWISH": MicroKernel("HardSwish", 0, data: 0x14),
      "IF": MicroKernel("If", 8, data: 8),
      "L2_NORMALIZATION": MicroKernel("L2Normalization", 4, data: 4),
      "LEAKY_RELU": MicroKernel("LeakyRelu", 4, data: 0x18),
      "LESS": MicroKernel("Less", 0, data: comparison),
      "LESS_EQUAL": MicroKernel("LessEqual", 0, data: comparison),
      "LOG": MicroKernel("Log", 0), "LOGICAL_AND": MicroKernel("LogicalAnd", 0),
      "LOGICAL_NOT": MicroKernel("LogicalNot", 0), "LOGICAL_OR": MicroKernel("LogicalOr", 0),
      "LOGISTIC": MicroKernel("Logistic", 0, data: 0x10),
      "MAX_POOL_2D": MicroKernel("MaxPool2D", 40, data: 0x20),
      "MAXIMUM": MicroKernel("Maximum", 0), "MINIMUM": MicroKernel("Minimum", 0),
      "MUL": MicroKernel("Mul", 4, data: 0x24), "NEG": MicroKernel("Neg", 0),
      "NOT_EQUAL": MicroKernel("NotEqual", 0, data: comparison), "PACK": MicroKernel("Pack", 8),
      "PAD": MicroKernel("Pad", 0, data: 0x38), "PADV2": MicroKernel("PadV2", 0, data: 0x38),
      "PRELU": MicroKernel("Prelu", 0, data: 0x1c),
      "QUANTIZE": MicroKernel("Quantize", 0, data: 0x20),
      "READ_VARIABLE": MicroKernel("ReadVariable", 0),
      "RELU": MicroKernel("Relu", 0, data: 0x1c), "RELU6": MicroKernel("Relu6", 0, data: 8),
      "RESHAPE": MicroKernel("Reshape", 36),
      "RESIZE_BILINEAR": MicroKernel(
        "ResizeBilinear", parameters: MicroStructure(2), alignment: 1),
      "RESIZE_NEAREST_NEIGHBOR": MicroKernel(
        "ResizeNearestNeighbor", parameters: MicroStructure(2), alignment: 1),
      "REVERSE_V2": MicroKernel("ReverseV2", 0), "ROUND": MicroKernel("Round", 0),
      "RSQRT": MicroKernel("Rsqrt", 0, data: 0x1c),
      "SELECT_V2": MicroKernel("SelectV2", 0, data: 1), "SHAPE": MicroKernel("Shape", 4),
      "SIN": MicroKernel("Sin", 0), "SLICE": MicroKernel("Slice", 0),
      "SPACE_TO_BATCH_ND": MicroKernel("SpaceToBatchNd", 0, data: 4),
      "SPLIT": MicroKernel("Split", 4), "SPLIT_V": MicroKernel("SplitV", 4),
      "SQRT": MicroKernel("Sqrt", 0), "SQUARE": MicroKernel("Square", 0),
      "SQUARED_DIFFERENCE": MicroKernel("SquaredDifference", 0, data: 0x70),
      "SQUEEZE": MicroKernel("Squeeze", 36),
      "STRIDED_SLICE": MicroKernel("StridedSlice", 24, data: 0x54),
      "SUB": MicroKernel("Sub", 8, data: 0x34), "TANH": MicroKernel("Tanh", 0, data: 0x10),
      "TRANSPOSE": MicroKernel("Transpose", 0), "UNPACK": MicroKernel("Unpack", 8),
      "VAR_HANDLE": MicroKernel(
        "VarHandle", parameters: MicroStructure(pointers: 2), alignment: 8,
        data: MicroStructure(4)),
      "WHILE": MicroKernel("While", 8, data: 8), "ZEROS_LIKE": MicroKernel("ZerosLike", 0),
    ]
  }()

  /// Kernels that ask for scratch, or keep more than a structure.
  private static let preparing: [String: MicroKernel] = [
    "ADD_N": MicroKernel("AddN") { call, target, requests in
      if call.output?.elementType == .int8 { requests.persistent.append(40) }
      requests.scratch.append(target.pointerBytes * call.inputs.count)
    },
    "ASSIGN_VARIABLE": MicroKernel("AssignVariable", 0, data: 4),
    "BATCH_MATMUL": MicroKernel(
      "BatchMatMul", parameters: MicroStructure(3), alignment: 1,
      data: MicroStructure(pointers: 3, 8), prepare: prepareBatchMatMul),
    "CONV_2D": MicroKernel(
      "Conv2D", parameters: MicroStructure(28), data: MicroStructure(pointers: 2, 0x40),
      prepare: prepareConvolution),
    "CUMSUM": MicroKernel("CumSum", parameters: MicroStructure(2), alignment: 1) {
      call, _, requests in
      if call.type(0) == .int8 { requests.persistent.append(0x24) }
    },
    "DEPTH_TO_SPACE": MicroKernel("DepthToSpace", parameters: MicroStructure(4)) {
      $2.copySizes(of: $0.output)
    },
    "DEPTHWISE_CONV_2D": MicroKernel(
      "DepthwiseConv2D", parameters: MicroStructure(28), data: MicroStructure(pointers: 2, 0x40),
      prepare: prepareConvolution),
    "EMBEDDING_LOOKUP": MicroKernel("EmbeddingLookup") { call, _, requests in
      requests.persistent.append(0x10)
      requests.copySizes(of: call.output)
    },
    "FULLY_CONNECTED": MicroKernel(
      "FullyConnected", parameters: MicroStructure(32), alignment: 8,
      data: MicroStructure(pointers: 2, 0x38), prepare: prepareFullyConnected),
    "GATHER": MicroKernel("Gather", parameters: MicroStructure(8)) {
      $2.copySizes(of: $0.output)
    },
    "GATHER_ND": MicroKernel("GatherNd") { $2.copySizes(of: $0.output) },
    "L2_POOL_2D": MicroKernel("L2Pool2D", parameters: MicroStructure(40)) {
      $2.copySizes(of: $0.output)
    },
    "LOG_SOFTMAX": MicroKernel("LogSoftmax") { call, _, requests in
      if call.type(0) == .int8 { requests.persistent.append(0x28) }
    },
    "MEAN": reduction("Mean", addsUp: true),
    "MIRROR_PAD": MicroKernel(
      "MirrorPad", parameters: MicroStructure(4), data: MicroStructure(0x14)
    ) { call, _, requests in
      let sizes = 4 * (call.input(0)?.shape.count ?? 0)
      requests.scratch += [sizes, sizes]
    },
    "REDUCE_ALL": reduction("ReduceAll"), "REDUCE_MAX": reduction("ReduceMax"),
    "REDUCE_MIN": reduction("ReduceMin"),
    "SOFTMAX": MicroKernel(
      "Softmax", parameters: MicroStructure(4), data: MicroStructure(pointers: 5, 0x28)
    ) { call, _, requests in
      // Two tables of 513 exponentials and reciprocals.
      if call.type(0) == .int16 { requests.persistent += [1026, 1026] }
    },
    "SPACE_TO_DEPTH": MicroKernel("SpaceToDepth", parameters: MicroStructure(4)) {
      $2.copySizes(of: $0.output)
    },
    "SUM": reduction("Sum", addsUp: true),
    "SVDF": MicroKernel(
      "Svdf", parameters: MicroStructure(12), data: MicroStructure(0x24), prepare: prepareSVDF),
    "TRANSPOSE_CONV": MicroKernel(
      "TransposeConv", parameters: MicroStructure(20), data: MicroStructure(pointers: 2, 0x48),
      prepare: prepareTransposedConvolution),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": MicroKernel(
      "UnidirectionalSequenceLSTM", parameters: MicroStructure(16), data: MicroStructure(0x2b0),
      prepare: prepareLSTM),
    // The addresses and sizes of all tensors, which the kernel asks for as scratch; counted with what stays,
    // so that the head is the plan that the compiler made.
    "ethos-u": MicroKernel(
      "EthosU", parameters: MicroStructure(), data: MicroStructure(12)
    ) { call, target, requests in
      let tensors = call.inputs.count + call.outputs.count
      requests.persistent += [8 * tensors, target.pointerBytes * tensors]
    },
    "TFLite_Detection_PostProcess": MicroKernel(
      "DetectionPostprocess", parameters: MicroStructure(), data: MicroStructure(0x70),
      prepare: prepareDetections),
  ]

  /// Custom operators that prepare sound.
  private static let signals: [String: MicroKernel] = [
    "SignalEnergy": MicroKernel("Energy", 0, data: 8),
    "SignalFftAutoScale": MicroKernel("FftAutoScale", 0),
    "SignalFilterBank": MicroKernel("FilterBank", data: MicroStructure(pointers: 6, 16)) {
      $2.persistent.append(saturated(8, times: $0.count("num_channels") + 1))
    },
    "SignalFilterBankLog": MicroKernel("FilterBankLog", 0, data: 8),
    "SignalFilterBankSpectralSubtraction": MicroKernel(
      "FilterBankSpectralSubtraction", data: MicroStructure(pointers: 2, 40)
    ) {
      $2.persistent.append(saturated(4, times: $0.count("num_channels")))
    },
    "SignalFilterBankSquareRoot": MicroKernel("FilterBankSquareRoot", 0),
    "SignalPCAN": MicroKernel("PCAN", 0, data: 4),
    "SignalRfft": MicroKernel(
      "Rfft", data: MicroStructure(pointers: 4, 16), prepare: prepareTransform),
    "SignalWindow": MicroKernel("Window", 0, data: 8),
  ]

  private static func reduction(_ method: String, addsUp: Bool = false) -> MicroKernel {
    MicroKernel(
      method, parameters: MicroStructure(1), alignment: 1, data: MicroStructure(0x2c)
    ) { call, _, requests in
      if addsUp, call.type(0) == .int8 || call.type(0) == .int16 {
        requests.scratch.append(saturated(4, times: call.output?.elements ?? 0))
      }
      requests.scratch.append(4 * (call.input(0)?.shape.count ?? 0))
      requests.scratch.append(saturated(4, times: call.input(1)?.elements ?? 0))
    }
  }
}
