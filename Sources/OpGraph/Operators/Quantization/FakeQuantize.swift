/// Rounds floating-point numbers to those that integers of a few bits stand for, and keeps them as floats, as
/// models that are trained for quantization do (QONNX Quant, BipolarQuant, Trunc; TFLite
/// FAKE_QUANT).
///
/// Operands: input and, where the file states none, scale and zero point.
package struct FakeQuantize: Operator {
  package var name: OperatorName
  /// Bits of the integers; nil when the operand at `bitsOperand` holds them.
  package var bits: Int?
  package var bitsOperand: Int?
  package var isSigned: Bool

  package init(_ name: OperatorName, bits: Int?, bitsOperand: Int?, isSigned: Bool) {
    self.name = name
    self.bits = bits
    self.bitsOperand = bitsOperand
    self.isSigned = isSigned
  }

  package func kind(for operands: Operands) -> KernelKind { .quantization }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  /// One product with a scale for each element, as of any quantization.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  /// Bits of the integers; nil when that is not known.
  package func bits(_ operands: Operands) -> Int? {
    if let bits { return bits }
    let number = bitsOperand.flatMap { operands[$0]?.value?.floats?.first }
    return number.flatMap { Int(exactly: $0.rounded(.up)) }
  }
}
