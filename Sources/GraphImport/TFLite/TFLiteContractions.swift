import Quantities
import OpGraph

/// TFLite's convolutions, matmuls and pooling.
enum TFLiteContractions {
  static func convolution(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    try op.fused(
      Convolution(
        window: try op.window(), groups: nil, layout: .channelsLast,
        weightLayout: .outputSpaceInput))
  }

  static func depthwiseConvolution(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    try op.fused(
      Convolution(
        window: try op.window(), groups: nil, layout: .channelsLast, weightLayout: .depthwise))
  }

  static func convolution3D(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    try op.fused(
      Convolution(
        window: try window3D(op), groups: nil, layout: .channelsLast,
        weightLayout: .spaceInputOutput))
  }

  /// Operands in the file: output shape, weights, image, bias.
  static func transposedConvolution(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    try op.fused(
      TransposedConvolution(
        window: try op.window(), outputPadding: [], outputSizes: nil, groups: 1,
        layout: .channelsLast, weightLayout: .outputSpaceInput),
      operands: [2, 1, 3, 0])
  }

  /// Operands in the file: output shape, weights, image, bias.
  static func transposedConvolution3D(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    try op.fused(
      TransposedConvolution(
        window: try window3D(op), outputPadding: [], outputSizes: nil, groups: 1,
        layout: .channelsLast, weightLayout: .spaceOutputInput),
      operands: [2, 1, 3, 0])
  }

  static func fullyConnected(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    try op.fused(FullyConnected(.rows(keepsDimensions: op.flag("keep_num_dims"))))
  }

  static func pooling(
    _ function: Pooling.Function, _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    try op.fused(
      Pooling(
        function,
        kernel: [
          try op.positive("filter_height", default: 0), try op.positive("filter_width", default: 0),
        ],
        window: try op.window(), layout: .channelsLast))
  }

  private static func window3D(_ op: TFLiteOperatorReader) throws(Problem) -> SlidingWindow {
    var window = try op.window()
    window.strides.insert(try op.positive("stride_d", default: 0), at: 0)
    window.dilations.insert(try op.positive("dilation_d_factor", default: 1), at: 0)
    return window
  }
}

/// TFLite's operators on shapes.
enum TFLiteShapes {
  /// The shape is operand 1, or an option in old files.
  static func reshape(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    if op.operand(1) != nil { return LoweredOperator(Reshape(.operand(zeroIsLiteral: true))) }
    guard let sizes = try op.op.options.integers("new_shape") else {
      throw Problem("neither operand 1 nor option 'new_shape' gives the shape")
    }
    return LoweredOperator(Reshape(.fixed(sizes, zeroIsLiteral: true)))
  }

  static func squeeze(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(Squeeze(axes: try op.op.options.integers("squeeze_dims")))
  }

  static func stridedSlice(_ op: TFLiteOperatorReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Slice(
        .strided(
          Slice.StridedMasks(
            begin: op.integer("begin_mask", default: 0), end: op.integer("end_mask", default: 0),
            ellipsis: op.integer("ellipsis_mask", default: 0),
            newAxis: op.integer("new_axis_mask", default: 0),
            shrinkAxis: op.integer("shrink_axis_mask", default: 0),
            endIsOffset: op.flag("offset")))))
  }
}
