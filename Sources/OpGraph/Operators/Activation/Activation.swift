/// An activation function as an operator of its own.
package struct Activation: Operator {
  package var function: ActivationFunction

  package init(_ function: ActivationFunction) { self.function = function }

  package var name: OperatorName { function.name }
  package func kind(for operands: Operands) -> KernelKind { .activation }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(function.operationsPerElement * (outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}
