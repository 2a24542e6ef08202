import Quantities
import OpGraph

/// Quantizers of TensorRT's domain, which NVIDIA's ModelOpt (0.47) writes.
///
/// Operands: input, scale.
extension ONNXLowerings {
  static let tensorRT: [ONNXLowering] = [
    quantizer("TRT_FP8QuantizeLinear", to: .float8e4m3fn),
    dequantizer("TRT_FP8DequantizeLinear"),
    quantizer("TRT_INT4QuantizeLinear", to: .int4),
    dequantizer("TRT_INT4DequantizeLinear"),
    dequantizer("TRT_MXFP8DequantizeLinear"),
    quantizer("QuantizeLinear", to: nil),
    dequantizer("DequantizeLinear"),
  ]

  private static func quantizer(_ type: String, to element: ElementType?) -> ONNXLowering {
    ONNXLowering(type, domain: "trt") { node throws(Problem) in
      LoweredOperator(
        Quantize(
          resultType: element, axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    }
  }

  private static func dequantizer(_ type: String) -> ONNXLowering {
    ONNXLowering(type, domain: "trt") { node throws(Problem) in
      LoweredOperator(
        Dequantize(
          resultType: nil, axis: try node.integer("axis", default: 1),
          blockSize: try node.integer("block_size", default: 0)))
    }
  }
}
