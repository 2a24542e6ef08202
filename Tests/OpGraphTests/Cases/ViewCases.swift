import OpGraph

private func reshape(_ target: Reshape.Target) -> any Operator { Reshape(target) }

extension OperatorCases {
  /// Another shape for the same bytes, and arithmetic on shapes: nothing is computed or moved.
  static let views = list {
    OperatorCase(
      .reshape, "-1 and 0", reshape(.operand(zeroIsLiteral: false)),
      on: [.float32([2, 3, 4]), .numbers([0, -1, 2])], gives: [.float32([2, 6, 2])])
    OperatorCase(
      .reshape, "stated, open batch", reshape(.fixed([-1, 12], zeroIsLiteral: true)),
      on: [.float32([.symbol("batch"), 3, 4])], gives: [.float32([5, 12])], with: ["batch": 5])
    OperatorCase(
      .flatten, reshape(.flattened(axis: 2)), on: [.float32([2, 3, 4, 5])],
      gives: [.float32([6, 20])])
    OperatorCase(
      .squeeze, Squeeze(axes: [0, -1]), on: [.float32([1, 3, 1, 1])], gives: [.float32([3, 1])])
    OperatorCase(
      .unsqueeze, Unsqueeze(axes: [0, -1]), on: [.float32([3, 4])],
      gives: [.float32([1, 3, 4, 1])])
    OperatorCase(
      .identity, "dropout with its mask", .onnx("Dropout"), on: [.float32([2, 3])],
      gives: [.float32([2, 3]), .bool([2, 3])])
    OperatorCase(
      .identity, "TensorFlow", .flex("Identity"), on: [.float32([2])], gives: [.float32([2])])
    OperatorCase(
      .shape, "from an axis on", ShapeOf(elementType: .int64, start: 1),
      on: [.float32([2, 3, 8])], gives: [.int64([2])])
    OperatorCase(.size, .onnx("Size"), on: [.float32([2, 3, 8])], gives: [.int64([])])
    OperatorCase(.rank, .tflite("RANK"), on: [.float32([2, 3, 8])], gives: [.int32([])])
    OperatorCase(
      .broadcastArgs, .tflite("BROADCAST_ARGS"),
      on: [.numbers([2, 1], .int32), .numbers([3], .int32)], gives: [.int32([2])])
    // Of shapes [4, 1] and [6] the gradients are summed over axis 1 and axis 0.
    OperatorCase(
      .broadcastGradientArgs, .microsoft("BroadcastGradientArgs"),
      on: [.numbers([4, 1]), .numbers([6])], gives: [.int64([1]), .int64([1])])
    OperatorCase(
      .constant, Constant(type: .float32([2, 3]), value: nil), on: [], gives: [.float32([2, 3])])
  }
}
