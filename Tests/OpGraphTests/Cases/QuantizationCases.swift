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
    // Blocks of 16 elements of 64, each with a scale of 8 bits; the scale of scales moves nothing.
    OperatorCase(
      .dynamicBlockQuantize, "to 4 bits", .onnx("trt", "TRT_FP4DynamicQuantize", ["axis": -1]),
      on: [.float32([4, 64]), .real(1)],
      gives: [TensorType(.float4e2m1, [4, 64]), TensorType(.float8e4m3fn, [4, 4])],
      other: .of(adds: 4 * 64, multiplies: 4 * 64),
      traffic: .bytes(read: 4 * 4 * 64, written: 4 * 64 / 2 + 4 * 4))
    // Blocks of 32; 70 elements take three.
    OperatorCase(
      .dynamicBlockQuantize, "to 8 bits", .onnx("trt", "TRT_MXFP8DynamicQuantize", ["axis": 1]),
      on: [.float32([4, 70])],
      gives: [TensorType(.float8e4m3fn, [4, 70]), .uint8([4, 3])],
      other: .of(adds: 4 * 70, multiplies: 4 * 70),
      traffic: .bytes(read: 4 * 4 * 70, written: 4 * 70 + 4 * 3))
    // 10 is float16; the scales are exponents in 8 bits.
    OperatorCase(
      .dequantize, "of exponents",
      .onnx("trt", "TRT_MXFP8DequantizeLinear", ["axis": 1, "output_dtype": 10]),
      on: [Operand(TensorType(.float8e4m3fn, [4, 64])), .uint8([4, 2])],
      gives: [TensorType(.float16, [4, 64])], other: .of(multiplies: 4 * 64),
      traffic: .bytes(read: 4 * 64 + 4 * 2, written: 2 * 4 * 64))
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
