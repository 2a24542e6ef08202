import OpGraph

private func sort(_ axis: Int, operations: Int) -> any Operator {
  Sort(axis: axis, operations: operations)
}

extension OperatorCases {
  /// At least one comparison for each element that is read.
  static let selections = list {
    OperatorCase(
      .topK, .onnx("TopK"), on: [.float32([4, 6]), .numbers([2])],
      gives: [.float32([4, 2]), .int64([4, 2])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: (4 + 8) * 4 * 2))
    // Merging takes n log2 n comparisons of n elements.
    OperatorCase(
      .sort, "two tensors", sort(1, operations: 1), on: [.float32([4, 8]), .int32([4, 8])],
      gives: [.float32([4, 8]), .int32([4, 8])], other: .of(adds: 4 * 8 * 3),
      traffic: .bytes(read: 4 * 2 * 4 * 8, written: 4 * 2 * 4 * 8))
    OperatorCase(
      .oneHot, .onnx("OneHot"), on: [.int64([5]), .number(3), .reals([0, 1])],
      gives: [.float32([5, 3])], other: .moved(5 * 3),
      traffic: .bytes(read: 8 * 5, written: 4 * 5 * 3))
    // 7 of 24 elements are not zero; two coordinates each.
    OperatorCase(
      .nonZero, "coordinates as columns", .onnx("NonZero"), on: [.float32([4, 6])],
      gives: [.int64([2, 7])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 8 * 2 * 7), with: ["NonZero()": 7])
    OperatorCase(
      .nonZero, "coordinates as rows", .tflite("WHERE"), on: [.bool([4, 6])],
      gives: [.int64([7, 2])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 6, written: 8 * 7 * 2), with: ["WHERE()": 7])
    OperatorCase(
      .compress, .onnx("Compress", ["axis": 0]), on: [.float32([4, 6]), .bool([4])],
      gives: [.float32([3, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6 + 4, written: 4 * 3 * 6), with: ["Compress()": 3])
    OperatorCase(
      .unique, "and where each element is among them", .onnx("Unique"), on: [.float32([4, 6])],
      gives: [.float32([9]), .int64([9]), .int64([4 * 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 9 + 8 * 9 + 8 * 4 * 6), with: ["Unique()": 9])
    OperatorCase(
      .unique, "TFLite", .tflite("UNIQUE"), on: [.float32([24])],
      gives: [.float32([9]), .int32([24])], other: .of(adds: 24),
      traffic: .bytes(read: 4 * 24, written: 4 * 9 + 4 * 24), with: ["UNIQUE()": 9])
    // A comparison for each of 3 x 100 scores. Limits say how to select and move nothing.
    OperatorCase(
      .nonMaxSuppression, .onnx("NonMaxSuppression"),
      on: [.float32([1, 100, 4]), .float32([1, 3, 100]), .number(10), .real(0.5), .real(0.1)],
      gives: [.int64([12, 3])], other: .of(adds: 3 * 100),
      traffic: .bytes(read: 4 * (100 * 4 + 3 * 100), written: 8 * 12 * 3),
      with: ["NonMaxSuppression()": 12])
    OperatorCase(
      .nonMaxSuppression, "a list of fixed length", .tflite("NON_MAX_SUPPRESSION_V4"),
      on: [.float32([100, 4]), .float32([100]), .number(10, .int32), .real(0.5), .real(0.1)],
      gives: [.int32([10]), .int32([])], other: .of(adds: 100),
      traffic: .bytes(read: 4 * (100 * 4 + 100), written: 4 * (10 + 1)))
    OperatorCase(
      .nonMaxSuppression, "and scores", .tflite("NON_MAX_SUPPRESSION_V5"),
      on: [
        .float32([100, 4]), .float32([100]), .number(10, .int32), .real(0.5), .real(0.1), .real(0),
      ],
      gives: [.int32([10]), .float32([10]), .int32([])], other: .of(adds: 100),
      traffic: .bytes(read: 4 * (100 * 4 + 100), written: 4 * (10 + 10 + 1)))
    // Of each of 20 boxes: four quotients by the scales; for the centre two products and two sums;
    // for the sides two exponentials, four products, and four sums to the corners. A comparison for
    // each of 20 x 3 scores.
    OperatorCase(
      .detectionPostProcess, .custom("TFLite_Detection_PostProcess", ["max_detections": 10]),
      on: [.float32([1, 20, 4]), .float32([1, 20, 3]), .stored([20, 4])],
      gives: [.float32([1, 10, 4]), .float32([1, 10]), .float32([1, 10]), .float32([1])],
      other: .of(
        adds: 20 * 3 + 20 * (2 + 4), multiplies: 20 * (2 + 4), divides: 20 * 4,
        transcendentals: 20 * 2),
      traffic: .bytes(
        parameters: 4 * 20 * 4, read: 4 * (20 * 4 + 20 * 3), written: 4 * (40 + 10 + 10 + 1)))
  }
}
