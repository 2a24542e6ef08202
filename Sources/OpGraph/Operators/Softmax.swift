/// Exponentials along an axis divided by their sum, or the logarithm of that.
public struct Softmax: Operator {
  /// Maximum, subtraction, exponential, sum and division: one operation each per element.
  static let operationsPerElement = OperationCounts(adds: 3, divides: 1, transcendentals: 1)

  public var isLogarithmic: Bool

  /// Creates a softmax.
  public init(isLogarithmic: Bool = false) { self.isLogarithmic = isLogarithmic }

  public var name: String { isLogarithmic ? "LogSoftmax" : "Softmax" }
  public func kind(for operands: Operands) -> KernelKind { .softmax }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(Self.operationsPerElement * (outputs.first?.elementCount ?? .unknown))
  }
}
