/// An operator whose results have the shape of an operand, and that computes something for each
/// element: running sums, masks, random numbers, rotations.
public struct SameShape: Operator {
  public var name: String
  /// Element operations for each element, by the primitives that the operator is defined with.
  public var operationsPerElement: Int
  public var operatorKind: KernelKind
  /// Element types of the results; nil where it is the operand's.
  public var resultTypes: [ElementType?]
  /// The operand whose shape the results have.
  public var model: Int

  /// Creates it.
  public init(
    _ name: String, operationsPerElement: Int, kind: KernelKind = .elementwise,
    resultTypes: [ElementType?] = [nil], model: Int = 0
  ) {
    self.name = name
    self.operationsPerElement = operationsPerElement
    operatorKind = kind
    self.resultTypes = resultTypes
    self.model = model
  }

  public func kind(for operands: Operands) -> KernelKind { operatorKind }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      otherOps: (operands[model]?.type.elementCount ?? .unknown) * .fixed(operationsPerElement))
  }

  public func elementTypes(for operands: Operands) -> [ElementType] {
    resultTypes.map { $0 ?? operands[model]?.type.elementType ?? .undefined }
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(model)
    let shape = try operands.shape(model)
    return resultTypes.map { TensorType($0 ?? type.elementType, shape) }
  }
}

/// An operator whose result's shape the file states, such as a source of random numbers.
public struct StatedShape: Operator {
  public var name: String
  public var type: TensorType
  public var operationsPerElement: Int

  /// Creates it.
  public init(_ name: String, type: TensorType, operationsPerElement: Int) {
    self.name = name
    self.type = type
    self.operationsPerElement = operationsPerElement
  }

  public func kind(for operands: Operands) -> KernelKind { .elementwise }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(otherOps: type.elementCount * .fixed(operationsPerElement))
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] { [type] }
}

/// Draws from the distribution in each row; one operation for each outcome.
public struct Sampled: Operator {
  /// How many draws from each row.
  public var count: Int
  public var resultType: ElementType
  public var name: String { "Multinomial" }

  /// Creates it.
  public init(count: Int, resultType: ElementType) {
    self.count = count
    self.resultType = resultType
  }

  public func kind(for operands: Operands) -> KernelKind { .elementwise }
  public func elementTypes(for operands: Operands) -> [ElementType] { [resultType] }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(otherOps: operands[0]?.type.elementCount ?? .unknown)
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(resultType, [try operands.shape(0, rank: 2)[0], .fixed(count)])]
  }
}

/// A gated activation of an input whose last axis holds the gates beside the values.
public struct HalvedActivation: Operator {
  public var name: String

  /// Creates it.
  public init(_ name: String) { self.name = name }

  public func kind(for operands: Operands) -> KernelKind { .activation }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no halves") }
    shape[shape.rank - 1] = last.floorDivided(by: 2)
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// The activation and the product with the gate.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(otherOps: (outputs.first?.elementCount ?? .unknown) * 3)
  }
}
