/// A function that follows a layer, element by element.
package enum ActivationFunction: String, Hashable, Sendable {
  case relu = "Relu", relu6 = "Relu6", reluN1To1 = "ReluN1To1", relu0To1 = "Relu0To1"
  case leakyRelu = "LeakyRelu", parametricRelu = "PRelu", thresholdedRelu = "ThresholdedRelu"
  case elu = "Elu", selu = "Selu", celu = "Celu"
  case sigmoid = "Sigmoid", hardSigmoid = "HardSigmoid", tanh = "Tanh", signBit = "SignBit"
  case hardSwish = "HardSwish", swish = "Swish", gelu = "Gelu", mish = "Mish"
  case softplus = "Softplus", softsign = "Softsign", shrink = "Shrink"

  /// Clipping and slopes take additions or products, the others an exponential or the like.
  package var operationsPerElement: OperationCounts {
    switch self {
    case .relu, .relu6, .reluN1To1, .relu0To1, .thresholdedRelu, .signBit, .shrink: return .adds(1)
    case .leakyRelu, .parametricRelu, .hardSigmoid, .hardSwish: return .multiplies(1)
    case .softsign: return .divides(1)
    case .elu, .selu, .celu, .sigmoid, .tanh, .swish, .gelu, .mish, .softplus:
      return .transcendentals(1)
    }
  }
}

/// An activation function as an operator of its own.
package struct Activation: Operator {
  package var function: ActivationFunction

  /// Creates an activation.
  package init(_ function: ActivationFunction) { self.function = function }

  package var name: String { function.rawValue }
  package func kind(for operands: Operands) -> KernelKind { .activation }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(function.operationsPerElement * (outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}
