import Quantities
import OpGraph

/// TFLite's recurrent layers.
extension TFLiteLowerings {
  static let sequences: [TFLiteLowering] = [
    TFLiteLowering("UNIDIRECTIONAL_SEQUENCE_LSTM", fullLSTM),
    TFLiteLowering("UNIDIRECTIONAL_SEQUENCE_RNN", simpleRNN),
    TFLiteLowering("RNN", simpleRNN),
    TFLiteLowering("LSTM", lower: lstm),
    TFLiteLowering("BIDIRECTIONAL_SEQUENCE_LSTM") { op throws(Problem) in
      LoweredOperator(
        BidirectionalSequence(
          .bidirectionalLSTM, forward: lstm(first: 1, projection: 16, auxiliary: 40),
          backward: lstm(first: 18, projection: 33, auxiliary: 44),
          mergesResults: op.flag("merge_outputs")))
    },
    // Operands: input; for each direction weights, recurrent weights, bias, state; a second input
    // and its weights for each direction.
    TFLiteLowering("BIDIRECTIONAL_SEQUENCE_RNN") { op throws(Problem) in
      LoweredOperator(
        BidirectionalSequence(
          .bidirectionalRNN,
          forward: UnidirectionalSequence(
            .rnn, weights: [1, 2, 10], biases: [3], outputRows: 1,
            operationsPerElement: .plainCell),
          backward: UnidirectionalSequence(
            .rnn, weights: [5, 6, 11], biases: [7], outputRows: 5,
            operationsPerElement: .plainCell),
          mergesResults: op.flag("merge_outputs")))
    },
    // Operands: input, feature weights (filters x features), time weights (filters x steps).
    TFLiteLowering("SVDF", lower: svdf),
  ]

  /// Operands: input, four input weights, four recurrent weights, three peepholes, four biases,
  /// projection and its bias, two states.
  private static let fullLSTM = lstm(first: 1, projection: 16)

  /// - Parameters:
  ///   - first: The first of the input weights; recurrent weights, peepholes and biases follow.
  ///   - auxiliary: The first of four weights of a second input.
  // bounded: places of operands, which are literals below
  private static func lstm(
    first: Int, projection: Int, auxiliary: Int? = nil
  ) -> UnidirectionalSequence {
    UnidirectionalSequence(
      .lstm,
      weights: Array(first..<first + 8) + [projection]
        + (auxiliary.map { Array($0..<$0 + 4) } ?? []),
      biases: Array(first + 11..<first + 15) + [projection + 1], outputRows: first + 5,
      outputColumns: first + 5, operationsPerElement: .longShortTermCell)
  }

  /// Operands: input, input weights, recurrent weights, bias, state.
  private static let simpleRNN = UnidirectionalSequence(
    .rnn, weights: [1, 2], biases: [3], outputRows: 1, operationsPerElement: .plainCell)

  /// The schema's kernel type: the full form has the operands of the sequence form, the basic one
  /// all weights in one operand: input, last result, weights, biases, last state.
  @Sendable private static func lstm(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    guard op.integer("kernel_type", default: 0) == 1 else {
      return LoweredOperator(fullLSTM)
    }
    return LoweredOperator(
      UnidirectionalSequence(
        .lstm, weights: [2], biases: [3], outputRows: 2, rowsPerElement: 4,
        operationsPerElement: .longShortTermCell))
  }

  /// `rank` filters make one unit of the result.
  @Sendable private static func svdf(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let rank = try op.positive("rank", default: 1)
    return try op.fused(
      UnidirectionalSequence(
        .svdf, weights: [1, 2], biases: [3], outputRows: 1, rowsPerElement: rank,
        operationsPerElement: .adds(.fixed(rank))))
  }
}

extension OperationCounts {
  fileprivate static let plainCell = Recurrent.Cell.plain.operationsPerElement
  fileprivate static let longShortTermCell = Recurrent.Cell.longShortTerm.operationsPerElement
}
