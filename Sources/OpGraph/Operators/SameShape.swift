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
  /// Whether the elements of operands are read; else only a shape is taken.
  package var readsElements: Bool
  /// Operands that say how to compute, such as an axis.
  package var attributes: Set<Int>

  /// Creates it.
  package init(
    _ name: String, operationsPerElement: OperationCounts, kind: KernelKind = .elementwise,
    resultTypes: [ElementType?] = [nil], model: Int = 0, isRepeatable: Bool = true,
    readsElements: Bool = true, attributes: Set<Int> = []
  ) {
    self.readsElements = readsElements
    self.attributes = attributes
    self.isRepeatable = isRepeatable
    self.name = name
    self.operationsPerElement = operationsPerElement
    operatorKind = kind
    self.resultTypes = resultTypes
    self.model = model
  }

  package func kind(for operands: Operands) -> KernelKind { operatorKind }
  package func constantRole(at index: Int) -> OperandRole {
    attributes.contains(index) ? .attribute : .parameter
  }

  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(
      readsElements ? operands : Operands([]), outputs: outputs, constantRole: constantRole)
  }

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
    /// For each run along the last axis, such as the frames of a signal.
    case perResultRow(OperationCounts)
    case perOperandRow(OperationCounts)
  }

  package var name: String
  package var types: [TensorType]
  package var operatorKind: KernelKind
  package var operations: Operations
  /// The size of the first axis of operand 0 in the file: results of the same size there follow it.
  package var statedBatch: Dimension?
  package var isRepeatable: Bool
  /// The result whose elements count, where the first one only describes it.
  package var countedResult: Int
  /// Operands that say how to compute, such as a size.
  package var attributes: Set<Int>

  /// Creates it.
  package init(
    _ name: String, types: [TensorType], kind: KernelKind = .elementwise, operations: Operations,
    statedBatch: Dimension? = nil, isRepeatable: Bool = true, countedResult: Int = 0,
    attributes: Set<Int> = []
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
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
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
///
/// Operands: input, optionally a bias of both halves.
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

  /// The activation and the product with the gate; a bias is added to each half.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      OperationCounts(adds: operands[1] == nil ? 0 : 2, multiplies: 2, transcendentals: 1)
        * (outputs.first?.elementCount ?? .unknown))
  }
}
