import OpGraph

extension OperatorCases {
  /// One product with a scale for each element; scales and zero points move nothing.
  static let quantization = list {
    OperatorCase(
      .quantize, .onnx("QuantizeLinear"), on: [.float32([4, 6]), .real(1), .number(0, .int8)],
      gives: [.int8([4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 6))
    // Rounds and keeps floats.
    OperatorCase(
      .fakeQuantize, .tflite("FAKE_QUANT"), on: [.float32([4, 6])],
      gives: [.float32([4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .dequantize, .onnx("DequantizeLinear"), on: [.int8([4, 6]), .real(1), .number(0, .int8)],
      gives: [.float32([4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 6, written: 4 * 4 * 6))
    // Minimum and maximum, then the scale.
    OperatorCase(
      .dynamicQuantize, .onnx("DynamicQuantizeLinear"), on: [.float32([4, 6])],
      gives: [.uint8([4, 6]), .float32([]), .uint8([])],
      other: .of(adds: 2 * 4 * 6, multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 6 + 4 + 1))
    OperatorCase(
      .quant, .onnx("qonnx.custom_op.general", "Quant"),
      on: [.float32([4, 6]), .real(1), .real(0), .real(4)], gives: [.float32([4, 6])],
      other: .of(multiplies: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .bipolarQuant, .onnx("qonnx.custom_op.general", "BipolarQuant"),
      on: [.float32([4, 6]), .real(1)], gives: [.float32([4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .trunc, .onnx("qonnx.custom_op.general", "Trunc"),
      on: [.float32([4, 6]), .real(1), .real(0), .real(8), .real(4)], gives: [.float32([4, 6])],
      other: .of(multiplies: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .floatQuant, .onnx("qonnx.custom_op.general", "FloatQuant"), on: [.float32([4, 6])],
      gives: [.float32([4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // 15 thresholds of each channel.
    OperatorCase(
      .multiThreshold, .onnx("qonnx.custom_op.general", "MultiThreshold"),
      on: [.float32([1, 4, 5, 5]), .stored([4, 15])], gives: [.float32([1, 4, 5, 5])],
      other: .of(adds: 15 * 4 * 5 * 5),
      traffic: .bytes(parameters: 4 * 4 * 15, read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))
    // A sparse tensor is read as it is stored.
    OperatorCase(
      .densify, .tflite("DENSIFY"),
      on: [
        Operand(
          TensorType(
            .float32, [4, 6], sparsity: Sparsity(storedBytes: 40, compressedAxes: [1])),
          isConstant: true)
      ],
      gives: [.float32([4, 6])], other: .moved(4 * 6),
      traffic: .bytes(parameters: 40, written: 4 * 4 * 6))
  }
}
