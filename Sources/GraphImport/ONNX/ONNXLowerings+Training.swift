import Quantities
import OpGraph

/// Operators of training graphs, and experimental ones of the first operator sets.
extension ONNXLowerings {
  static let training: [ONNXLowering] = [
    // Multiplications, additions, square roots and divisions of the update rules in the standard.
    .training(
      "Adagrad",
      OptimizerStep(
        .adagrad, states: 1,
        operationsPerElement: OperationCounts(adds: 4, multiplies: 3, divides: 2))),
    .training(
      "Adam",
      OptimizerStep(
        .adam, states: 2, operationsPerElement: OperationCounts(adds: 5, multiplies: 8, divides: 2)
      )),
    .training(
      "Momentum",
      OptimizerStep(
        .momentum, states: 1, operationsPerElement: OperationCounts(adds: 3, multiplies: 4))),
    ONNXLowering("Gradient", domain: "ai.onnx.preview.training") { node throws(Problem) in
      guard case .texts(let names)? = node.node.attributes["xs"] else {
        throw Problem("attribute 'xs' is missing")
      }
      return LoweredOperator(Gradient(tensors: names.count))
    },

    // What onnxruntime adds to graphs for training. Operands in the file start with the gradient of
    // the result.
    .microsoft("ConcatTraining") { node throws(Problem) in
      LoweredOperator(Concat(axis: try node.integer("axis", default: 0)))
    },
    .microsoft("YieldOp", Identity()),
    .microsoft(
      "BiasFastGeluGrad_dX",
      SameShape(
        .biasFastGeluGrad,
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "BiasGeluGrad_dX",
      SameShape(
        .biasGeluGrad,
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "FastGeluGrad",
      SameShape(
        .fastGeluGrad, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "GeluGrad",
      SameShape(
        .geluGrad, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "ReluGrad", SameShape(.reluGrad, operationsPerElement: .adds(1), kind: .activation)),
    // The slope of the curve, from its result or operand, and its product with the gradient.
    .microsoft(
      "SigmoidGrad",
      SameShape(
        .sigmoidGrad, operationsPerElement: OperationCounts(adds: 1, multiplies: 2),
        kind: .activation)),
    .microsoft(
      "TanhGrad",
      SameShape(
        .tanhGrad, operationsPerElement: OperationCounts(adds: 1, multiplies: 2), kind: .activation)
    ),
    .microsoft(
      "QuickGeluGrad",
      SameShape(
        .quickGeluGrad,
        operationsPerElement: OperationCounts(adds: 2, multiplies: 4, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "LeakyReluGrad",
      SameShape(
        .leakyReluGrad, operationsPerElement: OperationCounts(adds: 1, multiplies: 1),
        kind: .activation)),
    // Operands in the file: gradient, mask, ratio, whether it trains.
    .microsoft(
      "DropoutGrad",
      SameShape(.dropoutGrad, operationsPerElement: .multiplies(2), attributes: [2, 3])),
    logSoftmaxGrad("LogSoftmaxGrad"), logSoftmaxGrad("LogSoftmaxGrad_13"),
    .microsoft("ConvGrad", ConvolutionGrad()),
    // A product, its sum, a difference and a product.
    .microsoft(
      "SoftmaxGrad",
      SameShape(
        .softmaxGrad, operationsPerElement: OperationCounts(adds: 2, multiplies: 2), kind: .softmax
      )),
    .microsoft(
      "SoftmaxGrad_13",
      SameShape(
        .softmaxGrad, operationsPerElement: OperationCounts(adds: 2, multiplies: 2), kind: .softmax
      )),
    .microsoft("LayerNormalizationGrad", LayerNormalizationGrad()),
    .microsoft("SimplifiedLayerNormalizationGrad", LayerNormalizationGrad()),
    // Operands in the file: gradient, logarithms of the probabilities, labels, ...
    .microsoft("SoftmaxCrossEntropyLossInternalGrad") { _ in
      LoweredOperator(
        SameShape(
          .softmaxCrossEntropyGrad, operationsPerElement: OperationCounts(adds: 1, multiplies: 1),
          kind: .softmax, model: 1))
    },
    .microsoft("SoftmaxCrossEntropyLossInternal") { node throws(Problem) in
      LoweredOperator(
        ClassificationLoss(
          .softmaxCrossEntropyLoss,
          isReduced: try node.text("reduction", default: "mean") != "none", takesSoftmax: true))
    },
    // Operands in the file: gradient, the shape of what was cut, ...
    .microsoft("SliceGrad", IndexingGrad(.sliceGrad, shapeOperand: 1)),
    .microsoft("GatherGrad") { _ in
      LoweredOperator(
        IndexingGrad(.gatherGrad, shapeOperand: 1, reduces: true), operands: [2, 0, 1])
    },
    .microsoft("BroadcastGradientArgs", BroadcastGradientArgs()),

    ONNXLowering(
      "Affine", SameShape(.affine, operationsPerElement: OperationCounts(adds: 1, multiplies: 1))),
    ONNXLowering(
      "ImageScaler",
      SameShape(.imageScaler, operationsPerElement: OperationCounts(adds: 1, multiplies: 1))),
    ONNXLowering("Scale", SameShape(.scale, operationsPerElement: .multiplies(1))),
    ONNXLowering(
      "ParametricSoftplus",
      SameShape(
        .parametricSoftplus,
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 2),
        kind: .activation)),
    ONNXLowering(
      "ScaledTanh",
      SameShape(
        .scaledTanh, operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    ONNXLowering("DynamicSlice", Slice(.operands)),
    ONNXLowering("ConstantFill") { node throws(Problem) in
      let type = try node.elementType("dtype") ?? .float32
      if try node.flag("input_as_shape", default: false) {
        return LoweredOperator(Fill(elementType: type, value: nil))
      }
      guard let shape = try node.integers("shape") else {
        return LoweredOperator(
          SameShape(
            .fill, operationsPerElement: .moves(1), kind: .dataMovement, resultTypes: [type],
            readsElements: false))
      }
      return LoweredOperator(
        StatedShape(
          .fill, types: [TensorType(type, Shape(shape.map(Dimension.fixed)))],
          kind: .dataMovement, operations: .perResult(.moves(1))))
    },
  ]
}

extension ONNXLowerings {
  /// The sum of the gradients, an exponential, a product and a difference.
  private static func logSoftmaxGrad(_ type: String) -> ONNXLowering {
    .microsoft(
      type,
      SameShape(
        .logSoftmaxGrad,
        operationsPerElement: OperationCounts(adds: 2, multiplies: 1, transcendentals: 1),
        kind: .softmax))
  }
}

extension ONNXLowering {
  fileprivate static func training(_ type: String, _ operation: any Operator) -> ONNXLowering {
    ONNXLowering(type, domain: "ai.onnx.preview.training", operation)
  }
}
