/// Copies a variable, or looks something up in a table, that a handle in operand 0 names.
package struct ReadResource: DataMovementOperator {
  package var name: OperatorName
  /// What the file states of the result; nil when the result has the shape of operand 1.
  package var type: TensorType?

  package init(_ name: OperatorName, type: TensorType?) {
    self.name = name
    self.type = type
  }

  package var isRepeatable: Bool { false }
  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [type?.elementType ?? operands[2]?.type.elementType ?? .undefined]
  }

  /// As much is read as is written, and the keys of a table.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    if let keys = operands[1], !keys.isConstant { traffic.activationsRead = keys.type.storageBytes }
    traffic.stateRead = outputs.map(\.storageBytes).sum
    traffic.activationsWritten = traffic.stateRead
    return traffic
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    if let type {
      guard type.shape != nil else {
        throw .unknown("the file does not state the variable's shape")
      }
      return [type]
    }
    return [
      TensorType(operands[2]?.type.elementType ?? .undefined, try operands.shape(1))
    ]
  }
}
