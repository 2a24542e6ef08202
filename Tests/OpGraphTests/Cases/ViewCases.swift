import OpGraph

private func reshape(_ target: Reshape.Target) -> any Operator { Reshape(target) }
private func axes(_ change: ChangeAxes.Change, _ axes: [Int]?) -> any Operator {
  ChangeAxes(change, axes: axes)
}

extension OperatorCases {
  /// Another shape for the same bytes, and arithmetic on shapes: nothing is computed or moved.
  static let views = list {
    OperatorCase(
      "Reshape", "-1 and 0", reshape(.operand(zeroIsLiteral: false)),
      on: [.float32([2, 3, 4]), .numbers([0, -1, 2])], gives: [.float32([2, 6, 2])])
    OperatorCase(
      "Reshape", "stated, open batch", reshape(.fixed([-1, 12], zeroIsLiteral: true)),
      on: [.float32([.symbol("batch"), 3, 4])], gives: [.float32([5, 12])], with: ["batch": 5])
    OperatorCase(
      "Flatten", reshape(.flattened(axis: 2)), on: [.float32([2, 3, 4, 5])],
      gives: [.float32([6, 20])])
    OperatorCase(
      "Squeeze", axes(.squeeze, [0, -1]), on: [.float32([1, 3, 1, 1])], gives: [.float32([3, 1])])
    OperatorCase(
      "Unsqueeze", axes(.unsqueeze, [0, -1]), on: [.float32([3, 4])],
      gives: [.float32([1, 3, 4, 1])])
    OperatorCase(
      "Identity", "dropout with its mask", .onnx("Dropout"), on: [.float32([2, 3])],
      gives: [.float32([2, 3]), .bool([2, 3])])
    OperatorCase(
      "Identity", "TensorFlow", .flex("Identity"), on: [.float32([2])], gives: [.float32([2])])
    OperatorCase(
      "Shape", "from an axis on", ShapeOf(elementType: .int64, start: 1),
      on: [.float32([2, 3, 8])], gives: [.int64([2])])
    OperatorCase("Size", .onnx("Size"), on: [.float32([2, 3, 8])], gives: [.int64([])])
    OperatorCase("Rank", .tflite("RANK"), on: [.float32([2, 3, 8])], gives: [.int32([])])
    OperatorCase(
      "BroadcastArgs", .tflite("BROADCAST_ARGS"),
      on: [.numbers([2, 1], .int32), .numbers([3], .int32)], gives: [.int32([2])])
    // Of shapes [4, 1] and [6] the gradients are summed over axis 1 and axis 0.
    OperatorCase(
      "BroadcastGradientArgs", .microsoft("BroadcastGradientArgs"),
      on: [.numbers([4, 1]), .numbers([6])], gives: [.int64([1]), .int64([1])])
    OperatorCase(
      "Constant", Constant(type: .float32([2, 3]), value: nil), on: [], gives: [.float32([2, 3])])
  }
}
