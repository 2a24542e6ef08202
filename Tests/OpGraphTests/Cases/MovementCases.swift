import OpGraph

private func split(_ axis: Int, _ sizes: Split.Sizes, input: Int = 0) -> any Operator {
  Split(axis: axis, sizes: sizes, input: input)
}

private func slice(_ bounds: Slice.Bounds) -> any Operator { Slice(bounds) }

private func masks(
  begin: Int = 0, end: Int = 0, newAxis: Int = 0, shrinkAxis: Int = 0
) -> Slice.Bounds {
  .strided(
    Slice.StridedMasks(
      begin: begin, end: end, ellipsis: 0, newAxis: newAxis, shrinkAxis: shrinkAxis,
      endIsOffset: false))
}

extension OperatorCases {
  /// Elements are moved and nothing is computed; what says how moves nothing.
  static let movements = list {
    // 8 by 8 places of a window of 3 by 3 with padding; a patch has 9 elements of 4 channels.
    OperatorCase(
      .im2Col,
      .onnx(
        "qonnx.custom_op.general", "Im2Col",
        ["kernel_size": [3, 3], "pad_amount": [1, 1, 1, 1], "stride": [1, 1]]),
      on: [.float32([1, 8, 8, 4])], gives: [.float32([1, 8, 8, 36])], other: .moved(64 * 36),
      traffic: .bytes(read: 4 * 256, written: 4 * 64 * 36))
    // 12 of 16 channels are used.
    OperatorCase(
      .reorderChannels, "out of blocks",
      .onnx("com.microsoft.nchwc", "ReorderOutput", ["channels": 12, "channels_last": 1]),
      on: [.float32([1, 16, 4, 4])], gives: [.float32([1, 4, 4, 12])], other: .moved(16 * 12),
      traffic: .bytes(read: 4 * 256, written: 4 * 192))
    OperatorCase(
      .reorderChannels, "into blocks", .onnx("com.microsoft.nchwc", "ReorderInput"),
      on: [.float32([1, 16, 4, 4])], gives: [.float32([1, 16, 4, 4])], other: .moved(256),
      traffic: .bytes(read: 4 * 256, written: 4 * 256))
    // 64 weights in 4 bits, and what they stand for: a look-up each.
    OperatorCase(
      .decode, .custom("TFLM_DECODE"), on: [.stored(.uint8, [32]), .stored(.uint8, [40])],
      gives: [.int8([64])], other: .of(lookUps: 64),
      traffic: .bytes(parameters: 72, written: 64))
    // Runs of 16 take 4 additions an element.
    OperatorCase(
      .hadamardRotation, .custom("aeq.hadamard_rotation", ["hadamard_size": 16]),
      on: [.float32([2, 64])], gives: [.float32([2, 64])], other: .of(adds: 4 * 128),
      traffic: .bytes(read: 4 * 128, written: 4 * 128))
    OperatorCase(
      .concat, Concat(axis: -1), on: [.float32([2, 3]), .stored([2, 5])],
      gives: [.float32([2, 8])], other: .moved(2 * 8),
      traffic: .bytes(parameters: 4 * 2 * 5, read: 4 * 2 * 3, written: 4 * 2 * 8))
    // Operands in the file: the result's scale and zero point, then each part with its own.
    OperatorCase(
      .concat, "quantized", .microsoft("QLinearConcat", ["axis": 0]),
      on: [
        .real(1), .number(0, .uint8), .uint8([2, 3]), .real(1), .number(0, .uint8), .uint8([4, 3]),
        .real(1), .number(0, .uint8),
      ],
      gives: [.uint8([6, 3])], other: .moved(6 * 3), traffic: .bytes(read: 6 * 3, written: 6 * 3))
    OperatorCase(
      .split, "uneven parts", split(0, .equal(3, lastMayBeSmaller: true)), on: [.float32([7, 2])],
      gives: [.float32([3, 2]), .float32([3, 2]), .float32([1, 2])], other: .moved(7 * 2),
      traffic: .bytes(read: 4 * 7 * 2, written: 4 * 7 * 2))
    OperatorCase(
      .split, "sizes in an operand, one open", split(0, .operand(1)),
      on: [.float32([7, 2]), .numbers([3, -1])], gives: [.float32([3, 2]), .float32([4, 2])],
      other: .moved(7 * 2), traffic: .bytes(read: 4 * 7 * 2, written: 4 * 7 * 2))
    OperatorCase(
      .transpose, Transpose(permutation: [0, 2, 3, 1], reversesByDefault: true),
      on: [.float32([1, 3, 8, 9])], gives: [.float32([1, 8, 9, 3])], other: .moved(3 * 8 * 9),
      traffic: .bytes(read: 4 * 3 * 8 * 9, written: 4 * 3 * 8 * 9))
    OperatorCase(
      .tile, Tile(), on: [.float32([2, 3]), .numbers([4, 1])], gives: [.float32([8, 3])],
      other: .moved(8 * 3), traffic: .bytes(read: 4 * 2 * 3, written: 4 * 8 * 3))
    OperatorCase(
      .expand, "both ways", Expand(isMutual: true),
      on: [.float32([3, 1]), .numbers([2, 1, 4])], gives: [.float32([2, 3, 4])],
      other: .moved(2 * 3 * 4), traffic: .bytes(read: 4 * 3, written: 4 * 2 * 3 * 4))
    OperatorCase(
      .broadcastInDim, .tflite("STABLEHLO_BROADCAST_IN_DIM"), on: [.float32([6])],
      gives: [.float32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(read: 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .depthToSpace, DepthToSpace(blockSize: 2, layout: .channelsFirst),
      on: [.float32([1, 16, 4, 5])],
      gives: [.float32([1, 4, 8, 10])], other: .moved(16 * 4 * 5),
      traffic: .bytes(read: 4 * 16 * 4 * 5, written: 4 * 4 * 8 * 10))
    OperatorCase(
      .spaceToDepth, SpaceToDepth(blockSize: 2, layout: .channelsFirst),
      on: [.float32([1, 4, 8, 10])],
      gives: [.float32([1, 16, 4, 5])], other: .moved(16 * 4 * 5),
      traffic: .bytes(read: 4 * 4 * 8 * 10, written: 4 * 16 * 4 * 5))
    // One row of margin is added.
    OperatorCase(
      .spaceToBatch, "margins", SpaceToBatch(layout: .channelsLast),
      on: [.float32([1, 7, 8, 3]), .numbers([2, 2]), .numbers([0, 1, 0, 0])],
      gives: [.float32([4, 4, 4, 3])], other: .moved(4 * 4 * 4 * 3),
      traffic: .bytes(read: 4 * 7 * 8 * 3, written: 4 * 4 * 4 * 4 * 3))
    OperatorCase(
      .batchToSpace, "margins", BatchToSpace(layout: .channelsLast),
      on: [.float32([4, 4, 4, 3]), .numbers([2, 2]), .numbers([0, 1, 0, 0])],
      gives: [.float32([1, 7, 8, 3])], other: .moved(7 * 8 * 3),
      traffic: .bytes(read: 4 * 4 * 4 * 4 * 3, written: 4 * 7 * 8 * 3))
    OperatorCase(
      .pack, Pack(axis: -1), on: [.float32([2, 3]), .float32([2, 3])],
      gives: [.float32([2, 3, 2])], other: .moved(2 * 3 * 2),
      traffic: .bytes(read: 4 * 2 * 2 * 3, written: 4 * 2 * 3 * 2))
    OperatorCase(
      .unpack, Unpack(axis: 0, count: 2), on: [.float32([2, 3])],
      gives: [.float32([3]), .float32([3])], other: .moved(2 * 3),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(
      .reverse, Reverse(), on: [.float32([2, 3]), .numbers([1])], gives: [.float32([2, 3])],
      other: .moved(2 * 3), traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(
      .roll, .flex("Roll"), on: [.float32([2, 3]), .numbers([1]), .numbers([0])],
      gives: [.float32([2, 3])], other: .moved(2 * 3),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(
      .pad, "all befores, then all afters", Pad(.beforesThenAfters),
      on: [.float32([1, 3, 8]), .numbers([0, 0, 1, 0, 0, 2])], gives: [.float32([1, 3, 11])],
      other: .moved(3 * 11), traffic: .bytes(read: 4 * 3 * 8, written: 4 * 3 * 11))
    OperatorCase(
      .pad, "pairs", Pad(.pairs),
      on: [.float32([1, 8, 8, 3]), .numbers([0, 0, 1, 2, 3, 4, 0, 0])],
      gives: [.float32([1, 11, 15, 3])], other: .moved(11 * 15 * 3),
      traffic: .bytes(read: 4 * 8 * 8 * 3, written: 4 * 11 * 15 * 3))
    OperatorCase(
      .pad, "StableHLO, elements between",
      .tflite(
        "STABLEHLO_PAD",
        ["edge_padding_low": [1], "edge_padding_high": [0], "interior_padding": [2]]),
      on: [.float32([4]), .real(0)], gives: [.float32([1 + 4 + 2 * 3])],
      other: .moved(11), traffic: .bytes(read: 4 * 4, written: 4 * 11))
    // Neighbours lie 2 and 3 apart.
    OperatorCase(
      .dilate, .tflite("DILATE"), on: [.float32([3, 4]), .numbers([2, 3]), .real(0)],
      gives: [.float32([5, 10])], other: .moved(5 * 10),
      traffic: .bytes(read: 4 * 3 * 4, written: 4 * 5 * 10))
    // 10 rows are cut to 6, 4 columns are padded to 8: 6 x 4 elements are read.
    OperatorCase(
      .centerCropPad, .onnx("CenterCropPad", ["axes": [2, 3]]),
      on: [.float32([1, 3, 10, 4]), .numbers([6, 8])], gives: [.float32([1, 3, 6, 8])],
      other: .moved(3 * 6 * 8), traffic: .bytes(read: 4 * 3 * 6 * 4, written: 4 * 3 * 6 * 8))

    // Slices read what they take.
    OperatorCase(
      .slice, "clamped ends and a step", slice(.operands),
      on: [
        .float32([10, 20]), .numbers([1, -5]), .numbers([1000, Int.max]), .numbers([0, 1]),
        .numbers([3, 2]),
      ],
      gives: [.float32([3, 3])], other: .moved(3 * 3),
      traffic: .bytes(read: 4 * 3 * 3, written: 4 * 3 * 3))
    OperatorCase(
      .slice, "backwards", slice(.operands),
      on: [.float32([10]), .numbers([-1]), .numbers([Int.min + 1]), .numbers([0]), .numbers([-1])],
      gives: [.float32([10])], other: .moved(10), traffic: .bytes(read: 4 * 10, written: 4 * 10))
    OperatorCase(
      .slice, "bounds in the file", slice(.fixed(starts: [2], ends: [5], axes: [1])),
      on: [.float32([4, 6])], gives: [.float32([4, 3])], other: .moved(4 * 3),
      traffic: .bytes(read: 4 * 4 * 3, written: 4 * 4 * 3))
    OperatorCase(
      .slice, "starts and sizes, one open", slice(.startsAndSizes),
      on: [.float32([4, 6]), .numbers([0, 2]), .numbers([3, -1])], gives: [.float32([3, 4])],
      other: .moved(3 * 4), traffic: .bytes(read: 4 * 3 * 4, written: 4 * 3 * 4))
    OperatorCase(
      .slice, "StableHLO, at a computed place",
      .tflite("STABLEHLO_DYNAMIC_SLICE", ["slice_sizes": [2, 3]]),
      on: [.float32([4, 6]), .int32([]), .int32([])], gives: [.float32([2, 3])],
      other: .moved(2 * 3), traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(
      .stridedSlice, "shrinks an axis and adds one",
      slice(masks(begin: 0b100, end: 0b100, newAxis: 0b10, shrinkAxis: 0b1)),
      on: [
        .float32([4, 6, 8]), .numbers([-1, 0, 0]), .numbers([0, 0, 0]), .numbers([1, 1, 2]),
      ],
      gives: [.float32([1, 3, 8])], other: .moved(3 * 8),
      traffic: .bytes(read: 4 * 3 * 8, written: 4 * 3 * 8))
    OperatorCase(
      .unfoldTensor, "overlapping parts of 4, 2 apart",
      .microsoft("UnfoldTensor", ["size": 4, "step": 2]), on: [.float32([2, 10])],
      gives: [.float32([2, 4, 4])], other: .moved(2 * 4 * 4),
      traffic: .bytes(read: 4 * 2 * 10, written: 4 * 2 * 4 * 4))

    OperatorCase(
      .fill, .onnx("ConstantOfShape"), on: [.numbers([4, 6])], gives: [.float32([4, 6])],
      other: .moved(4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .fill, "in the shape of a tensor that is not read", .onnx("ConstantFill"),
      on: [.float32([4, 6])], gives: [.float32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .zerosLike, ZerosLike(), on: [.float32([4, 6])], gives: [.float32([4, 6])],
      other: .moved(4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .eyeLike, .onnx("EyeLike"), on: [.float32([4, 4])], gives: [.float32([4, 4])],
      other: .moved(4 * 4), traffic: .bytes(written: 4 * 4 * 4))
    OperatorCase(
      .iota, .tflite("STABLEHLO_IOTA"), on: [], gives: [.int32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(written: 4 * 4 * 6))
    // One step is added for each element.
    OperatorCase(
      .range, "downwards", SequenceRange(), on: [.number(10), .number(0), .number(-3)],
      gives: [.int64([4])], other: .of(adds: 4), traffic: .bytes(written: 8 * 4))
    OperatorCase(
      .trilu, .onnx("Trilu"), on: [.float32([4, 6]), .number(0)], gives: [.float32([4, 6])],
      other: .moved(4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .matrixDiag, .tflite("MATRIX_DIAG"), on: [.float32([2, 3])], gives: [.float32([2, 3, 3])],
      other: .moved(2 * 3 * 3), traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3 * 3))
    OperatorCase(
      .matrixSetDiag, .tflite("MATRIX_SET_DIAG"), on: [.float32([2, 3, 3]), .float32([2, 3])],
      gives: [.float32([2, 3, 3])], other: .moved(2 * 3 * 3),
      traffic: .bytes(read: 4 * (2 * 3 * 3 + 2 * 3), written: 4 * 2 * 3 * 3))
    OperatorCase(
      .bitCast, "one width", .onnx("BitCast", ["to": 6]), on: [.float32([4, 6])],
      gives: [.int32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .bitCast, "to narrower elements", .tflite("BITCAST"), on: [.int32([4])],
      gives: [.uint8([4, 4])], other: .moved(4 * 4), traffic: .bytes(read: 4 * 4, written: 4 * 4))

    // 9 of 2 x 7 rows are no padding.
    OperatorCase(
      .removePadding, .microsoft("RemovePadding"), on: [.float32([2, 7, 5]), .int32([2])],
      gives: [.float32([9, 5]), .int32([2, 7]), .int32([3]), .int32([1])],
      other: .moved(9 * 5 + 2 * 7 + 3 + 1),
      traffic: .bytes(
        read: 4 * (2 * 7 * 5 + 2), written: 4 * (9 * 5 + 2 * 7 + 3 + 1)),
      with: ["RemovePadding()": 9])
    OperatorCase(
      .restorePadding, .microsoft("RestorePadding"), on: [.float32([9, 5]), .int32([2, 7])],
      gives: [.float32([2, 7, 5])], other: .moved(2 * 7 * 5),
      traffic: .bytes(read: 4 * (9 * 5 + 2 * 7), written: 4 * 2 * 7 * 5))
    OperatorCase(
      .sliceGrad, .microsoft("SliceGrad"), on: [.float32([2, 3]), .numbers([4, 6])],
      gives: [.float32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 4 * 6))
  }
}
