/// The numbers from a start to before a limit by a step.
package struct SequenceRange: Operator {
  package var name: OperatorName { .range }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let values = (0..<3).compactMap { operands[$0]?.value }
    guard values.count == 3, values.allSatisfy({ $0.count == 1 }) else {
      return [TensorType(type, [.unknown])]
    }
    if type.isFloat {
      let numbers = values.compactMap(\.floats?.first)
      guard numbers.count == 3, numbers[2] != 0,
        let count = Int(exactly: ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up))
      else { return [TensorType(type, [.unknown])] }
      return [TensorType(type, [.fixed(Swift.max(0, count))])]
    }
    let integers = values.compactMap(\.integers?.first)
    guard integers.count == 3 else { return [TensorType(type, [.unknown])] }
    let count = (integers[1] - integers[0]).ceilDividedTowardsLimit(by: integers[2])
    return [TensorType(type, [count.fixedValue.map { .fixed(Swift.max(0, $0)) } ?? count])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let count = outputs.first?.elementCount.fixedValue,
      (0...ConstantValue.maximumElements).contains(count),
      let start = operands[0]?.value?.integers?.first,
      let step = operands[2]?.value?.integers?.first
    else { return [] }
    return [.integers((0..<count).map { start + step * .fixed($0) })]
  }
}

extension SymbolicInt {
  /// How many steps fit before a limit at this distance, for steps of either sign.
  fileprivate func ceilDividedTowardsLimit(by step: SymbolicInt) -> SymbolicInt {
    if let step = step.fixedValue, step < 0 {
      return (self * -1).ceilDivided(by: .fixed(step) * -1)
    }
    return ceilDivided(by: step)
  }
}
