/// Names a variable or a table that is kept from one inference to the next.
package struct ResourceHandle: ControlFlowOperator {
  package var name: String
  /// Handles are scalars or vectors of one element.
  package var shape: Shape

  /// Creates it.
  package init(_ name: String, shape: Shape = [1]) {
    self.name = name
    self.shape = shape
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [.resource] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.resource, shape)]
  }
}

/// Copies a variable, or looks something up in a table, that a handle in operand 0 names.
package struct ReadState: DataMovementOperator {
  package var name: String
  /// What the file says of the result; nil when the result has the shape of operand 1.
  package var type: TensorType?

  /// Creates it.
  package init(_ name: String, type: TensorType?) {
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
      guard type.shape != nil else { throw .unknown("the file does not say the variable's shape") }
      return [type]
    }
    return [
      TensorType(operands[2]?.type.elementType ?? .undefined, try operands.shape(1))
    ]
  }
}

/// Stores operands in a variable or a table that the handle in operand 0 names.
package struct WriteState: DataMovementOperator {
  package var name: String

  /// Creates it.
  package init(_ name: String) { self.name = name }

  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.moves(operands.dropFirst().map { $0?.type.elementCount ?? 0 }.sum))
  }

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
