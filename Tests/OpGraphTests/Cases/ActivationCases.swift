import OpGraph

/// An activation of 2 x 3 elements.
private func activation(
  _ name: OperatorName, _ function: ActivationFunction, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, Activation(function), on: [.float32([2, 3])], gives: [.float32([2, 3])],
    other: operations, traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
}

/// A gradient: that of the result, and the input, both of 4 x 6 elements.
private func gradient(
  _ name: OperatorName, _ source: FileOperator, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, source, on: [.float32([4, 6]), .float32([4, 6])], gives: [.float32([4, 6])],
    other: operations, traffic: .bytes(read: 4 * 2 * 4 * 6, written: 4 * 4 * 6))
}

extension OperatorCases {
  /// One operation for each element; what is fused to them counts besides.
  static let activations = list {
    activation(.relu, .relu, .of(adds: 2 * 3))
    activation(.relu6, .relu6, .of(adds: 2 * 3))
    activation(.relu0To1, .relu0To1, .of(adds: 2 * 3))
    activation(.reluN1To1, .reluN1To1, .of(adds: 2 * 3))
    activation(.thresholdedRelu, .thresholdedRelu, .of(adds: 2 * 3))
    activation(.signBit, .signBit, .of(adds: 2 * 3))
    activation(.shrink, .shrink, .of(adds: 2 * 3))
    activation(.leakyRelu, .leakyRelu, .of(multiplies: 2 * 3))
    activation(.hardSigmoid, .hardSigmoid, .of(multiplies: 2 * 3))
    activation(.hardSwish, .hardSwish, .of(multiplies: 2 * 3))
    activation(.softsign, .softsign, .of(divides: 2 * 3))
    activation(.elu, .elu, .of(transcendentals: 2 * 3))
    activation(.selu, .selu, .of(transcendentals: 2 * 3))
    activation(.celu, .celu, .of(transcendentals: 2 * 3))
    activation(.sigmoid, .sigmoid, .of(transcendentals: 2 * 3))
    activation(.tanh, .tanh, .of(transcendentals: 2 * 3))
    activation(.swish, .swish, .of(transcendentals: 2 * 3))
    activation(.gelu, .gelu, .of(transcendentals: 2 * 3))
    activation(.mish, .mish, .of(transcendentals: 2 * 3))
    activation(.softplus, .softplus, .of(transcendentals: 2 * 3))
    OperatorCase(
      .pRelu, "a slope for each channel", Activation(.parametricRelu),
      on: [.float32([1, 4, 5, 5]), .stored([4, 1, 1])], gives: [.float32([1, 4, 5, 5])],
      other: .of(multiplies: 4 * 5 * 5),
      traffic: .bytes(parameters: 4 * 4, read: 4 * 4 * 5 * 5, written: 4 * 4 * 5 * 5))

    OperatorCase(
      .fastGelu, "bias", .microsoft("FastGelu"), on: [.float32([10, 8]), .stored([8])],
      gives: [.float32([10, 8])], other: .of(adds: 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .fastGelu, "without bias", .microsoft("FastGelu"), on: [.float32([10, 8])],
      gives: [.float32([10, 8])], other: .of(transcendentals: 10 * 8),
      traffic: .bytes(read: 4 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .biasGelu, .microsoft("BiasGelu"), on: [.float32([10, 8]), .stored([8])],
      gives: [.float32([10, 8])], other: .of(adds: 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 10 * 8, written: 4 * 10 * 8))
    // x * sigmoid(alpha * x): two products around the exponential.
    OperatorCase(
      .scaledSiLU, .microsoft("ScaledSiLU"), on: [.float32([10, 8])], gives: [.float32([10, 8])],
      other: .of(multiplies: 2 * 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(read: 4 * 10 * 8, written: 4 * 10 * 8))
    // x * sigmoid(x) * gate.
    OperatorCase(
      .swiGLU, "gate as an operand", .microsoft("SwiGLU"),
      on: [.float32([10, 8]), .float32([10, 8])], gives: [.float32([10, 8])],
      other: .of(multiplies: 2 * 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(read: 4 * 2 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .swiGLU, "gate in the other half", .microsoft("SwiGLU"), on: [.float32([10, 16])],
      gives: [.float32([10, 8])], other: .of(multiplies: 2 * 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(read: 4 * 10 * 16, written: 4 * 10 * 8))
    // Both halves get their bias first.
    OperatorCase(
      .biasSplitGelu, .microsoft("BiasSplitGelu"), on: [.float32([10, 16]), .stored([16])],
      gives: [.float32([10, 8])],
      other: .of(adds: 2 * 10 * 8, multiplies: 2 * 10 * 8, transcendentals: 10 * 8),
      traffic: .bytes(parameters: 4 * 16, read: 4 * 10 * 16, written: 4 * 10 * 8))
    // alpha * tanh(beta * x) and alpha * log(exp(beta * x) + 1).
    OperatorCase(
      .scaledTanh, .onnx("ScaledTanh"), on: [.float32([2, 3])], gives: [.float32([2, 3])],
      other: .of(multiplies: 2 * 2 * 3, transcendentals: 2 * 3),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(
      .parametricSoftplus, .onnx("ParametricSoftplus"), on: [.float32([2, 3])],
      gives: [.float32([2, 3])],
      other: .of(adds: 2 * 3, multiplies: 2 * 2 * 3, transcendentals: 2 * 2 * 3),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))

    gradient(.reluGrad, .microsoft("ReluGrad"), .of(adds: 4 * 6))
    // y (1 - y) and 1 - y y, times the gradient.
    gradient(
      .sigmoidGrad, .microsoft("SigmoidGrad"), .of(adds: 4 * 6, multiplies: 2 * 4 * 6))
    gradient(.tanhGrad, .microsoft("TanhGrad"), .of(adds: 4 * 6, multiplies: 2 * 4 * 6))
    // s = sigmoid(a x): s + a x s (1 - s), times the gradient.
    gradient(
      .quickGeluGrad, .microsoft("QuickGeluGrad"),
      .of(adds: 2 * 4 * 6, multiplies: 4 * 4 * 6, transcendentals: 4 * 6))
    // A comparison and a product.
    gradient(
      .leakyReluGrad, .microsoft("LeakyReluGrad"), .of(adds: 4 * 6, multiplies: 4 * 6))
    // The mask and the scale.
    OperatorCase(
      .dropoutGrad, .microsoft("DropoutGrad"),
      on: [.float32([4, 6]), Operand(TensorType(.bool, [4, 6])), .real(0.5)],
      gives: [.float32([4, 6])], other: .of(multiplies: 2 * 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6 + 4 * 6, written: 4 * 4 * 6))
    // The derivative and its product with the gradient.
    gradient(
      .geluGrad, .microsoft("GeluGrad"), .of(multiplies: 2 * 4 * 6, transcendentals: 4 * 6))
    gradient(
      .fastGeluGrad, .microsoft("FastGeluGrad"),
      .of(multiplies: 2 * 4 * 6, transcendentals: 4 * 6))
    OperatorCase(
      .biasGeluGrad, .microsoft("BiasGeluGrad_dX"),
      on: [.float32([4, 6]), .float32([4, 6]), .stored([6])], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6, multiplies: 2 * 4 * 6, transcendentals: 4 * 6),
      traffic: .bytes(parameters: 4 * 6, read: 4 * 2 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .biasFastGeluGrad, .microsoft("BiasFastGeluGrad_dX"),
      on: [.float32([4, 6]), .float32([4, 6]), .stored([6])], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6, multiplies: 2 * 4 * 6, transcendentals: 4 * 6),
      traffic: .bytes(parameters: 4 * 6, read: 4 * 2 * 4 * 6, written: 4 * 4 * 6))

    // Of each element: maximum, difference, sum; one exponential; one division.
    OperatorCase(
      .softmax, Softmax(), on: [.float32([2, 10])], gives: [.float32([2, 10])],
      other: .of(adds: 3 * 2 * 10, divides: 2 * 10, transcendentals: 2 * 10),
      traffic: .bytes(read: 4 * 2 * 10, written: 4 * 2 * 10))
    OperatorCase(
      .logSoftmax, Softmax(isLogarithmic: true), on: [.float32([2, 10])],
      gives: [.float32([2, 10])],
      other: .of(adds: 3 * 2 * 10, divides: 2 * 10, transcendentals: 2 * 10),
      traffic: .bytes(read: 4 * 2 * 10, written: 4 * 2 * 10))
    OperatorCase(
      .biasSoftmax, .microsoft("BiasSoftmax"), on: [.float32([2, 10]), .stored([10])],
      gives: [.float32([2, 10])],
      other: .of(adds: 4 * 2 * 10, divides: 2 * 10, transcendentals: 2 * 10),
      traffic: .bytes(parameters: 4 * 10, read: 4 * 2 * 10, written: 4 * 2 * 10))
    // The largest is found, and compared with each element.
    OperatorCase(
      .hardmax, .onnx("Hardmax"), on: [.float32([2, 10])], gives: [.float32([2, 10])],
      other: .of(adds: 2 * 2 * 10), traffic: .bytes(read: 4 * 2 * 10, written: 4 * 2 * 10))
    // A sum, an exponential, a product and a difference.
    gradient(
      .logSoftmaxGrad, .microsoft("LogSoftmaxGrad_13"),
      .of(adds: 2 * 4 * 6, multiplies: 4 * 6, transcendentals: 4 * 6))
    // A product, its sum, a difference and a product.
    gradient(
      .softmaxGrad, .microsoft("SoftmaxGrad_13"), .of(adds: 2 * 4 * 6, multiplies: 2 * 4 * 6))
    // One addition for each label.
    OperatorCase(
      .negativeLogLikelihoodLoss, .onnx("NegativeLogLikelihoodLoss", ["reduction": "none"]),
      on: [.float32([5, 10]), .int64([5])], gives: [.float32([5])], other: .of(adds: 5),
      traffic: .bytes(read: 4 * 5 + 8 * 5, written: 4 * 5))
    OperatorCase(
      .softmaxCrossEntropyLoss, "mean, and the logarithms", .onnx("SoftmaxCrossEntropyLoss"),
      on: [.float32([5, 10]), .int64([5])], gives: [.float32([]), .float32([5, 10])],
      other: .of(adds: 3 * 5 * 10 + 5, divides: 5 * 10, transcendentals: 5 * 10),
      traffic: .bytes(read: 4 * 5 * 10 + 8 * 5, written: 4 + 4 * 5 * 10))
    // Probabilities less one at the label, times the gradient.
    OperatorCase(
      .softmaxCrossEntropyGrad, .microsoft("SoftmaxCrossEntropyLossInternalGrad"),
      on: [.float32([]), .float32([5, 10]), .int64([5])], gives: [.float32([5, 10])],
      other: .of(adds: 5 * 10, multiplies: 5 * 10),
      traffic: .bytes(read: 4 + 4 * 5 * 10 + 8 * 5, written: 4 * 5 * 10))
  }
}
