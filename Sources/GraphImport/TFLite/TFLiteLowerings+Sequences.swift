import OpGraph

/// TFLite operators on sequences, and those that select and place elements.
extension TFLiteLowerings {
  static let sequences: [TFLiteLowering] = [
    TFLiteLowering("UNIDIRECTIONAL_SEQUENCE_LSTM", fullLSTM),
    TFLiteLowering("UNIDIRECTIONAL_SEQUENCE_RNN", simpleRNN),
    TFLiteLowering("RNN", simpleRNN),
    TFLiteLowering("LSTM", lower: lstm),
    // Operands: input, feature weights (filters x features), time weights (filters x steps).
    TFLiteLowering("SVDF", lower: svdf),

    TFLiteLowering("TOPK_V2", TopK(axis: -1, count: nil)),
    TFLiteLowering("ONE_HOT") { op throws(LoweringError) in
      LoweredOperator(OneHot(axis: op.integer("axis", default: -1)))
    },
    TFLiteLowering("CUMSUM", SameShape("CumSum", operationsPerElement: 1)),
    TFLiteLowering("BITCAST", SameShape("BitCast", operationsPerElement: 0, kind: .dataMovement)),
    TFLiteLowering("DYNAMIC_UPDATE_SLICE", Scatter(reduces: false), operands: [0, 2, 1]),
    TFLiteLowering("COMPLEX_ABS", Elementwise(.absolute, resultType: .float32)),
    TFLiteLowering("REAL", Elementwise(.cast, resultType: .float32)),
    TFLiteLowering("IMAG", Elementwise(.cast, resultType: .float32)),
    TFLiteLowering(
      "MATRIX_SET_DIAG", SameShape("MatrixSetDiag", operationsPerElement: 0, kind: .dataMovement)),
  ]

  /// Operands: input, four input weights, four recurrent weights, three peepholes, four biases,
  /// projection and its bias, two states.
  private static let fullLSTM = TrainedCells(
    "LSTM", weights: Array(1...8) + [16], biases: Array(12...15) + [17], outputRows: 6,
    operationsPerElement: 21)

  /// Operands: input, input weights, recurrent weights, bias, state.
  private static let simpleRNN = TrainedCells(
    "RNN", weights: [1, 2], biases: [3], outputRows: 1, operationsPerElement: 4)

  /// The schema's kernel type: the full form has the operands of the sequence form, the basic one
  /// all weights in one operand: input, last result, weights, biases, last state.
  @Sendable private static func lstm(
    _ op: TFLiteOperatorReader
  ) throws(LoweringError) -> LoweredOperator {
    guard op.integer("kernel_type", default: 0) == 1 else {
      return LoweredOperator(fullLSTM)
    }
    return LoweredOperator(
      TrainedCells(
        "LSTM", weights: [2], biases: [3], outputRows: 2, rowsPerElement: 4,
        operationsPerElement: 21))
  }

  /// `rank` filters make one unit of the result.
  @Sendable private static func svdf(
    _ op: TFLiteOperatorReader
  ) throws(LoweringError) -> LoweredOperator {
    let rank = try op.positive("rank", default: 1)
    return try op.fused(
      TrainedCells(
        "SVDF", weights: [1, 2], biases: [3], outputRows: 1, rowsPerElement: rank,
        operationsPerElement: rank))
  }
}

extension TFLiteLowering {
  /// A row whose operands the file has in another order.
  fileprivate init(_ name: String, _ operation: any Operator, operands: [Int]) {
    self.init(name) { _ in LoweredOperator(operation, operands: operands) }
  }
}
