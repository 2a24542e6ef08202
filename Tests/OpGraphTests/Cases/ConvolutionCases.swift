import OpGraph

private func window(
  _ strides: [Int], dilations: [Int]? = nil, _ padding: Padding = .valid
) -> SlidingWindow {
  SlidingWindow(strides: strides, dilations: dilations ?? strides.map { _ in 1 }, padding: padding)
}

private func padded(_ before: [Int], _ after: [Int]? = nil) -> Padding {
  .explicit(before: before, after: after ?? before)
}

/// ONNX: channels first; weights are output x input of a group x space.
private func convolution(_ window: SlidingWindow, groups: Int = 1) -> any Operator {
  Convolution(
    window: window, groups: groups, layout: .channelsFirst, weightLayout: .outputInputSpace)
}

/// TFLite: channels last, as many groups as the weights' shape says.
private func lite(_ window: SlidingWindow, _ weights: Convolution.WeightLayout) -> any Operator {
  Convolution(window: window, groups: nil, layout: .channelsLast, weightLayout: weights)
}

/// ONNX: weights are input x output of a group x space.
private func transposed(
  _ window: SlidingWindow, outputPadding: [Int] = [], groups: Int = 1
) -> any Operator {
  TransposedConvolution(
    window: window, outputPadding: outputPadding, outputSizes: nil, groups: groups,
    layout: .channelsFirst, weightLayout: .inputOutputSpace)
}

/// TFLite: the shape of the result is operand 3.
private func liteTransposed(
  _ window: SlidingWindow, _ weights: TransposedConvolution.WeightLayout
) -> any Operator {
  TransposedConvolution(
    window: window, outputPadding: [], outputSizes: nil, groups: 1, layout: .channelsLast,
    weightLayout: weights)
}

/// StableHLO, with the axes of NHWC images and HWIO kernels.
private func general(
  strides: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0], imageDilations: [Int] = [1, 1],
  groups: Int = 1
) -> any Operator {
  GeneralConvolution(
    image: .init(0, 3, spatial: [1, 2]), kernel: .init(2, 3, spatial: [0, 1]),
    result: .init(0, 3, spatial: [1, 2]), strides: strides, padding: padding,
    imageDilations: imageDilations, kernelDilations: [1, 1], featureGroups: groups, batchGroups: 1)
}

private func causal() -> any Operator { CausalConvolution() }

extension OperatorCases {
  /// Multiply-accumulates: elements of the result x input channels of a group x kernel elements; of a
  /// transposed convolution elements of the *input* x output channels of a group x kernel elements.
  static let convolutions = list {
    // 64 channels in two elements; each of 32 channels is scaled and shifted.
    OperatorCase(
      .conv2D, "of bits", .custom("LceBconv2d", ["channels_in": 64]),
      on: [
        .int32([1, 8, 8, 2]), .stored(.int32, [32, 3, 3, 2]), .stored([32]), .stored([32]), nil,
      ],
      gives: [.float32([1, 8, 8, 32])], macs: 64 * 32 * 9 * 64,
      other: .of(adds: 64 * 32, multiplies: 64 * 32),
      traffic: .bytes(
        weights: 4 * 32 * 9 * 2, bias: 4 * 32, parameters: 4 * 32, read: 4 * 128,
        written: 4 * 64 * 32))
    // Blocks of 16 channels, of which ReorderOutput takes 12.
    OperatorCase(
      .conv2D, "channels in blocks",
      .onnx(
        "com.microsoft.nchwc", "Conv",
        ["kernel_shape": [3, 3], "pads": [1, 1, 1, 1], " used output channels": 12]),
      on: [.float32([1, 3, 8, 8]), .stored([16, 3, 3, 3]), .stored([16])],
      gives: [.float32([1, 16, 8, 8])], macs: 64 * 12 * 27, other: .of(adds: 64 * 12),
      traffic: .bytes(
        weights: 4 * 16 * 27, bias: 4 * 16, read: 4 * 192, written: 4 * 1024))
    // 3 x 3 weights of 3 channels for each of 8 x 8 x 16 gradients: by the image and by the weights.
    OperatorCase(
      .convGrad, .microsoft("ConvGrad"),
      on: [.float32([1, 16, 8, 8]), .float32([1, 3, 8, 8]), .stored([16, 3, 3, 3])],
      gives: [.float32([1, 3, 8, 8]), .float32([16, 3, 3, 3]), .float32([16])],
      macs: 2 * 64 * 16 * 27, other: .of(adds: 64 * 16),
      traffic: .bytes(
        weights: 4 * 16 * 27, read: 4 * (64 * 16 + 64 * 3),
        written: 4 * (64 * 3 + 16 * 27 + 16)))
    OperatorCase(
      .convGrad, "by the image alone", .microsoft("ConvGrad"),
      on: [.float32([1, 16, 8, 8]), .float32([1, 3, 8, 8]), .stored([16, 3, 3, 3])],
      gives: [.float32([1, 3, 8, 8])], macs: 64 * 16 * 27,
      traffic: .bytes(
        weights: 4 * 16 * 27, read: 4 * (64 * 16 + 64 * 3), written: 4 * 64 * 3))
    OperatorCase(
      .conv1D, "stride 2", convolution(window([2], padded([2]))),
      on: [.float32([1, 16, 100]), .stored([32, 16, 5])], gives: [.float32([1, 32, 50])],
      macs: 50 * 32 * 16 * 5,
      traffic: .bytes(
        weights: 4 * 32 * 16 * 5, read: 4 * 16 * 100, written: 4 * 32 * 50))
    OperatorCase(
      .conv2D, "3x3, stride 2, one pixel of padding, bias",
      convolution(window([2, 2], padded([1, 1]))),
      on: [.float32([1, 3, 96, 96]), .stored([8, 3, 3, 3]), .stored([8])],
      gives: [.float32([1, 8, 48, 48])],
      macs: 48 * 48 * 8 * 3 * 3 * 3, other: .of(adds: 48 * 48 * 8),
      traffic: .bytes(
        weights: 4 * 8 * 3 * 3 * 3, bias: 4 * 8, read: 4 * 3 * 96 * 96, written: 4 * 8 * 48 * 48))
    OperatorCase(
      .conv2D, "8-bit integers, 32-bit bias", convolution(window([1, 1])),
      on: [.int8([1, 3, 8, 8]), .stored(.int8, [4, 3, 3, 3]), .stored(.int32, [4])],
      gives: [.int8([1, 4, 6, 6])],
      macs: 6 * 6 * 4 * 3 * 9, other: .of(adds: 6 * 6 * 4),
      traffic: .bytes(weights: 4 * 3 * 9, bias: 4 * 4, read: 3 * 8 * 8, written: 4 * 6 * 6))
    OperatorCase(
      .conv2D, "4-bit weights, two in a byte", convolution(window([1, 1])),
      on: [.int8([1, 3, 8, 8]), .stored(.int4, [4, 3, 3, 3])], gives: [.int8([1, 4, 6, 6])],
      macs: 6 * 6 * 4 * 3 * 9,
      traffic: .bytes(weights: 4 * 3 * 9 / 2, read: 3 * 8 * 8, written: 4 * 6 * 6))
    OperatorCase(
      .conv2D, "grouped", convolution(window([1, 1], padded([1, 1])), groups: 4),
      on: [.float32([1, 32, 16, 16]), .stored([64, 8, 3, 3])], gives: [.float32([1, 64, 16, 16])],
      macs: 16 * 16 * 64 * 8 * 9,
      traffic: .bytes(
        weights: 4 * 64 * 8 * 9, read: 4 * 32 * 16 * 16, written: 4 * 64 * 16 * 16))
    OperatorCase(
      .conv2D, "dilated, asymmetric padding",
      convolution(window([1, 1], dilations: [2, 2], padded([0, 1], [1, 2]))),
      on: [.float32([2, 4, 10, 10]), .stored([6, 4, 3, 3])], gives: [.float32([2, 6, 7, 9])],
      macs: 2 * 6 * 7 * 9 * 4 * 9,
      traffic: .bytes(
        weights: 4 * 6 * 4 * 9, read: 4 * 2 * 4 * 10 * 10, written: 4 * 2 * 6 * 7 * 9))
    OperatorCase(
      .conv2D, "open batch", convolution(window([1, 1])),
      on: [.float32([.symbol("batch"), 3, 8, 8]), .stored([4, 3, 3, 3])],
      gives: [.float32([5, 4, 6, 6])],
      macs: 5 * 6 * 6 * 4 * 3 * 9,
      traffic: .bytes(weights: 4 * 4 * 3 * 9, read: 4 * 5 * 3 * 8 * 8, written: 4 * 5 * 4 * 6 * 6),
      with: ["batch": 5])
    OperatorCase(
      .conv2D, "TFLite, same padding", lite(window([2, 2], .sameUpper), .outputSpaceInput),
      on: [.float32([1, 49, 10, 1]), .stored([64, 10, 4, 1]), .stored([64])],
      gives: [.float32([1, 25, 5, 64])],
      macs: 25 * 5 * 64 * 10 * 4, other: .of(adds: 25 * 5 * 64),
      traffic: .bytes(
        weights: 4 * 64 * 10 * 4, bias: 4 * 64, read: 4 * 49 * 10, written: 4 * 25 * 5 * 64))
    OperatorCase(
      .conv2D, "StableHLO, grouped", general(padding: [1, 1, 1, 1], groups: 2),
      on: [.float32([1, 8, 8, 4]), .stored([3, 3, 2, 6])], gives: [.float32([1, 8, 8, 6])],
      macs: 8 * 8 * 6 * 2 * 9,
      traffic: .bytes(weights: 4 * 9 * 2 * 6, read: 4 * 8 * 8 * 4, written: 4 * 8 * 8 * 6))
    OperatorCase(
      .depthwiseConv2D, "multiplier 2", lite(window([1, 1], .sameUpper), .depthwise),
      on: [.float32([1, 8, 8, 4]), .stored([1, 3, 3, 8])], gives: [.float32([1, 8, 8, 8])],
      macs: 8 * 8 * 8 * 9,
      traffic: .bytes(weights: 4 * 9 * 8, read: 4 * 8 * 8 * 4, written: 4 * 8 * 8 * 8))
    OperatorCase(
      .conv3D, convolution(window([1, 1, 1])),
      on: [.float32([1, 2, 8, 8, 8]), .stored([4, 2, 3, 3, 3])],
      gives: [.float32([1, 4, 6, 6, 6])],
      macs: 6 * 6 * 6 * 4 * 2 * 27,
      traffic: .bytes(weights: 4 * 4 * 2 * 27, read: 4 * 2 * 512, written: 4 * 4 * 216))
    OperatorCase(
      .conv3D, "TFLite", lite(window([1, 1, 1]), .spaceInputOutput),
      on: [.float32([1, 8, 8, 8, 2]), .stored([3, 3, 3, 2, 4])],
      gives: [.float32([1, 6, 6, 6, 4])],
      macs: 6 * 6 * 6 * 4 * 2 * 27,
      traffic: .bytes(weights: 4 * 27 * 2 * 4, read: 4 * 512 * 2, written: 4 * 216 * 4))

    OperatorCase(
      .convND, "four axes", convolution(window([1, 1, 1, 1])),
      on: [.float32([1, 2, 4, 4, 4, 4]), .stored([3, 2, 2, 2, 2, 2])],
      gives: [.float32([1, 3, 3, 3, 3, 3])],
      macs: 81 * 3 * 2 * 16,
      traffic: .bytes(weights: 4 * 3 * 2 * 16, read: 4 * 2 * 256, written: 4 * 3 * 81))
    OperatorCase(
      .depthwiseConv1D, lite(window([1]), .depthwise),
      on: [.float32([1, 8, 4]), .stored([1, 3, 4])], gives: [.float32([1, 6, 4])],
      macs: 6 * 4 * 3,
      traffic: .bytes(weights: 4 * 3 * 4, read: 4 * 8 * 4, written: 4 * 6 * 4))
    OperatorCase(
      .depthwiseConv3D, lite(window([1, 1, 1]), .depthwise),
      on: [.float32([1, 4, 4, 4, 2]), .stored([1, 3, 3, 3, 2])],
      gives: [.float32([1, 2, 2, 2, 2])],
      macs: 8 * 2 * 27,
      traffic: .bytes(weights: 4 * 27 * 2, read: 4 * 64 * 2, written: 4 * 8 * 2))
    OperatorCase(
      .depthwiseConvND, "four axes", lite(window([1, 1, 1, 1]), .depthwise),
      on: [.float32([1, 3, 3, 3, 3, 2]), .stored([1, 2, 2, 2, 2, 2])],
      gives: [.float32([1, 2, 2, 2, 2, 2])],
      macs: 16 * 2 * 16,
      traffic: .bytes(weights: 4 * 16 * 2, read: 4 * 81 * 2, written: 4 * 16 * 2))

    // 7 steps of 2, and a window of 4 at the last: 2 * (8 - 1) + 4 elements.
    OperatorCase(
      .convTranspose1D, "stride 2", transposed(window([2])),
      on: [.float32([1, 6, 8]), .stored([6, 3, 4])], gives: [.float32([1, 3, 18])],
      macs: 8 * 6 * 3 * 4,
      traffic: .bytes(weights: 4 * 6 * 3 * 4, read: 4 * 6 * 8, written: 4 * 3 * 18))
    OperatorCase(
      .convTranspose2D, "stride 2, 32 to 8 channels",
      transposed(window([2, 2], padded([1, 1])), outputPadding: [1, 1]),
      on: [.float32([1, 32, 8, 8]), .stored([32, 8, 3, 3])], gives: [.float32([1, 8, 16, 16])],
      macs: 8 * 8 * 32 * 8 * 9,
      traffic: .bytes(
        weights: 4 * 32 * 8 * 9, read: 4 * 32 * 8 * 8, written: 4 * 8 * 16 * 16))
    OperatorCase(
      .convTranspose2D, "4 groups, 32 to 16 channels", transposed(window([2, 2]), groups: 4),
      on: [.float32([1, 32, 16, 16]), .stored([32, 4, 2, 2])], gives: [.float32([1, 16, 32, 32])],
      macs: 16 * 16 * 32 * 4 * 4,
      traffic: .bytes(
        weights: 4 * 32 * 4 * 4, read: 4 * 32 * 16 * 16, written: 4 * 16 * 32 * 32))
    OperatorCase(
      .convTranspose2D, "TFLite, bias; the shape moves nothing",
      liteTransposed(window([2, 2], .sameUpper), .outputSpaceInput),
      on: [
        .float32([1, 5, 5, 4]), .stored([3, 3, 3, 4]), .stored([3]),
        .numbers([1, 10, 10, 3], .int32),
      ],
      gives: [.float32([1, 10, 10, 3])],
      macs: 5 * 5 * 4 * 3 * 9, other: .of(adds: 10 * 10 * 3),
      traffic: .bytes(
        weights: 4 * 3 * 9 * 4, bias: 4 * 3, read: 4 * 5 * 5 * 4, written: 4 * 10 * 10 * 3))
    // Elements that lie 2 apart: 5 become 9, of which windows of 3 have 7 places.
    OperatorCase(
      .convTranspose2D, "StableHLO: a dilated image", general(imageDilations: [2, 2]),
      on: [.float32([1, 5, 5, 4]), .stored([3, 3, 4, 6])], gives: [.float32([1, 7, 7, 6])],
      macs: 5 * 5 * 4 * 6 * 9,
      traffic: .bytes(weights: 4 * 9 * 4 * 6, read: 4 * 5 * 5 * 4, written: 4 * 7 * 7 * 6))
    OperatorCase(
      .convTranspose3D, "TFLite",
      liteTransposed(window([2, 2, 2]), .spaceOutputInput),
      on: [
        .float32([1, 2, 2, 2, 3]), .stored([2, 2, 2, 5, 3]), nil,
        .numbers([1, 4, 4, 4, 5], .int32),
      ],
      gives: [.float32([1, 4, 4, 4, 5])],
      macs: 8 * 3 * 5 * 8,
      traffic: .bytes(weights: 4 * 8 * 5 * 3, read: 4 * 8 * 3, written: 4 * 64 * 5))
    OperatorCase(
      .convTransposeND, "four axes", transposed(window([2, 2, 2, 2])),
      on: [.float32([1, 2, 2, 2, 2, 2]), .stored([2, 3, 2, 2, 2, 2])],
      gives: [.float32([1, 3, 4, 4, 4, 4])],
      macs: 16 * 2 * 3 * 16,
      traffic: .bytes(weights: 4 * 2 * 3 * 16, read: 4 * 2 * 16, written: 4 * 3 * 256))

    // A depthwise convolution over steps; the last 3 inputs are kept for the next call.
    OperatorCase(
      .causalConv, "kernel of 4, bias, past", causal(),
      on: [.float32([2, 6, 10]), .stored([6, 1, 4]), .stored([6]), .float32([2, 6, 3])],
      gives: [.float32([2, 6, 10]), .float32([2, 6, 3])],
      macs: 2 * 6 * 10 * 4, other: .of(adds: 2 * 6 * 10),
      traffic: .bytes(
        weights: 4 * 6 * 4, bias: 4 * 6, read: 4 * 2 * 6 * 10, written: 4 * 2 * 6 * 10,
        stateRead: 4 * 2 * 6 * 3, stateWritten: 4 * 2 * 6 * 3))
  }
}
