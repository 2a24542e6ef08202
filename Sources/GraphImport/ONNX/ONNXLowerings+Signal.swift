import Quantities
import OpGraph

/// ONNX operators on images and signals beyond windows.
extension ONNXLowerings {
  static let signal: [ONNXLowering] = [
    ONNXLowering("GridSample", GridSample()),
    ONNXLowering("RoiAlign") { node throws(Problem) in
      LoweredOperator(
        RoiPooling(
          .align,
          size: [
            try node.integer("output_height", default: 1),
            try node.integer("output_width", default: 1),
          ]))
    },
    ONNXLowering("MaxRoiPool") { node throws(Problem) in
      LoweredOperator(RoiPooling(.max, size: try node.required("pooled_shape")))
    },
    ONNXLowering("Col2Im", Col2Im()),
    ONNXLowering("DeformConv") { node throws(Problem) in
      // Operands in the file: image, weights, offsets, bias, mask.
      var lowered = try ONNXContractions.convolution(node)
      lowered.operands = [0, 1, 3, 2, 4]
      return lowered
    },
    ONNXLowering("MaxUnpool") { node throws(Problem) in
      LoweredOperator(
        MaxUnpool(
          kernel: try node.required("kernel_shape"),
          window: try ONNXWindows.window(node, weights: nil)))
    },
    ONNXLowering("CenterCropPad") { node throws(Problem) in
      LoweredOperator(CenterCropPad(axes: try node.integers("axes")))
    },
    ONNXLowering("AffineGrid", AffineGrid()),
    ONNXLowering("Det", Det()),
    .loss(.negativeLogLikelihoodLoss, takesSoftmax: false),
    .loss(.softmaxCrossEntropyLoss, takesSoftmax: true),
    // Before version 20 the axis is an attribute, 1 by default.
    ONNXLowering("DFT", since: 17) { node throws(Problem) in
      try transform(.axis(try node.integer("axis", default: 1)), node, oneSided: false)
    },
    ONNXLowering("DFT", since: 20) { node throws(Problem) in
      try transform(.axis(nil), node, oneSided: false)
    },
    ONNXLowering("STFT") { node throws(Problem) in
      try transform(.frames, node, oneSided: true)
    },
    .window("HannWindow", .hann),
    .window("HammingWindow", .hamming),
    .window("BlackmanWindow", .blackman),
    ONNXLowering("MelWeightMatrix") { node throws(Problem) in
      LoweredOperator(
        MelWeightMatrix(elementType: try node.elementType("output_datatype") ?? .float32))
    },
  ]

  @Sendable private static func transform(
    _ extent: FourierTransform.Extent, _ node: ONNXNodeReader, oneSided: Bool
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      FourierTransform(
        extent, isOneSided: try node.flag("onesided", default: oneSided),
        isInverse: try node.flag("inverse", default: false)))
  }
}

extension ONNXLowering {
  fileprivate static func loss(_ name: OperatorName, takesSoftmax: Bool) -> ONNXLowering {
    ONNXLowering(name.rawValue) { node throws(Problem) in
      let reduction = try node.text("reduction", default: "mean")
      return LoweredOperator(
        ClassificationLoss(name, isReduced: reduction != "none", takesSoftmax: takesSoftmax))
    }
  }

  fileprivate static func window(
    _ type: String, _ function: WindowFunction.Function
  ) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      LoweredOperator(
        WindowFunction(
          function, elementType: try node.elementType("output_datatype") ?? .float32))
    }
  }
}
