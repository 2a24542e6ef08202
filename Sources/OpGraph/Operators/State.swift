/// Names a variable or a table that is kept from one inference to the next.
public struct ResourceHandle: ControlFlowOperator {
  public var name: String
  /// Handles are scalars or vectors of one element.
  public var shape: Shape

  /// Creates it.
  public init(_ name: String, shape: Shape = [1]) {
    self.name = name
    self.shape = shape
  }

  public func elementTypes(for operands: Operands) -> [ElementType] { [.resource] }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.resource, shape)]
  }
}

/// Copies a variable, or looks something up in a table, that a handle in operand 0 names.
public struct ReadState: DataMovementOperator {
  public var name: String
  /// What the file says of the result; nil when the result has the shape of operand 1.
  public var type: TensorType?

  /// Creates it.
  public init(_ name: String, type: TensorType?) {
    self.name = name
    self.type = type
  }

  public var isRepeatable: Bool { false }
  public func constantRole(at index: Int) -> OperandRole { .attribute }

  /// As much is read as is written.
  public func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    traffic.stateRead = outputs.map(\.storageBytes).sum
    traffic.activationsWritten = traffic.stateRead
    return traffic
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
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
public struct WriteState: DataMovementOperator {
  public var name: String

  /// Creates it.
  public init(_ name: String) { self.name = name }

  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  /// As much is written as is read.
  public func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    let stored = Operands(operands.dropFirst().map { $0 })
    var traffic = MemoryTraffic.compulsory(stored, outputs: []) { _ in .parameter }
    traffic.stateWritten = traffic.total
    return traffic
  }

  public func elementTypes(for operands: Operands) -> [ElementType] { [] }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] { [] }
}
