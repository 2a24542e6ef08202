/// An operator that this version has no rules for; its cost is unknown, not zero.
package struct Opaque: Operator {
  /// The operator's name in the file's own terms.
  package var title: String
  /// Whether there are rules for such operators, but this one breaks them.
  package var isInvalid: Bool

  package init(_ title: String, isInvalid: Bool = false) {
    self.title = title
    self.isInvalid = isInvalid
  }

  package var name: OperatorName { .opaque }
  package func kind(for operands: Operands) -> KernelKind { .opaque }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    throw .unknown("operator \(title) has no shape rule")
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    .unknown
  }
}
