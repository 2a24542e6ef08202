/// Draws from the distribution in each row; one operation for each outcome.
package struct Multinomial: Operator {
  /// The number of samples per row; nil when operand 1 states it.
  package var count: Int?
  package var resultType: ElementType
  package var name: OperatorName { .multinomial }

  package init(count: Int?, resultType: ElementType) {
    self.count = count
    self.resultType = resultType
  }

  package var isRepeatable: Bool { false }
  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [resultType] }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let draws: SymbolicInt
    if let count {
      draws = .fixed(count)
    } else {
      draws = try operands.integers(1).first ?? .unknown
    }
    return [TensorType(resultType, [try operands.shape(0, rank: 2)[0], draws])]
  }
}
