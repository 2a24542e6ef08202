import Quantities

/// A step of an optimizer, which training graphs hold.
///
/// Operands: rate, step number, then the trained tensors, their gradients and each kind of state.
package struct OptimizerStep: Operator {
  package var name: OperatorName
  /// Kinds of state that each trained tensor has, such as a momentum.
  package var states: Int
  /// Element operations for each trained element.
  package var operationsPerElement: OperationCounts

  package init(_ name: OperatorName, states: Int, operationsPerElement: OperationCounts) {
    self.name = name
    self.states = states
    self.operationsPerElement = operationsPerElement
  }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }

  /// The trained tensors, then each kind of state, all new.
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let tensors = try tensors(operands)
    var types: [TensorType] = []
    // bounded: operands
    for index in Array(2..<2 + tensors) + Array((2 + 2 * tensors)..<operands.count) {
      types.append(try operands.type(index))
    }
    return types
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let tensors = try? tensors(operands) else { return Work(.unknown) }
    return Work(
      operationsPerElement * outputs.prefix(tensors).map(\.elementCount).sum)
  }

  private func tensors(_ operands: Operands) throws(ShapeError) -> Int {
    let lists = states + 2  // bounded: the rows of the lowering table state a few
    // bounded: there are at least two lists
    guard operands.count >= 2, (operands.count - 2) % lists == 0 else {
      throw .invalid("\(counted(operands.count, "operand")), expected 2 and a multiple of \(lists)")
    }
    return (operands.count - 2) / lists  // bounded: there are at least two lists
  }
}
