import Quantities
import OpGraph

/// Quantizers of TensorRT's domain, which NVIDIA's ModelOpt (0.47) writes.
///
/// Operands: input, scale. The rules are those of the parser of TensorRT (`TRT_custom_ops.md` in
/// https://github.com/onnx/onnx-tensorrt).
extension ONNXLowerings {
  static let tensorRT: [ONNXLowering] = [
    quantizer("TRT_FP8QuantizeLinear", to: .float8e4m3fn),
    dequantizer("TRT_FP8DequantizeLinear"),
    quantizer("TRT_INT4QuantizeLinear", to: .int4),
    dequantizer("TRT_INT4DequantizeLinear"),
    // Scales of microscaling (MX) formats are powers of two, stored as exponents.
    quantizer("TRT_MXFP8QuantizeLinear", to: .float8e4m3fn),
    .tensorRT("TRT_MXFP8DequantizeLinear") { node throws(Problem) in
      LoweredOperator(
        Dequantize(
          resultType: try node.elementType("output_dtype") ?? .float32,
          axis: try node.integer("axis", default: -1),
          blockSize: try node.integer("block_size", default: 32)))
    },
    .tensorRT("TRT_MXFP8DynamicQuantize") { node throws(Problem) in
      LoweredOperator(
        DynamicBlockQuantize(
          resultType: try node.elementType("output_dtype") ?? .float8e4m3fn, scaleType: .uint8,
          axis: try node.integer("axis", default: -1),
          blockSize: try node.blockSize(default: 32)))
    },
    .tensorRT("TRT_FP4DynamicQuantize") { node throws(Problem) in
      LoweredOperator(
        DynamicBlockQuantize(
          resultType: .float4e2m1,
          scaleType: try node.elementType("scale_type") ?? .float8e4m3fn,
          axis: try node.integer("axis", default: -1),
          blockSize: try node.blockSize(default: 16)))
    },
    // Quantizes and dequantizes in blocks, before ModelOpt stores the weights in 4 bits.
    .tensorRT("TRT_FP4QDQ") { _ in
      LoweredOperator(
        SameShape(.floatQuant, operationsPerElement: .multiplies(1), kind: .quantization))
    },
    quantizer("QuantizeLinear", to: nil),
    dequantizer("DequantizeLinear"),
  ]

  private static func quantizer(_ type: String, to element: ElementType?) -> ONNXLowering {
    .tensorRT(type) { node throws(Problem) in
      LoweredOperator(
        Quantize(
          resultType: element, axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    }
  }

  private static func dequantizer(_ type: String) -> ONNXLowering {
    .tensorRT(type) { node throws(Problem) in
      LoweredOperator(
        Dequantize(
          resultType: nil, axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    }
  }
}

extension ONNXLowering {
  fileprivate static func tensorRT(
    _ type: String,
    lower: @escaping @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator
  ) -> ONNXLowering {
    ONNXLowering(type, domain: "trt", lower: lower)
  }
}

extension ONNXNodeReader {
  fileprivate func blockSize(default size: Int) throws(Problem) -> Int {
    let stated = try integer("block_size", default: size)
    guard (1...1 << 20).contains(stated) else {
      throw Problem("attribute 'block_size' is \(stated), expected at least 1")
    }
    return stated
  }
}
