/// Exponentials along an axis divided by their sum, or the logarithm of that.
package struct Softmax: Operator {
  /// Maximum, subtraction, exponential, sum and division: one operation each per element.
  static let operationsPerElement = OperationCounts(adds: 3, divides: 1, transcendentals: 1)

  package var isLogarithmic: Bool

  package init(isLogarithmic: Bool = false) { self.isLogarithmic = isLogarithmic }

  package var name: OperatorName { isLogarithmic ? .logSoftmax : .softmax }
  package func kind(for operands: Operands) -> KernelKind { .softmax }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(Self.operationsPerElement * (outputs.first?.elementCount ?? .unknown))
  }
}
