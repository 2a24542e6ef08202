/// An operator whose results' shapes the file states: a source of random numbers, a kernel that a
/// vendor adds.
package struct StatedShape: Operator {
  /// What an operation is counted for.
  package enum Operations: Hashable, Sendable {
    case perResult(OperationCounts)
    case perOperand(OperationCounts)
    /// For each run along the last axis, such as the frames of a signal.
    case perResultRow(OperationCounts)
    case perOperandRow(OperationCounts)
  }

  package var name: OperatorName
  package var types: [TensorType]
  package var operatorKind: KernelKind
  package var operations: Operations
  /// The size of the first axis of operand 0 in the file: results of the same size there follow it.
  package var statedBatch: Dimension?
  package var isRepeatable: Bool
  /// The result whose elements count, where the first one only describes it.
  package var countedResult: Int
  /// Operands that are parameters, such as a size.
  package var attributes: Set<Int>

  package init(
    _ name: OperatorName, types: [TensorType], kind: KernelKind = .elementwise,
    operations: Operations, statedBatch: Dimension? = nil, isRepeatable: Bool = true,
    countedResult: Int = 0, attributes: Set<Int> = []
  ) {
    self.attributes = attributes
    self.countedResult = countedResult
    self.isRepeatable = isRepeatable
    self.name = name
    self.types = types
    operatorKind = kind
    self.operations = operations
    self.statedBatch = statedBatch
  }

  package func kind(for operands: Operands) -> KernelKind { operatorKind }
  package func constantRole(at index: Int) -> OperandRole {
    attributes.contains(index) ? .attribute : .parameter
  }
  package func elementTypes(for operands: Operands) -> [ElementType] { types.map(\.elementType) }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let result = outputs.indices.contains(countedResult) ? outputs[countedResult] : nil
    switch operations {
    case .perResult(let count): return Work(count * (result?.elementCount ?? .unknown))
    case .perOperand(let count):
      return Work(count * (operands[0]?.type.elementCount ?? .unknown))
    case .perResultRow(let count): return Work(count * Self.rows(result))
    case .perOperandRow(let count): return Work(count * Self.rows(operands[0]?.type))
    }
  }

  private static func rows(_ type: TensorType?) -> SymbolicInt {
    type?.shape?.dimensions.dropLast().product ?? .unknown
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var results = types
    let batch = operands[0]?.type.shape?.dimensions.first
    for index in results.indices {
      guard let shape = results[index].shape else {
        throw .unknown("the file does not state the shape of a result of \(name)")
      }
      if let batch, let statedBatch, shape.dimensions.first == statedBatch {
        results[index].shape?[0] = batch
      }
    }
    return results
  }
}
