import Quantities
import OpGraph

/// TFLite operators that select and place elements.
extension TFLiteLowerings {
  static let selecting: [TFLiteLowering] = [
    TFLiteLowering("TOPK_V2", TopK(axis: -1, count: nil)),
    TFLiteLowering("ONE_HOT") { op throws(Problem) in
      LoweredOperator(OneHot(axis: op.integer("axis", default: -1)))
    },
    TFLiteLowering("WHERE") { op throws(Problem) in
      LoweredOperator(NonZero(rows: .elements, symbol: op.dataDependentSymbol))
    },
    TFLiteLowering("UNIQUE") { op throws(Problem) in
      LoweredOperator(
        Unique(
          results: .indices(op.resultTypes.last?.elementType ?? .int32),
          symbol: op.dataDependentSymbol))
    },
    TFLiteLowering("NON_MAX_SUPPRESSION_V4", PaddedNonMaxSuppression(givesScores: false)),
    TFLiteLowering("NON_MAX_SUPPRESSION_V5", PaddedNonMaxSuppression(givesScores: true)),
    // Operands: indices, updates, shape; or indices, shape, values, default.
    TFLiteLowering("SCATTER_ND", ScatterND(shape: 2, updates: 1, reduces: true)),
    TFLiteLowering("SPARSE_TO_DENSE", ScatterND(shape: 1, updates: 2, reduces: false)),
    .segments("SEGMENT_SUM", .segmentSum, countOperand: nil),
    .segments("UNSORTED_SEGMENT_SUM", .unsortedSegmentSum, countOperand: 2),
    .segments(
      "UNSORTED_SEGMENT_PROD", .unsortedSegmentProd, countOperand: 2, combining: .multiplies(1)),
    .segments("UNSORTED_SEGMENT_MAX", .unsortedSegmentMax, countOperand: 2),
    .segments("UNSORTED_SEGMENT_MIN", .unsortedSegmentMin, countOperand: 2),
    TFLiteLowering(
      "CUMSUM", SameShape(.cumSum, operationsPerElement: .adds(1), attributes: [1])),
    TFLiteLowering("BITCAST", lower: bitCast),
    TFLiteLowering("BUCKETIZE") { op throws(Problem) in
      // A binary search of each element among the boundaries.
      let boundaries = op.op.options.length("boundaries") ?? 0
      return LoweredOperator(
        SameShape(
          .bucketize,
          operationsPerElement: .adds(.fixed(Int.bitWidth - boundaries.leadingZeroBitCount)),
          resultTypes: [.int32]))
    },
    TFLiteLowering("BROADCAST_ARGS", BroadcastArgs()),
    TFLiteLowering("DYNAMIC_UPDATE_SLICE") { _ in
      LoweredOperator(Scatter(reduces: false), operands: [0, 2, 1])
    },
    TFLiteLowering("MATRIX_DIAG", MatrixDiag()),
    TFLiteLowering(
      "MATRIX_SET_DIAG",
      SameShape(.matrixSetDiag, operationsPerElement: .moves(1), kind: .dataMovement)),
    // Operands: input, distances between its elements in the result, what fills the gaps.
    TFLiteLowering("DILATE") { op throws(Problem) in
      let distances = try op.numbers(1)
      guard distances.allSatisfy({ $0 >= 1 }) else {
        throw Problem("dilations \(distances), expected numbers from 1 on")
      }
      let none = [Int](repeating: 0, count: distances.count)
      return LoweredOperator(
        // bounded: at least 1
        InteriorPad(.dilate, before: none, after: none, between: distances.map { $0 - 1 }))
    },
    TFLiteLowering("REDUCE_WINDOW", lower: reduceWindow),
    TFLiteLowering("RFFT2D", RFFT2D()),
    TFLiteLowering("COMPLEX_ABS", Elementwise(.absolute, resultType: .float32)),
    TFLiteLowering("REAL", Elementwise(.cast, resultType: .float32)),
    TFLiteLowering("IMAG", Elementwise(.cast, resultType: .float32)),
  ]

  /// Elements of another width change the last axis: it is split or merged to hold the same bits.
  @Sendable private static func bitCast(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let type = try op.resultType()
    guard let own = op.operand(0)?.type, own.elementType.bits != type.elementType.bits else {
      return LoweredOperator(
        SameShape(
          .bitCast, operationsPerElement: .moves(1), kind: .dataMovement,
          resultTypes: [type.elementType]))
    }
    return LoweredOperator(
      StatedShape(
        .bitCast, types: [type], kind: .dataMovement, operations: .perResult(.moves(1)),
        statedBatch: own.shape?.dimensions.first))
  }

  /// Operands: input, start value, window, strides, dilations of the window.
  @Sendable private static func reduceWindow(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let sizes = try op.numbers(2)
    let strides = try op.numbers(3)
    let dilations = try op.numbers(4)
    guard strides.count == sizes.count, dilations.count == sizes.count,
      (sizes + strides + dilations).allSatisfy({ $0 >= 1 })
    else {
      throw Problem("a window of \(sizes) with strides \(strides), dilations \(dilations)")
    }
    return LoweredOperator(
      ReduceWindow(
        sizes: sizes, strides: strides,
        imageDilations: [Int](repeating: 1, count: sizes.count), windowDilations: dilations,
        padding: [Int](repeating: 0, count: 2 * sizes.count), results: 1, operations: 1))
  }
}

extension TFLiteLowering {
  fileprivate static func segments(
    _ name: String, _ canonical: OperatorName, countOperand: Int?,
    combining operations: OperationCounts = .adds(1)
  ) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in
      LoweredOperator(
        SegmentReduction(
          canonical, countOperand: countOperand, symbol: op.dataDependentSymbol,
          operationsPerElement: operations))
    }
  }
}
