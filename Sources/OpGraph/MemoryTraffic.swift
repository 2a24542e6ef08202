/// Bytes that an operator moves, by role, at the tensors' storage width.
package struct MemoryTraffic: Hashable, Sendable {
  package var weights: SymbolicInt = 0
  package var bias: SymbolicInt = 0
  package var parameters: SymbolicInt = 0
  package var activationsRead: SymbolicInt = 0
  package var activationsWritten: SymbolicInt = 0
  /// Of what is kept from one inference to the next: recurrent states, caches, variables.
  package var stateRead: SymbolicInt = 0
  package var stateWritten: SymbolicInt = 0

  package init() {}

  /// No traffic.
  package static let none = MemoryTraffic()

  /// Every operand read once and every output written once.
  package static func compulsory(
    _ operands: Operands, outputs: [TensorType], constantRole: (Int) -> OperandRole
  ) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    for (index, operand) in operands.enumerated() {
      guard let operand else { continue }
      traffic.add(operand.type.packedBytes, as: operand.role(orConstant: constantRole(index)))
    }
    for output in outputs { traffic.activationsWritten += output.storageBytes }
    return traffic
  }

  /// Adds bytes that are read in a role.
  package mutating func add(_ bytes: SymbolicInt, as role: OperandRole) {
    switch role {
    case .weight, .auxiliary: weights += bytes
    case .bias: bias += bytes
    case .parameter: parameters += bytes
    case .activation: activationsRead += bytes
    case .state: stateRead += bytes
    case .attribute: break
    }
  }

  /// Moves bytes that were counted as results to those that are kept.
  package mutating func keep(_ bytes: SymbolicInt) {
    activationsWritten = activationsWritten - bytes
    stateWritten += bytes
  }

  package static func += (left: inout MemoryTraffic, right: MemoryTraffic) {
    left.weights += right.weights
    left.bias += right.bias
    left.parameters += right.parameters
    left.activationsRead += right.activationsRead
    left.activationsWritten += right.activationsWritten
    left.stateRead += right.stateRead
    left.stateWritten += right.stateWritten
  }

  /// The traffic of several executions.
  package static func * (traffic: MemoryTraffic, count: SymbolicInt) -> MemoryTraffic {
    traffic.mapCounts { $0 * count }
  }

  /// The traffic with each of its counts replaced.
  package func mapCounts(_ transform: (SymbolicInt) -> SymbolicInt) -> MemoryTraffic {
    var result = self
    result.weights = transform(weights)
    result.bias = transform(bias)
    result.parameters = transform(parameters)
    result.activationsRead = transform(activationsRead)
    result.activationsWritten = transform(activationsWritten)
    result.stateRead = transform(stateRead)
    result.stateWritten = transform(stateWritten)
    return result
  }

  /// Bytes that are the same in every inference.
  package var constants: SymbolicInt { weights + bias + parameters }
  /// Bytes that change with every inference, those that are kept included.
  package var activations: SymbolicInt {
    activationsRead + activationsWritten + stateRead + stateWritten
  }
  /// Bytes of what is kept from one inference to the next.
  package var state: SymbolicInt { stateRead + stateWritten }
  /// The sum of all bytes.
  package var total: SymbolicInt { constants + activations }
}
