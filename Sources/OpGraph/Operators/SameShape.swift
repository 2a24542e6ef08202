/// An operator whose results have the shape of an operand, and that computes something for each
/// element: running sums, masks, random numbers, rotations.
package struct SameShape: Operator {
  package var name: String
  /// Element operations for each element, by the primitives that the operator is defined with.
  package var operationsPerElement: OperationCounts
  package var operatorKind: KernelKind
  /// Element types of the results; nil where it is the operand's.
  package var resultTypes: [ElementType?]
  /// The operand whose shape the results have.
  package var model: Int
  package var isRepeatable: Bool

  /// Creates it.
  package init(
    _ name: String, operationsPerElement: OperationCounts, kind: KernelKind = .elementwise,
    resultTypes: [ElementType?] = [nil], model: Int = 0, isRepeatable: Bool = true
  ) {
    self.isRepeatable = isRepeatable
    self.name = name
    self.operationsPerElement = operationsPerElement
    operatorKind = kind
    self.resultTypes = resultTypes
    self.model = model
  }

  package func kind(for operands: Operands) -> KernelKind { operatorKind }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(operationsPerElement * (operands[model]?.type.elementCount ?? .unknown))
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    resultTypes.map { $0 ?? operands[model]?.type.elementType ?? .undefined }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(model)
    let shape = try operands.shape(model)
    return resultTypes.map { TensorType($0 ?? type.elementType, shape) }
  }
}

/// An operator whose results' shapes the file states: a source of random numbers, a kernel that a
/// vendor adds.
package struct StatedShape: Operator {
  /// What an operation is counted for.
  package enum Operations: Hashable, Sendable {
    case perResult(OperationCounts)
    case perOperand(OperationCounts)
  }

  package var name: String
  package var types: [TensorType]
  package var operatorKind: KernelKind
  package var operations: Operations
  /// The size of the first axis of operand 0 in the file: results of the same size there follow it.
  package var statedBatch: Dimension?
  package var isRepeatable: Bool

  /// Creates it.
  package init(
    _ name: String, types: [TensorType], kind: KernelKind = .elementwise, operations: Operations,
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

/// A tensor of random numbers whose shape operand 0 holds.
package struct RandomNumbers: Operator {
  package var name: String

  /// Creates it.
  package init(_ name: String) { self.name = name }

  package var isRepeatable: Bool { false }
  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.float32, Shape(try operands.integers(0)))]
  }
}

/// Draws from the distribution in each row; one operation for each outcome.
package struct Sampled: Operator {
  /// How many draws from each row; nil when operand 1 says it.
  package var count: Int?
  package var resultType: ElementType
  package var name: String { "Multinomial" }

  /// Creates it.
  package init(count: Int?, resultType: ElementType) {
    self.count = count
    self.resultType = resultType
  }

  package var isRepeatable: Bool { false }
  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func elementTypes(for operands: Operands) -> [ElementType] { [resultType] }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let draws: SymbolicInt
    if let count {
      draws = .fixed(count)
    } else {
      draws = try operands.integers(1).first ?? .unknown
    }
    return [TensorType(resultType, [try operands.shape(0, rank: 2)[0], draws])]
  }
}

/// A gated activation of an input whose last axis holds the gates beside the values.
package struct HalvedActivation: Operator {
  package var name: String

  /// Creates it.
  package init(_ name: String) { self.name = name }

  package func kind(for operands: Operands) -> KernelKind { .activation }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no halves") }
    shape[shape.rank - 1] = last.floorDivided(by: 2)
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// The activation and the product with the gate.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      OperationCounts(multiplies: 2, transcendentals: 1)
        * (outputs.first?.elementCount ?? .unknown))
  }
}
