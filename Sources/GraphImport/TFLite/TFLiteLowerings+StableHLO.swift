import Quantities
import OpGraph

/// The operators of StableHLO that a TFLite file may hold.
///
/// Their results' types are part of the file, so an operator without options that state it (reshape,
/// iota, broadcast_in_dim) takes the file's word.
extension TFLiteLowerings {
  static let stableHLO: [TFLiteLowering] = [
    .activation("STABLEHLO_LOGISTIC", .sigmoid),
    .activation("STABLEHLO_TANH", .tanh),
    .elementwise("STABLEHLO_ADD", .add),
    .elementwise("STABLEHLO_SUBTRACT", .subtract),
    .elementwise("STABLEHLO_MULTIPLY", .multiply),
    .elementwise("STABLEHLO_DIVIDE", .divide),
    .elementwise("STABLEHLO_MAXIMUM", .maximum),
    .elementwise("STABLEHLO_MINIMUM", .minimum),
    .elementwise("STABLEHLO_POWER", .power),
    .elementwise("STABLEHLO_REMAINDER", .remainder),
    .elementwise("STABLEHLO_AND", .bitwiseAnd),
    .elementwise("STABLEHLO_OR", .bitwiseOr),
    .elementwise("STABLEHLO_SHIFT_LEFT", .shift),
    .elementwise("STABLEHLO_ABS", .absolute),
    .elementwise("STABLEHLO_NEGATE", .negate),
    .elementwise("STABLEHLO_FLOOR", .floor),
    .elementwise("STABLEHLO_COSINE", .cosine),
    .elementwise("STABLEHLO_EXPONENTIAL", .exponential),
    .elementwise("STABLEHLO_LOG", .logarithm),
    .elementwise("STABLEHLO_RSQRT", .reciprocalSquareRoot),
    .elementwise("STABLEHLO_CBRT", .cubeRoot),
    .elementwise("STABLEHLO_CONVERT", .cast),
    .elementwise("STABLEHLO_SELECT", .select),
    // Operands: lower limit, input, upper limit; the limits may be scalars.
    TFLiteLowering("STABLEHLO_CLAMP") { _ in
      LoweredOperator(Elementwise(.clip, broadcastOperands: 1), operands: [1, 0, 2])
    },
    TFLiteLowering("STABLEHLO_COMPARE", lower: compare),

    TFLiteLowering("STABLEHLO_RESHAPE", lower: reshape),
    TFLiteLowering("STABLEHLO_BROADCAST_IN_DIM") { op throws(Problem) in
      try stated(.broadcastInDim, op)
    },
    TFLiteLowering("STABLEHLO_IOTA") { op throws(Problem) in try stated(.iota, op) },
    TFLiteLowering("STABLEHLO_RNG_BIT_GENERATOR") { op throws(Problem) in
      LoweredOperator(
        StatedShape(
          .rngBitGenerator, types: op.resultTypes, operations: .perResult(.adds(1)),
          // The first result is the generator's state.
          isRepeatable: false, countedResult: 1))
    },
    TFLiteLowering("STABLEHLO_CONCATENATE") { op throws(Problem) in
      LoweredOperator(Concat(axis: op.integer("dimension", default: 0)))
    },
    TFLiteLowering("STABLEHLO_TRANSPOSE") { op throws(Problem) in
      LoweredOperator(
        Transpose(permutation: try op.integers("permutation"), reversesByDefault: false))
    },
    TFLiteLowering("STABLEHLO_SLICE", lower: slice),
    TFLiteLowering("STABLEHLO_DYNAMIC_SLICE") { op throws(Problem) in
      LoweredOperator(DynamicSlice(sizes: try op.integers("slice_sizes")))
    },
    // Operands: tensor, update, then a place for each axis.
    TFLiteLowering("STABLEHLO_DYNAMIC_UPDATE_SLICE") { op throws(Problem) in
      LoweredOperator(Scatter(reduces: false), operands: [0, 2, 1])
    },
    TFLiteLowering("STABLEHLO_PAD") { op throws(Problem) in
      let between = try op.integers("interior_padding")
      guard between.allSatisfy({ $0 >= 0 }) else {
        throw Problem("option 'interior_padding' is \(between)")
      }
      return LoweredOperator(
        InteriorPad(
          .pad, before: try op.integers("edge_padding_low"),
          after: try op.integers("edge_padding_high"), between: between))
    },
    TFLiteLowering("STABLEHLO_GATHER") { op throws(Problem) in
      LoweredOperator(
        GeneralGather(
          offsetAxes: try op.integers("offset_dims"),
          collapsedAxes: try op.integers("collapsed_slice_dims"),
          vectorAxis: op.integer("index_vector_dim", default: 0),
          sliceSizes: try op.integers("slice_sizes")))
    },
    TFLiteLowering("STABLEHLO_SCATTER") { op throws(Problem) in
      LoweredOperator(Scatter(reduces: op.bodySize("update_computation_subgraph_index") > 0))
    },
    TFLiteLowering("STABLEHLO_SORT") { op throws(Problem) in
      LoweredOperator(
        Sort(
          axis: op.integer("dimension", default: 0),
          operations: max(1, op.bodySize("comparator_subgraph_index"))))
    },
    TFLiteLowering("STABLEHLO_REDUCE") { op throws(Problem) in
      // Operands: tensors, then a start value for each.
      LoweredOperator(
        Reduce(
          axes: try op.integers("dimensions"), results: op.operands.count / 2,
          operations: op.bodySize("body_subgraph_index")))
    },
    TFLiteLowering("STABLEHLO_REDUCE_WINDOW", lower: reduceWindow),
    TFLiteLowering("STABLEHLO_DOT_GENERAL", lower: dotGeneral),
    TFLiteLowering("STABLEHLO_CONVOLUTION", lower: convolution),
  ]

  private static func stated(
    _ name: OperatorName, _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      StatedShape(
        name, types: [try op.resultType()], kind: .dataMovement, operations: .perResult(.moves(1))))
  }

  /// The schema's comparison directions in order.
  private static let comparisons: [Elementwise.Function] = [
    .equal, .notEqual, .greaterOrEqual, .greater, .lessOrEqual, .less,
  ]

  @Sendable private static func compare(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let direction = op.integer("comparison_direction", default: 0)
    guard comparisons.indices.contains(direction) else {
      throw Problem("option 'comparison_direction' is \(direction)")
    }
    return LoweredOperator(Elementwise(comparisons[direction], resultType: .bool))
  }

  @Sendable private static func reshape(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    guard let sizes = try op.resultType().shape?.dimensions.map(\.fixedValue),
      sizes.allSatisfy({ $0 != nil })
    else { throw Problem("the file does not say the result's shape") }
    return LoweredOperator(Reshape(.fixed(sizes.compactMap { $0 }, zeroIsLiteral: true)))
  }

  @Sendable private static func slice(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let starts = try op.integers("start_indices")
    let limits = try op.integers("limit_indices")
    let strides = try op.positives("strides", count: starts.count)
    guard limits.count == starts.count,
      zip(starts, limits).allSatisfy({ 0 <= $0 && $0 <= $1 && $1 <= TensorType.maximumElements })
    else { throw Problem("a slice from \(starts) to before \(limits)") }
    return LoweredOperator(
      DynamicSlice(
        // bounded: at most 2^48 and a stride of 32 bits
        sizes: starts.indices.map { (limits[$0] - starts[$0] + strides[$0] - 1) / strides[$0] }))
  }

  @Sendable private static func reduceWindow(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let sizes = try op.integers("window_dimensions")
    let rank = sizes.count
    return LoweredOperator(
      ReduceWindow(
        sizes: try op.positives("window_dimensions", count: rank),
        strides: try op.positives("window_strides", count: rank),
        imageDilations: try op.positives("base_dilations", count: rank),
        windowDilations: try op.positives("window_dilations", count: rank),
        padding: try op.pads("padding", axes: rank), results: op.operands.count / 2,
        operations: op.bodySize("body_subgraph_index")))
  }

  /// A product over pairs of axes is a sum in Einstein's convention: a letter for each pair.
  @Sendable private static func dotGeneral(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let ranks = [try op.rank(0), try op.rank(1)]
    var letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".makeIterator()
    func letter() throws(Problem) -> Character {
      guard let next = letters.next() else {
        throw Problem("ranks \(ranks[0]) and \(ranks[1])")
      }
      return next
    }
    var terms = ranks.map { [Character?](repeating: nil, count: $0) }
    var shared: [Character] = []
    for kind in ["batching", "contracting"] {
      let left = try op.integers("lhs_\(kind)_dimensions")
      let right = try op.integers("rhs_\(kind)_dimensions")
      guard left.count == right.count,
        left.allSatisfy(terms[0].indices.contains), right.allSatisfy(terms[1].indices.contains)
      else { throw Problem("\(kind) axes \(left) and \(right)") }
      for (first, second) in zip(left, right) {
        let name = try letter()
        terms[0][first] = name
        terms[1][second] = name
        if kind == "batching" { shared.append(name) }
      }
    }
    var result = shared
    for side in terms.indices {
      for axis in terms[side].indices where terms[side][axis] == nil {
        let name = try letter()
        terms[side][axis] = name
        result.append(name)
      }
    }
    let sides = terms.map { String($0.compactMap { $0 }) }
    guard let product = Einsum("\(sides[0]),\(sides[1])->\(String(result))") else {
      throw Problem("a product of \(sides[0]) and \(sides[1])")
    }
    return LoweredOperator(product)
  }

  @Sendable private static func convolution(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    func axes(
      _ tensor: String, _ first: String, _ second: String
    ) throws(Problem) -> GeneralConvolution.Axes {
      GeneralConvolution.Axes(
        op.integer("\(tensor)_\(first)_dimension", default: 0),
        op.integer("\(tensor)_\(second)_dimension", default: 0),
        spatial: try op.integers("\(tensor)_spatial_dimensions"))
    }
    let image = try axes("input", "batch", "feature")
    let count = image.spatial.count
    return LoweredOperator(
      GeneralConvolution(
        image: image, kernel: try axes("kernel", "input_feature", "output_feature"),
        result: try axes("output", "batch", "feature"),
        strides: try op.positives("window_strides", count: count),
        padding: try op.pads("padding", axes: count),
        imageDilations: try op.positives("lhs_dilation", count: count),
        kernelDilations: try op.positives("rhs_dilation", count: count),
        featureGroups: try op.positive("feature_group_count", default: 1),
        batchGroups: try op.positive("batch_group_count", default: 1)))
  }
}

extension TFLiteOperatorReader {
  /// How many operators the subgraph has that an option names.
  fileprivate func bodySize(_ option: String) -> Int {
    let index = integer(option, default: 0)
    return subgraphSizes.indices.contains(index) ? subgraphSizes[index] : 0
  }

  /// Two numbers for each axis; none are zeros.
  fileprivate func pads(_ option: String, axes: Int) throws(Problem) -> [Int] {
    let given = try integers(option)
    if given.isEmpty { return [Int](repeating: 0, count: 2 * axes) }
    guard given.count == 2 * axes else {
      throw Problem(
        "option '\(option)' has \(counted(given.count, "number")), expected \(2 * axes)")
    }
    return given
  }
}
