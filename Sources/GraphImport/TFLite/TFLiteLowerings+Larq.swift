import Quantities
import OpGraph

/// Operators of Larq Compute Engine 0.16 (larq_compute_engine/tflite/kernels): tensors of bits are
/// packed along the channels, 32 in an element.
extension TFLiteLowerings {
  static let larq: [TFLiteLowering] = [
    .stated(.quantize, named: "LceQuantize", .perOperand(.adds(1)), kind: .quantization),
    .stated(.dequantize, named: "LceDequantize", .perResult(.adds(1)), kind: .quantization),
    TFLiteLowering("LceBMaxPool2d") { op throws(Problem) in
      let height = SymbolicInt.fixed(try op.positive("filter_height", default: 1))
      let width = SymbolicInt.fixed(try op.positive("filter_width", default: 1))
      return LoweredOperator(
        StatedShape(
          .maxPool2D, types: op.resultTypes, kind: .pooling,
          operations: .perResult(.adds(height * width)),
          statedBatch: op.operand(0)?.type.shape?.dimensions.first))
    },
    TFLiteLowering("LceBconv2d") { op throws(Problem) in
      LoweredOperator(
        BinaryConvolution(
          channels: try op.positive("channels_in", default: 0), result: try op.resultType()),
        fusedActivation: larqActivation(op.integer("fused_activation_function", default: 0)))
    },
  ]

  /// The numbers are those of the schema's `ActivationFunctionType`.
  private static func larqActivation(_ number: Int) -> ActivationFunction? {
    switch number {
    case 1: .relu
    case 2: .reluN1To1
    case 3: .relu6
    default: nil
    }
  }
}
