import OpGraph

private func resize(
  _ interpolation: Resize.Interpolation, _ target: Resize.Target
) -> any Operator {
  Resize(interpolation, target: target)
}

extension OperatorCases {
  /// 1, 4 and 16 operations for each element of the result: nearest, linear, cubic.
  static let resizes = list {
    OperatorCase(
      .resizeNearest, "by factors", resize(.nearest, .factors([1, 1, 2, 0.5])),
      on: [.float32([1, 3, 5, 5])], gives: [.float32([1, 3, 10, 2])], other: .of(adds: 3 * 10 * 2),
      traffic: .bytes(read: 4 * 3 * 5 * 5, written: 4 * 3 * 10 * 2))
    // 0.7 and 1.3 in 32 bits lie below the decimals, and their products with 10 are 7 and 13 in 32 bits.
    OperatorCase(
      .resizeNearest, "by decimals",
      resize(.nearest, .factors([1, 1, Double(Float(0.7)), Double(Float(1.3))])),
      on: [.float32([1, 3, 10, 10])], gives: [.float32([1, 3, 7, 13])],
      other: .of(adds: 3 * 7 * 13),
      traffic: .bytes(read: 4 * 3 * 10 * 10, written: 4 * 3 * 7 * 13))
    OperatorCase(
      .resizeLinear, "to sizes", resize(.linear, .spatialSizes),
      on: [.float32([1, 4, 4, 3]), .numbers([9, 7], .int32)], gives: [.float32([1, 9, 7, 3])],
      other: .of(multiplies: 4 * 9 * 7 * 3),
      traffic: .bytes(read: 4 * 4 * 4 * 3, written: 4 * 9 * 7 * 3))
    OperatorCase(
      .resizeCubic, "scales in an operand", .onnx("Resize", ["mode": "cubic"]),
      on: [.float32([1, 3, 5, 5]), nil, .reals([1, 1, 2, 2])], gives: [.float32([1, 3, 10, 10])],
      other: .of(multiplies: 16 * 3 * 10 * 10),
      traffic: .bytes(read: 4 * 3 * 5 * 5, written: 4 * 3 * 10 * 10))
    OperatorCase(
      .resizeNearestNeighborBatched, .custom("ResizeNearestNeighborBatched"),
      on: [.float32([2, 4, 4, 3]), .numbers([8, 8], .int32)], gives: [.float32([2, 8, 8, 3])],
      other: .of(adds: 2 * 8 * 8 * 3),
      traffic: .bytes(read: 4 * 2 * 4 * 4 * 3, written: 4 * 2 * 8 * 8 * 3))
    // Four weighted neighbours are added up.
    OperatorCase(
      .transformTensorBilinear, .custom("TransformTensorBilinear"),
      on: [.float32([1, 8, 8, 3]), .float32([1, 4, 4])], gives: [.float32([1, 5, 5, 3])],
      other: .of(adds: 4 * 5 * 5 * 3, multiplies: 4 * 5 * 5 * 3),
      traffic: .bytes(read: 4 * (8 * 8 * 3 + 4 * 4), written: 4 * 5 * 5 * 3))
    OperatorCase(
      .gridSample, .onnx("GridSample"), on: [.float32([1, 4, 8, 8]), .float32([1, 3, 5, 2])],
      gives: [.float32([1, 4, 3, 5])], other: .of(multiplies: 4 * 4 * 3 * 5),
      traffic: .bytes(read: 4 * (4 * 8 * 8 + 3 * 5 * 2), written: 4 * 4 * 3 * 5))
    OperatorCase(
      .roiAlign, .onnx("RoiAlign", ["output_height": 2, "output_width": 2]),
      on: [.float32([1, 4, 8, 8]), .float32([5, 4]), .int64([5])], gives: [.float32([5, 4, 2, 2])],
      other: .of(multiplies: 4 * 5 * 4 * 2 * 2),
      traffic: .bytes(read: 4 * (4 * 8 * 8 + 5 * 4) + 8 * 5, written: 4 * 5 * 4 * 2 * 2))
    // Elements are compared; how many there are in a part of a region depends on data, 4 count.
    OperatorCase(
      .maxRoiPool, .onnx("MaxRoiPool", ["pooled_shape": [2, 2]]),
      on: [.float32([1, 4, 8, 8]), .float32([5, 5])], gives: [.float32([5, 4, 2, 2])],
      other: .of(adds: 4 * 5 * 4 * 2 * 2),
      traffic: .bytes(read: 4 * (4 * 8 * 8 + 5 * 5), written: 4 * 5 * 4 * 2 * 2))
    // Every element of the columns is added to the image.
    OperatorCase(
      .col2Im, .onnx("Col2Im", ["strides": [2, 2]]),
      on: [.float32([1, 3 * 2 * 2, 4]), .numbers([4, 4]), .numbers([2, 2])],
      gives: [.float32([1, 3, 4, 4])], other: .of(adds: 3 * 2 * 2 * 4),
      traffic: .bytes(read: 4 * 3 * 2 * 2 * 4, written: 4 * 3 * 4 * 4))
    OperatorCase(
      .maxUnpool, .onnx("MaxUnpool", ["kernel_shape": [2, 2], "strides": [2, 2]]),
      on: [.float32([1, 3, 2, 2]), .int64([1, 3, 2, 2])], gives: [.float32([1, 3, 4, 4])],
      other: .moved(3 * 4 * 4), traffic: .bytes(read: (4 + 8) * 3 * 2 * 2, written: 4 * 3 * 4 * 4))
    OperatorCase(
      .maxUnpooling2D, .custom("MaxUnpooling2D"),
      on: [.float32([1, 2, 2, 3]), .int32([1, 2, 2, 3])], gives: [.float32([1, 4, 4, 3])],
      other: .moved(4 * 4 * 3), traffic: .bytes(read: 4 * 2 * 2 * 2 * 3, written: 4 * 4 * 4 * 3))
    // The options are those of a window, as bytes: padding, strides, and the window's width and
    // height of 2.
    OperatorCase(
      .maxPoolWithArgmax2D, .custom("MaxPoolingWithArgmax2D", ["bytes": [1, 2, 2, 2, 2]]),
      on: [.float32([1, 4, 4, 3])], gives: [.float32([1, 2, 2, 3]), .float32([1, 2, 2, 3])],
      other: .of(adds: 4 * 2 * 2 * 3),
      traffic: .bytes(read: 4 * 4 * 4 * 3, written: 4 * 2 * 2 * 2 * 3))
  }
}
