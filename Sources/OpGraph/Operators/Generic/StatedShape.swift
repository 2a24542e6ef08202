/// An operator whose results' shapes the file states: a source of random numbers, a kernel that a
/// vendor adds.
package struct StatedShape: Operator {
  /// What an operation is counted for.
  package enum Operations: Hashable, Sendable {
    case perResult(OperationCounts)
    case perOperand(OperationCounts)
  }

  package var name: OperatorName
  package var types: [TensorType]
  package var operatorKind: KernelKind
  package var operations: Operations
  /// The size of the first axis of operand 0 in the file: results of the same size there follow it.
  package var statedBatch: Dimension?
  package var isRepeatable: Bool

  package init(
    _ name: OperatorName, types: [TensorType], kind: KernelKind = .elementwise,
    operations: Operations,
    statedBatch: Dimension? = nil, isRepeatable: Bool = true
  ) {
    self.isRepeatable = isRepeatable
    self.name = name
    self.types = types
    operatorKind = kind
    self.operations = operations
    self.statedBatch = statedBatch
  }

  package func kind(for operands: Operands) -> KernelKind { operatorKind }
  package func elementTypes(for operands: Operands) -> [ElementType] { types.map(\.elementType) }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    switch operations {
    case .perResult(let count):
      return Work(count * (outputs.first?.elementCount ?? .unknown))
    case .perOperand(let count):
      return Work(count * (operands[0]?.type.elementCount ?? .unknown))
    }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var results = types
    let batch = operands[0]?.type.shape?.dimensions.first
    for index in results.indices {
      guard let shape = results[index].shape else {
        throw .unknown("the file does not say the shape of a result of \(name)")
      }
      if let batch, let statedBatch, shape.dimensions.first == statedBatch {
        results[index].shape?[0] = batch
      }
    }
    return results
  }
}
