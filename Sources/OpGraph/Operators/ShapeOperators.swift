/// The shape of a tensor as a vector.
package struct ShapeOf: ViewOperator {
  package var elementType: ElementType
  /// The first axis that counts.
  package var start: Int
  /// The axis before which counting ends; nil counts to the last.
  package var end: Int?
  package var name: String { "Shape" }

  /// Creates a shape query.
  package init(elementType: ElementType, start: Int = 0, end: Int? = nil) {
    self.elementType = elementType
    self.start = start
    self.end = end
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [elementType] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementType, [.fixed(axes(try operands.shape(0).rank).count)])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let shape = operands[0]?.type.shape else { return [] }
    return [.integers(Array(shape.dimensions[axes(shape.rank)]))]
  }

  private func axes(_ rank: Int) -> Range<Int> {
    func clamped(_ axis: Int) -> Int {
      Swift.min(Swift.max(axis < 0 ? axis + rank : axis, 0), rank)
    }
    let first = clamped(start)
    return first..<Swift.max(first, clamped(end ?? rank))
  }
}

/// The number of elements, or of axes, as a scalar.
package struct Extent: ViewOperator {
  /// What is counted.
  package enum Measure: String, Hashable, Sendable { case elements = "Size", axes = "Rank" }

  package var measure: Measure
  package var elementType: ElementType
  package var name: String { measure.rawValue }

  /// Creates a count.
  package init(_ measure: Measure, elementType: ElementType) {
    self.measure = measure
    self.elementType = elementType
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [elementType] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementType, [])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let shape = operands[0]?.type.shape else { return [] }
    return [.integers([measure == .axes ? .fixed(shape.rank) : shape.elementCount])]
  }
}

/// The shape that two shapes, given as vectors, broadcast to.
package struct BroadcastShapes: ViewOperator {
  package var name: String { "BroadcastArgs" }

  /// Creates it.
  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let ranks = [try operands.shape(0, rank: 1)[0], try operands.shape(1, rank: 1)[0]]
    return [TensorType(try operands.type(0).elementType, [.maximum(ranks[0], ranks[1])])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let first = operands[0]?.value?.integers, let second = operands[1]?.value?.integers,
      let result = try? broadcast([Shape(first), Shape(second)])
    else { return [] }
    return [.integers(result.dimensions)]
  }
}

/// A tensor of a given shape with one value everywhere.
package struct Fill: DataMovementOperator {
  package var elementType: ElementType?
  /// The value where the file holds it; nil when operand 1 does.
  package var value: Int?
  package var name: String { "Fill" }

  /// Creates a fill.
  package init(elementType: ElementType?, value: Int?) {
    self.elementType = elementType
    self.value = value
  }

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [elementType ?? operands[1]?.type.elementType ?? .float32]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], Shape(try operands.integers(0)))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let type = outputs.first, !type.elementType.isFloat,
      let count = type.elementCount.fixedValue, (0...ConstantValue.maximumElements).contains(count),
      let element = value.map(SymbolicInt.fixed) ?? operands[1]?.value?.integers?.first
    else { return [] }
    return [.integers([SymbolicInt](repeating: element, count: count))]
  }
}

/// A tensor of zeros with the shape of another.
package struct ZerosLike: DataMovementOperator {
  package var name: String { "ZerosLike" }

  /// Creates it.
  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  /// The other tensor's elements are not read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(Operands([]), outputs: outputs, constantRole: constantRole)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}

/// The numbers from a start to before a limit by a step.
package struct SequenceRange: Operator {
  package var name: String { "Range" }

  /// Creates a range.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let values = (0..<3).compactMap { operands[$0]?.value }
    guard values.count == 3, values.allSatisfy({ $0.count == 1 }) else {
      return [TensorType(type, [.unknown])]
    }
    if type.isFloat {
      let numbers = values.compactMap(\.floats?.first)
      guard numbers.count == 3, numbers[2] != 0,
        let count = Int(exactly: ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up))
      else { return [TensorType(type, [.unknown])] }
      return [TensorType(type, [.fixed(Swift.max(0, count))])]
    }
    let integers = values.compactMap(\.integers?.first)
    guard integers.count == 3 else { return [TensorType(type, [.unknown])] }
    let count = (integers[1] - integers[0]).ceilDividedTowardsLimit(by: integers[2])
    return [TensorType(type, [count.fixedValue.map { .fixed(Swift.max(0, $0)) } ?? count])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let count = outputs.first?.elementCount.fixedValue,
      (0...ConstantValue.maximumElements).contains(count),
      let start = operands[0]?.value?.integers?.first,
      let step = operands[2]?.value?.integers?.first
    else { return [] }
    return [.integers((0..<count).map { start + step * .fixed($0) })]
  }
}

extension SymbolicInt {
  /// How many steps fit before a limit at this distance, for steps of either sign.
  fileprivate func ceilDividedTowardsLimit(by step: SymbolicInt) -> SymbolicInt {
    if let step = step.fixedValue, step < 0 {
      return (self * -1).ceilDivided(by: .fixed(step) * -1)
    }
    return ceilDivided(by: step)
  }
}

/// A tensor that the file holds as an operator (ONNX Constant).
package struct Constant: Operator {
  package var type: TensorType
  package var value: ConstantValue?
  package var name: String { "Constant" }

  /// Creates a constant.
  package init(type: TensorType, value: ConstantValue?) {
    self.type = type
    self.value = value
  }

  package func kind(for operands: Operands) -> KernelKind { .view }
  package func elementTypes(for operands: Operands) -> [ElementType] { [type.elementType] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] { [type] }
  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] { [value] }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work { .none }
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic { .none }
}

/// An operator that this version has no rules for; its cost is unknown, not zero.
package struct Opaque: Operator {
  /// The operator's name in the file's own terms.
  package var name: String
  /// Whether there are rules for such operators, but this one breaks them.
  package var isInvalid: Bool

  /// Creates an opaque operator.
  package init(_ name: String, isInvalid: Bool = false) {
    self.name = name
    self.isInvalid = isInvalid
  }

  package func kind(for operands: Operands) -> KernelKind { .opaque }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    throw .unknown("operator \(name) has no shape rule")
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    .unknown
  }
}
