/// An operator that this version has no rules for; its cost is unknown, not zero.
package struct Opaque: Operator {
  /// The operator's name in the file's own terms.
  package var title: String
  /// Whether there are rules for such operators, but this one breaks them.
  package var isInvalid: Bool
  /// How many operands, which come first, are code for the operator itself.
  package var codeOperands: Int
  /// Whether a compiler made it for the accelerator of a device.
  package var isCompiled: Bool

  package init(
    _ title: String, isInvalid: Bool = false, codeOperands: Int = 0, isCompiled: Bool = false
  ) {
    self.isCompiled = isCompiled
    self.title = title
    self.isInvalid = isInvalid
    self.codeOperands = codeOperands
  }

  package var name: OperatorName { .opaque }
  package func kind(for operands: Operands) -> KernelKind { .opaque }
  package func constantRole(at place: Int) -> OperandRole {
    place < codeOperands ? .attribute : .parameter
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    throw .unknown("operator \(title) has no shape rule")
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    .unknown
  }
}
