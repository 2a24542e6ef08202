/// How far predictions are from labels: a value for each label, or one for all.
package struct ClassificationLoss: Operator {
  package var name: OperatorName
  /// Whether there is one value for all labels.
  package var isReduced: Bool
  /// Whether the operator takes the softmax itself; the logarithm is then its second result.
  package var takesSoftmax: Bool

  package init(_ name: OperatorName, isReduced: Bool, takesSoftmax: Bool) {
    self.name = name
    self.isReduced = isReduced
    self.takesSoftmax = takesSoftmax
  }

  package func kind(for operands: Operands) -> KernelKind { .softmax }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let scores = operands[0]?.type.elementCount ?? .unknown
    let labels = operands[1]?.type.elementCount ?? .unknown
    let softmax = takesSoftmax ? Softmax.operationsPerElement * scores : .none
    return Work(.adds(labels) + softmax)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    return [
      TensorType(type, isReduced ? [] : try operands.shape(1)),
      TensorType(type, try operands.shape(0)),
    ]
  }
}
