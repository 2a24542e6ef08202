/// The results of one of several branches.
///
/// Operands: the condition, then the results of each branch.
package struct If: ControlFlowOperator {
  /// How many results each branch has.
  package var results: Int
  package var branches: [Region.Branch]
  package var name: OperatorName { .if }

  package init(results: Int, branches: [Region.Branch]) {
    self.results = results
    self.branches = branches
  }

  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let taken = taken(operands)
    return (0..<results).map { place in
      func type(of branch: Int) -> TensorType {
        operands[operand(place, of: branch)]?.type ?? TensorType(.undefined, nil)
      }
      if let taken { return type(of: taken) }
      return branches.indices.dropFirst().reduce(type(of: 0)) { $0.common(with: type(of: $1)) }
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let taken = taken(operands) else { return [] }
    return (0..<results).map { operands[operand($0, of: taken)]?.value }
  }

  /// Where a branch's result stands among the operands.
  package func operand(_ place: Int, of branch: Int) -> Int {
    // bounded: the node has all results of all branches as operands
    1 + branch * results + place
  }

  private func taken(_ operands: Operands) -> Int? {
    guard let condition = operands[0]?.value?.integers?.first?.fixedValue else { return nil }
    return branches.firstIndex { $0.isTaken(for: condition) }
  }
}
