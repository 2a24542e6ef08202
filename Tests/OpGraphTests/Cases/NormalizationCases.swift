import OpGraph

private func normalization(_ function: Normalization.Function, axis: Int = -1) -> any Operator {
  Normalization(function, axis: axis)
}

extension OperatorCases {
  /// Operations for each element: 2 of a batch normalization, 7 where mean and variance are
  /// computed, scaled and shifted, 4 of a root mean square.
  static let normalizations = list {
    OperatorCase(
      .batchNormalization, normalization(.batch),
      on: [.float32([1, 4, 5, 5]), .stored([4]), .stored([4]), .stored([4]), .stored([4])],
      gives: [.float32([1, 4, 5, 5])], other: .of(adds: 4 * 5 * 5, multiplies: 4 * 5 * 5),
      traffic: .bytes(parameters: 4 * 4 * 4, read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))
    OperatorCase(
      .layerNormalization, normalization(.layer),
      on: [.float32([2, 10, 8]), .stored([8]), .stored([8])], gives: [.float32([2, 10, 8])],
      other: .of(adds: 4 * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 2 * 8, read: 4 * 2 * 10 * 8, written: 4 * 2 * 10 * 8))
    // Mean and deviation of each row, in single precision.
    OperatorCase(
      .layerNormalization, "half precision, statistics over two axes",
      normalization(.layer, axis: 1),
      on: [.float16([2, 10, 8]), .stored(.float16, [10, 8])],
      gives: [.float16([2, 10, 8]), .float32([2, 1, 1]), .float32([2, 1, 1])],
      other: .of(adds: 4 * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(
        parameters: 2 * 10 * 8, read: 2 * 2 * 10 * 8, written: 2 * 2 * 10 * 8 + 4 * 2 * 2))
    OperatorCase(
      .instanceNormalization, normalization(.instance),
      on: [.float32([1, 4, 5, 5]), .stored([4]), .stored([4])], gives: [.float32([1, 4, 5, 5])],
      other: .of(adds: 4 * 4 * 5 * 5, multiplies: 3 * 4 * 5 * 5),
      traffic: .bytes(parameters: 4 * 2 * 4, read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))
    OperatorCase(
      .groupNormalization, normalization(.group),
      on: [.float32([1, 4, 5, 5]), .stored([4]), .stored([4])], gives: [.float32([1, 4, 5, 5])],
      other: .of(adds: 4 * 4 * 5 * 5, multiplies: 3 * 4 * 5 * 5),
      traffic: .bytes(parameters: 4 * 2 * 4, read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))
    OperatorCase(
      .rmsNormalization, normalization(.rootMeanSquare),
      on: [.float32([2, 10, 8]), .stored([8])],
      gives: [.float32([2, 10, 8])], other: .of(adds: 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 2 * 10 * 8, written: 4 * 2 * 10 * 8))
    OperatorCase(
      .meanVarianceNormalization, normalization(.meanVariance), on: [.float32([1, 4, 5, 5])],
      gives: [.float32([1, 4, 5, 5])], other: .of(adds: 3 * 4 * 5 * 5, multiplies: 2 * 4 * 5 * 5),
      traffic: .bytes(read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))
    OperatorCase(
      .l2Normalization, normalization(.euclidean), on: [.float32([4, 6])],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6, multiplies: 2 * 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .lpNormalization, normalization(.lp), on: [.float32([4, 6])], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6, multiplies: 2 * 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // Square, sum, product, power and quotient.
    OperatorCase(
      .lrn, normalization(.localResponse), on: [.float32([1, 4, 5, 5])],
      gives: [.float32([1, 4, 5, 5])],
      other: .of(
        adds: 4 * 5 * 5, multiplies: 2 * 4 * 5 * 5, divides: 4 * 5 * 5, transcendentals: 4 * 5 * 5),
      traffic: .bytes(read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))

    // The skipped input is added first, and so is a bias; the sum may be a result as well.
    OperatorCase(
      .skipLayerNormalization, "bias, and the sum", .microsoft("SkipLayerNormalization"),
      on: [.float32([2, 10, 8]), .float32([2, 10, 8]), .stored([8]), .stored([8]), .stored([8])],
      gives: [
        .float32([2, 10, 8]), .float32([2, 10, 1]), .float32([2, 10, 1]), .float32([2, 10, 8]),
      ],
      other: .of(adds: (4 + 2) * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(
        parameters: 4 * 3 * 8, read: 4 * 2 * 2 * 10 * 8, written: 4 * 2 * 10 * (8 + 1 + 1 + 8)))
    // Operands in the file: input, what is added, scale, bias.
    OperatorCase(
      .skipRMSNormalization, "without bias", .microsoft("SkipSimplifiedLayerNormalization"),
      on: [.float32([2, 10, 8]), .float32([2, 10, 8]), .stored([8])],
      gives: [.float32([2, 10, 8])],
      other: .of(adds: (1 + 1) * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 2 * 2 * 10 * 8, written: 4 * 2 * 10 * 8))
    OperatorCase(
      .skipRMSNormalization, "bias", .microsoft("SkipSimplifiedLayerNormalization"),
      on: [.float32([2, 10, 8]), .float32([2, 10, 8]), .stored([8]), .stored([8])],
      gives: [.float32([2, 10, 8])],
      other: .of(adds: (1 + 2) * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 2 * 8, read: 4 * 2 * 2 * 10 * 8, written: 4 * 2 * 10 * 8))
    // Operands in the file: input, scale, shift, what is added, bias.
    OperatorCase(
      .skipGroupNormalization, "bias, and the sum", .microsoft("SkipGroupNorm"),
      on: [
        .float32([1, 5, 5, 4]), .stored([4]), .stored([4]), .float32([1, 5, 5, 4]), .stored([4]),
      ],
      gives: [.float32([1, 5, 5, 4]), .float32([1, 5, 5, 4])],
      other: .of(adds: (4 + 2) * 5 * 5 * 4, multiplies: 3 * 5 * 5 * 4),
      traffic: .bytes(parameters: 4 * 3 * 4, read: 4 * 2 * 5 * 5 * 4, written: 4 * 2 * 5 * 5 * 4))
    // Of each of 2 x 10 tokens the rows of three tables are added up and normalized.
    OperatorCase(
      .embedLayerNormalization, "with segments", .microsoft("EmbedLayerNormalization"),
      on: [
        .int32([2, 10]), .int32([2, 10]), .stored([1000, 8]), .stored([128, 8]), .stored([2, 8]),
        .stored([8]), .stored([8]),
      ],
      gives: [.float32([2, 10, 8])],
      other: .of(adds: (4 + 2) * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(
        parameters: 4 * (3 * 2 * 10 * 8 + 2 * 8), read: 4 * 2 * 2 * 10, written: 4 * 2 * 10 * 8))
    OperatorCase(
      .embedLayerNormalization, "8-bit tables without segments",
      .microsoft("QEmbedLayerNormalization"),
      on: [
        .int32([2, 10]), nil, .stored(.uint8, [1000, 8]), .stored(.uint8, [128, 8]), nil,
        .stored(.uint8, [8]), .stored(.uint8, [8]),
      ],
      gives: [.float32([2, 10, 8])],
      other: .of(adds: (4 + 1) * 2 * 10 * 8, multiplies: 3 * 2 * 10 * 8),
      traffic: .bytes(
        parameters: 2 * 2 * 10 * 8 + 2 * 8, read: 4 * 2 * 10, written: 4 * 2 * 10 * 8))
    // Operands: gradient of the result, input, scale, mean, deviation.
    OperatorCase(
      .layerNormalizationGrad, .microsoft("LayerNormalizationGrad"),
      on: [
        .float32([2, 10, 8]), .float32([2, 10, 8]), .stored([8]), .float32([2, 10, 1]),
        .float32([2, 10, 1]),
      ],
      gives: [.float32([2, 10, 8]), .float32([8]), .float32([8])],
      other: .of(adds: 5 * 2 * 10 * 8, multiplies: 6 * 2 * 10 * 8),
      traffic: .bytes(
        parameters: 4 * 8, read: 4 * 2 * 10 * (8 + 8 + 1 + 1), written: 4 * (2 * 10 * 8 + 8 + 8)))
  }
}
