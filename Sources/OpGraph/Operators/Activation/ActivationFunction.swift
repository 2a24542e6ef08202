/// A function that follows a layer, element by element.
package enum ActivationFunction: Hashable, Sendable, CaseIterable {
  case relu, relu6, reluN1To1, relu0To1
  case leakyRelu, parametricRelu, thresholdedRelu
  case elu, selu, celu
  case sigmoid, hardSigmoid, tanh, signBit
  case hardSwish, swish, gelu, mish
  case softplus, softsign, shrink

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

extension ActivationFunction {
  /// The canonical operator that computes the function.
  package var name: OperatorName {
    switch self {
    case .relu: .relu
    case .relu6: .relu6
    case .reluN1To1: .reluN1To1
    case .relu0To1: .relu0To1
    case .leakyRelu: .leakyRelu
    case .parametricRelu: .pRelu
    case .thresholdedRelu: .thresholdedRelu
    case .elu: .elu
    case .selu: .selu
    case .celu: .celu
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .tanh: .tanh
    case .signBit: .signBit
    case .hardSwish: .hardSwish
    case .swish: .swish
    case .gelu: .gelu
    case .mish: .mish
    case .softplus: .softplus
    case .softsign: .softsign
    case .shrink: .shrink
    }
  }
}
