import Quantities
import OpGraph

/// Operators of models that were trained for few bits: QONNX's domain, and those of Brevitas and
/// FINN, from which it comes.
extension ONNXLowerings {
  static let qonnx: [ONNXLowering] = [
    // Operands in the file: input, scale, zero point, bits.
    "qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general",
  ].flatMap { domain in
    [
      ONNXLowering("Quant", domain: domain, lower: quantizer),
      ONNXLowering("IntQuant", domain: domain, lower: quantizer),
      ONNXLowering("BipolarQuant", domain: domain) { _ in
        // Plus or minus the scale.
        LoweredOperator(
          FakeQuantize(.bipolarQuant, bits: 1, bitsOperand: nil, isSigned: true))
      },
      // Operands in the file: input, scale, zero point, bits before and after.
      ONNXLowering("Trunc", domain: domain) { node throws(Problem) in
        LoweredOperator(
          FakeQuantize(
            .trunc, bits: nil, bitsOperand: 4, isSigned: try node.flag("signed", default: true)))
      },
      ONNXLowering(
        "FloatQuant", domain: domain,
        SameShape(.floatQuant, operationsPerElement: .multiplies(1), kind: .quantization)),
      ONNXLowering("MultiThreshold", domain: domain, MultiThreshold()),
      ONNXLowering("Im2Col", domain: domain, lower: patches),
    ]
  }

  /// An image with channels last; pads are those of ONNX.
  @Sendable private static func patches(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    // Old exports have one number for both axes.
    if case .integer(let size)? = node.node.attributes["kernel_size"] {
      return LoweredOperator(try squarePatches(node, size))
    }
    let kernel = try node.required("kernel_size")
    guard kernel.allSatisfy({ (1...1 << 20).contains($0) }) else {
      throw Problem("attribute 'kernel_size' is \(kernel), expected sizes of at least 1")
    }
    let axes = kernel.count
    let pads = try node.integers("pad_amount", count: 2 * axes, minimum: 0, default: 0)
    return LoweredOperator(
      Im2Col(
        window: SlidingWindow(
          strides: try node.integers("stride", count: axes, minimum: 1, default: 1),
          dilations: try node.integers("dilations", count: axes, minimum: 1, default: 1),
          padding: .explicit(before: Array(pads[..<axes]), after: Array(pads[axes...]))),
        kernel: kernel))
  }

  private static func squarePatches(
    _ node: ONNXNodeReader, _ size: Int
  ) throws(Problem) -> Im2Col {
    let stride = try node.integer("stride", default: 1)
    let pad = try node.integer("pad_amount", default: 0)
    guard (1...1 << 20).contains(size), (1...1 << 20).contains(stride), (0...1 << 20).contains(pad)
    else { throw Problem("a window of \(size), stride \(stride), padding \(pad)") }
    return Im2Col(
      window: SlidingWindow(
        strides: [stride, stride], dilations: [1, 1],
        padding: .explicit(before: [pad, pad], after: [pad, pad])), kernel: [size, size])
  }

  @Sendable private static func quantizer(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      FakeQuantize(
        .quant, bits: nil, bitsOperand: 3, isSigned: try node.flag("signed", default: true)))
  }
}
