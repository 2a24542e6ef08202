import OpGraph

/// Operators of training graphs, and experimental ones of the first operator sets.
extension ONNXLowerings {
  static let training: [ONNXLowering] = [
    // Multiplications, additions, square roots and divisions of the update rules in the standard.
    .training(
      "Adagrad",
      OptimizerStep(
        "Adagrad", states: 1,
        operationsPerElement: OperationCounts(adds: 4, multiplies: 3, divides: 2))),
    .training(
      "Adam",
      OptimizerStep(
        "Adam", states: 2, operationsPerElement: OperationCounts(adds: 5, multiplies: 8, divides: 2)
      )),
    .training(
      "Momentum",
      OptimizerStep(
        "Momentum", states: 1, operationsPerElement: OperationCounts(adds: 3, multiplies: 4))),
    ONNXLowering("Gradient", domain: "ai.onnx.preview.training") { node throws(LoweringError) in
      guard case .texts(let names)? = node.node.attributes["xs"] else {
        throw LoweringError("attribute 'xs' is missing")
      }
      return LoweredOperator(Gradient(tensors: names.count))
    },

    // What onnxruntime adds to graphs for training. Operands in the file start with the gradient of
    // the result.
    .microsoft("ConcatTraining") { node throws(LoweringError) in
      LoweredOperator(Concat(axis: try node.integer("axis", default: 0)))
    },
    .microsoft("YieldOp", Identity()),
    .microsoft(
      "BiasFastGeluGrad_dX",
      SameShape(
        "BiasFastGeluGrad",
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "BiasGeluGrad_dX",
      SameShape(
        "BiasGeluGrad",
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "FastGeluGrad",
      SameShape(
        "FastGeluGrad", operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "GeluGrad",
      SameShape(
        "GeluGrad", operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    .microsoft(
      "ReluGrad", SameShape("ReluGrad", operationsPerElement: .adds(1), kind: .activation)),
    // A product, its sum, a difference and a product.
    .microsoft(
      "SoftmaxGrad",
      SameShape(
        "SoftmaxGrad", operationsPerElement: OperationCounts(adds: 2, multiplies: 2), kind: .softmax
      )),
    .microsoft(
      "SoftmaxGrad_13",
      SameShape(
        "SoftmaxGrad", operationsPerElement: OperationCounts(adds: 2, multiplies: 2), kind: .softmax
      )),
    .microsoft("LayerNormalizationGrad", NormalizationGradient()),
    .microsoft("SimplifiedLayerNormalizationGrad", NormalizationGradient()),
    // Operands in the file: gradient, logarithms of the probabilities, labels, ...
    .microsoft("SoftmaxCrossEntropyLossInternalGrad") { _ in
      LoweredOperator(
        SameShape(
          "SoftmaxCrossEntropyGrad", operationsPerElement: OperationCounts(adds: 1, multiplies: 1),
          kind: .softmax, model: 1))
    },
    .microsoft("SoftmaxCrossEntropyLossInternal") { node throws(LoweringError) in
      LoweredOperator(
        ClassificationLoss(
          "SoftmaxCrossEntropyLoss",
          isReduced: try node.text("reduction", default: "mean") != "none", takesSoftmax: true))
    },
    // Operands in the file: gradient, the shape of what was cut, ...
    .microsoft("SliceGrad", PlaceInZeros("SliceGrad", shapeOperand: 1)),
    .microsoft("GatherGrad") { _ in
      LoweredOperator(
        PlaceInZeros("GatherGrad", shapeOperand: 1, reduces: true), operands: [2, 0, 1])
    },
    .microsoft("BroadcastGradientArgs", BroadcastAxes()),

    ONNXLowering(
      "Affine", SameShape("Affine", operationsPerElement: OperationCounts(adds: 1, multiplies: 1))),
    ONNXLowering(
      "ImageScaler",
      SameShape("ImageScaler", operationsPerElement: OperationCounts(adds: 1, multiplies: 1))),
    ONNXLowering("Scale", SameShape("Scale", operationsPerElement: .multiplies(1))),
    ONNXLowering(
      "ParametricSoftplus",
      SameShape(
        "ParametricSoftplus",
        operationsPerElement: OperationCounts(adds: 1, multiplies: 2, transcendentals: 2),
        kind: .activation)),
    ONNXLowering(
      "ScaledTanh",
      SameShape(
        "ScaledTanh", operationsPerElement: OperationCounts(multiplies: 2, transcendentals: 1),
        kind: .activation)),
    ONNXLowering("DynamicSlice", Slice(.operands)),
    ONNXLowering("ConstantFill") { node throws(LoweringError) in
      let type = try node.elementType("dtype") ?? .float32
      if try node.flag("input_as_shape", default: false) {
        return LoweredOperator(Fill(elementType: type, value: nil))
      }
      guard let shape = try node.integers("shape") else {
        return LoweredOperator(
          SameShape(
            "Fill", operationsPerElement: .moves(1), kind: .dataMovement, resultTypes: [type],
            readsElements: false))
      }
      return LoweredOperator(
        StatedShape(
          "Fill", types: [TensorType(type, Shape(shape.map(Dimension.fixed)))],
          kind: .dataMovement, operations: .perResult(.moves(1))))
    },
  ]
}

extension ONNXLowering {
  fileprivate static func training(_ type: String, _ operation: any Operator) -> ONNXLowering {
    ONNXLowering(type, domain: "ai.onnx.preview.training", operation)
  }
}
