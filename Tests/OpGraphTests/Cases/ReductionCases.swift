import OpGraph

private func window(_ axes: Int, _ stride: Int, roundsUp: Bool = false) -> SlidingWindow {
  let zeros = [Int](repeating: 0, count: axes)
  return SlidingWindow(
    strides: [Int](repeating: stride, count: axes), dilations: [Int](repeating: 1, count: axes),
    padding: .explicit(before: zeros, after: zeros), roundsUp: roundsUp)
}

/// A window of 3 along each axis of 6 elements, two steps at a time: 2 places along each axis.
private func pool(_ function: Pooling.Function, _ axes: Int) -> any Operator {
  Pooling(
    function, kernel: [Int](repeating: 3, count: axes), window: window(axes, 2),
    layout: .channelsFirst)
}

private func reduction(
  _ function: Reduction.Function, _ axes: Reduction.Axes, keeps: Bool = false,
  gives type: ElementType? = nil
) -> any Operator {
  Reduction(function, axes: axes, keepsDimensions: keeps, resultType: type)
}

/// 4 rows of 6 elements, each row to one value.
private func rows(
  _ name: OperatorName, _ function: Reduction.Function, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, reduction(function, .fixed([-1]), keeps: true), on: [.float32([4, 6])],
    gives: [.float32([4, 1])], other: operations,
    traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4))
}

/// The same of truth values, or with places as the result.
private func places(_ name: OperatorName, _ function: Reduction.Function) -> OperatorCase {
  OperatorCase(
    name, reduction(function, .fixed([1]), gives: .int64), on: [.float32([4, 6])],
    gives: [.int64([4])], other: .of(adds: 4 * 6),
    traffic: .bytes(read: 4 * 4 * 6, written: 8 * 4))
}

private func truths(_ name: OperatorName, _ function: Reduction.Function) -> OperatorCase {
  OperatorCase(
    name, reduction(function, .operand(1)), on: [.bool([4, 6]), .numbers([1], .int32)],
    gives: [.bool([4])], other: .of(adds: 4 * 6), traffic: .bytes(read: 4 * 6, written: 4))
}

/// 5 rows of 3 elements that belong to 2 segments.
private func segments(
  _ name: OperatorName, _ source: String, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, .tflite(source), on: [.float32([5, 3]), .int32([5]), .number(2, .int32)],
    gives: [.float32([2, 3])], other: operations,
    traffic: .bytes(read: 4 * (5 * 3 + 5), written: 4 * 2 * 3))
}

extension OperatorCases {
  /// Taps x elements of the result.
  static let pools = list {
    OperatorCase(
      .maxPool1D, pool(.max, 1), on: [.float32([1, 4, 6])], gives: [.float32([1, 4, 2])],
      other: .of(adds: 3 * 4 * 2), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 2))
    OperatorCase(
      .maxPool2D, pool(.max, 2), on: [.float32([1, 4, 6, 6])], gives: [.float32([1, 4, 2, 2])],
      other: .of(adds: 9 * 4 * 4), traffic: .bytes(read: 4 * 4 * 36, written: 4 * 4 * 4))
    OperatorCase(
      .maxPool2D, "and places", pool(.max, 2), on: [.float32([1, 4, 6, 6])],
      gives: [.float32([1, 4, 2, 2]), .int64([1, 4, 2, 2])],
      other: .of(adds: 9 * 4 * 4), traffic: .bytes(read: 4 * 4 * 36, written: (4 + 8) * 4 * 4))
    OperatorCase(
      .maxPool2D, "rounded up",
      Pooling(
        .max, kernel: [3, 3], window: window(2, 2, roundsUp: true), layout: .channelsFirst),
      on: [.float32([1, 4, 6, 6])], gives: [.float32([1, 4, 3, 3])],
      other: .of(adds: 9 * 4 * 9), traffic: .bytes(read: 4 * 4 * 36, written: 4 * 4 * 9))
    // The third window would start in the padding at the end.
    OperatorCase(
      .maxPool2D, "rounded up, a window in the padding",
      Pooling(
        .max, kernel: [2, 2],
        window: SlidingWindow(
          strides: [3, 3], dilations: [1, 1], padding: .explicit(before: [1, 1], after: [1, 1]),
          roundsUp: true), layout: .channelsFirst),
      on: [.float32([1, 1, 5, 5])], gives: [.float32([1, 1, 2, 2])], other: .of(adds: 4 * 4),
      traffic: .bytes(read: 4 * 25, written: 4 * 4))
    OperatorCase(
      .maxPool3D, pool(.max, 3), on: [.float32([1, 4, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2])], other: .of(adds: 27 * 4 * 8),
      traffic: .bytes(read: 4 * 4 * 216, written: 4 * 4 * 8))
    OperatorCase(
      .averagePool1D, pool(.average, 1), on: [.float32([1, 4, 6])], gives: [.float32([1, 4, 2])],
      other: .of(adds: 3 * 4 * 2), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 2))
    OperatorCase(
      .averagePool2D, "TFLite, 8-bit",
      Pooling(
        .average, kernel: [2, 2],
        window: SlidingWindow(strides: [2, 2], dilations: [1, 1], padding: .sameUpper),
        layout: .channelsLast),
      on: [.int8([1, 5, 5, 4])], gives: [.int8([1, 3, 3, 4])], other: .of(adds: 4 * 3 * 3 * 4),
      traffic: .bytes(read: 5 * 5 * 4, written: 3 * 3 * 4))
    OperatorCase(
      .averagePool3D, pool(.average, 3), on: [.float32([1, 4, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2])], other: .of(adds: 27 * 4 * 8),
      traffic: .bytes(read: 4 * 4 * 216, written: 4 * 4 * 8))
    // Each kernel element is multiplied with itself.
    OperatorCase(
      .lpPool1D, pool(.lp, 1), on: [.float32([1, 4, 6])], gives: [.float32([1, 4, 2])],
      other: .of(multiplies: 3 * 4 * 2), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 2))
    OperatorCase(
      .lpPool2D, pool(.lp, 2), on: [.float32([1, 4, 6, 6])], gives: [.float32([1, 4, 2, 2])],
      other: .of(multiplies: 9 * 4 * 4), traffic: .bytes(read: 4 * 4 * 36, written: 4 * 4 * 4))
    OperatorCase(
      .lpPool3D, pool(.lp, 3), on: [.float32([1, 4, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2])], other: .of(multiplies: 27 * 4 * 8),
      traffic: .bytes(read: 4 * 4 * 216, written: 4 * 4 * 8))
    OperatorCase(
      .maxPoolND, "four axes", pool(.max, 4), on: [.float32([1, 4, 6, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2, 2])], other: .of(adds: 81 * 4 * 16),
      traffic: .bytes(read: 4 * 4 * 1296, written: 4 * 4 * 16))
    OperatorCase(
      .averagePoolND, "four axes", pool(.average, 4), on: [.float32([1, 4, 6, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2, 2])], other: .of(adds: 81 * 4 * 16),
      traffic: .bytes(read: 4 * 4 * 1296, written: 4 * 4 * 16))
    OperatorCase(
      .lpPoolND, "four axes", pool(.lp, 4), on: [.float32([1, 4, 6, 6, 6, 6])],
      gives: [.float32([1, 4, 2, 2, 2, 2])], other: .of(multiplies: 81 * 4 * 16),
      traffic: .bytes(read: 4 * 4 * 1296, written: 4 * 4 * 16))
    OperatorCase(
      .globalAveragePool, reduction(.globalAverage, .spatial, keeps: true),
      on: [.float32([2, 8, 7, 7])], gives: [.float32([2, 8, 1, 1])], other: .of(adds: 2 * 8 * 49),
      traffic: .bytes(read: 4 * 2 * 8 * 49, written: 4 * 2 * 8))
    OperatorCase(
      .globalMaxPool, reduction(.globalMax, .spatial, keeps: true),
      on: [.float32([2, 8, 7, 7])], gives: [.float32([2, 8, 1, 1])], other: .of(adds: 2 * 8 * 49),
      traffic: .bytes(read: 4 * 2 * 8 * 49, written: 4 * 2 * 8))
    // 5 elements that lie 2 apart make 9, in which 3 fit at 4 places, two steps at a time. The body
    // has one operation; the start value is no operand of the arithmetic.
    OperatorCase(
      .reduceWindow, "dilated image",
      ReduceWindow(
        sizes: [1, 3], strides: [1, 2], imageDilations: [1, 2], windowDilations: [1, 1],
        padding: [0, 0, 0, 0], results: 1, operations: 1),
      on: [.float32([4, 5]), .real(0)], gives: [.float32([4, 4])], other: .of(adds: 3 * 4 * 4),
      traffic: .bytes(read: 4 * 4 * 5, written: 4 * 4 * 4))
    OperatorCase(
      .reduceWindow, "TFLite", .tflite("REDUCE_WINDOW"),
      on: [
        .float32([4, 6]), .real(0), .numbers([2, 3]), .numbers([2, 3]), .numbers([1, 1]),
      ],
      gives: [.float32([2, 2])], other: .of(adds: 6 * 2 * 2),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 2 * 2))
  }

  /// One operation for each element that is read.
  static let reductions = list {
    rows(.reduceMean, .mean, .of(adds: 4 * 6))
    rows(.reduceSum, .sum, .of(adds: 4 * 6))
    rows(.reduceMax, .maximum, .of(adds: 4 * 6))
    rows(.reduceMin, .minimum, .of(adds: 4 * 6))
    rows(.reduceL1, .l1, .of(adds: 4 * 6))
    rows(.reduceLogSum, .logSum, .of(adds: 4 * 6))
    rows(.reduceProd, .product, .of(multiplies: 4 * 6))
    rows(.reduceL2, .l2, .of(multiplies: 4 * 6))
    rows(.reduceSumSquare, .sumSquare, .of(multiplies: 4 * 6))
    rows(.reduceLogSumExp, .logSumExp, .of(transcendentals: 4 * 6))
    places(.argMax, .argMax)
    places(.argMin, .argMin)
    truths(.reduceAll, .all)
    truths(.reduceAny, .any)
    OperatorCase(
      .reduceMean, "negative axes", reduction(.mean, .fixed([-1, -2])),
      on: [.float32([2, 8, 7, 5])], gives: [.float32([2, 8])], other: .of(adds: 2 * 8 * 7 * 5),
      traffic: .bytes(read: 4 * 2 * 8 * 7 * 5, written: 4 * 2 * 8))
    OperatorCase(
      .reduceSum, "all axes", reduction(.sum, .all), on: [.float32([4, 6])],
      gives: [.float32([])], other: .of(adds: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4))
    // Two tensors at once, by a body of three operations.
    OperatorCase(
      .reduce, "two results", Reduce(axes: [1], results: 2, operations: 3),
      on: [.float32([4, 6]), .int32([4, 6]), .real(0), .number(0, .int32)],
      gives: [.float32([4]), .int32([4])], other: .of(adds: 3 * 4 * 6),
      traffic: .bytes(read: 4 * 2 * 4 * 6, written: 4 * 2 * 4))
    segments(.unsortedSegmentSum, "UNSORTED_SEGMENT_SUM", .of(adds: 5 * 3))
    segments(.unsortedSegmentMax, "UNSORTED_SEGMENT_MAX", .of(adds: 5 * 3))
    segments(.unsortedSegmentMin, "UNSORTED_SEGMENT_MIN", .of(adds: 5 * 3))
    segments(.unsortedSegmentProd, "UNSORTED_SEGMENT_PROD", .of(multiplies: 5 * 3))
    // The last segment determines the number.
    OperatorCase(
      .segmentSum, "stored segments", .tflite("SEGMENT_SUM"),
      on: [.float32([5, 3]), .numbers([0, 0, 1, 1, 3], .int32)], gives: [.float32([4, 3])],
      other: .of(adds: 5 * 3), traffic: .bytes(read: 4 * 5 * 3, written: 4 * 4 * 3))
    OperatorCase(
      .segmentSum, "computed segments", .tflite("SEGMENT_SUM"),
      on: [.float32([5, 3]), .int32([5])], gives: [.float32([4, 3])], other: .of(adds: 5 * 3),
      traffic: .bytes(read: 4 * (5 * 3 + 5), written: 4 * 4 * 3), with: ["SEGMENT_SUM()": 4])
    // n^2 operations for each of n columns.
    OperatorCase(
      .det, .onnx("Det"), on: [.float32([2, 5, 5])], gives: [.float32([2])],
      other: .of(multiplies: 2 * 5 * 5 * 5), traffic: .bytes(read: 4 * 2 * 5 * 5, written: 4 * 2))
    // The bounding box and the angle of some landmarks.
    OperatorCase(
      .landmarks2TransformMatrix, .custom("Landmarks2TransformMatrix"),
      on: [.float32([1, 21, 3])], gives: [.float32([1, 4, 4])], other: .of(adds: 2 * 21 * 3),
      traffic: .bytes(read: 4 * 21 * 3, written: 4 * 4 * 4))
    OperatorCase(
      .landmarks2TransformMatrixV2, .custom("Landmarks2TransformMatrixV2"),
      on: [.float32([1, 21, 3])], gives: [.float32([1, 4, 4])], other: .of(adds: 2 * 21 * 3),
      traffic: .bytes(read: 4 * 21 * 3, written: 4 * 4 * 4))
  }
}
