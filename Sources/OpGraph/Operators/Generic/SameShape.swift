/// An operator whose results have the shape of an operand, and that computes something for each
/// element: running sums, masks, random numbers, rotations.
package struct SameShape: Operator {
  package var name: OperatorName
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
  /// Operands that are parameters, such as an axis.
  package var attributes: Set<Int>

  package init(
    _ name: OperatorName, operationsPerElement: OperationCounts, kind: KernelKind = .elementwise,
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
