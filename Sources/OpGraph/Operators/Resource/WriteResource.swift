/// Stores operands in a variable or a table that the handle in operand 0 names.
package struct WriteResource: DataMovementOperator {
  package var name: OperatorName

  package init(_ name: OperatorName) { self.name = name }

  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  /// As much is written as is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    let stored = Operands(operands.dropFirst().map { $0 })
    var traffic = MemoryTraffic.compulsory(stored, outputs: []) { _ in .parameter }
    traffic.stateWritten = traffic.total
    return traffic
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] { [] }
}
