import OpGraph

/// ONNX operators on images and signals beyond windows.
extension ONNXLowerings {
  static let signal: [ONNXLowering] = [
    ONNXLowering("GridSample", Sampling(.grid)),
    ONNXLowering("RoiAlign") { node throws(LoweringError) in
      LoweredOperator(
        Sampling(
          .regionAlign,
          size: [
            try node.integer("output_height", default: 1),
            try node.integer("output_width", default: 1),
          ]))
    },
    ONNXLowering("MaxRoiPool") { node throws(LoweringError) in
      LoweredOperator(Sampling(.regionPool, size: try node.required("pooled_shape")))
    },
    ONNXLowering("Col2Im", ColumnsToImage()),
    ONNXLowering("DeformConv") { node throws(LoweringError) in
      // Operands in the file: image, weights, offsets, bias, mask.
      var lowered = try ONNXContractions.convolution(node)
      lowered.operands = [0, 1, 3, 2, 4]
      return lowered
    },
    ONNXLowering("MaxUnpool") { node throws(LoweringError) in
      LoweredOperator(
        MaxUnpooling(
          kernel: try node.required("kernel_shape"),
          window: try ONNXWindows.window(node, weights: nil)))
    },
    ONNXLowering("CenterCropPad") { node throws(LoweringError) in
      LoweredOperator(CenterCropPad(axes: try node.integers("axes")))
    },
    ONNXLowering("AffineGrid", AffineGrid()),
    ONNXLowering("Det", Determinant()),
    .loss("NegativeLogLikelihoodLoss", takesSoftmax: false),
    .loss("SoftmaxCrossEntropyLoss", takesSoftmax: true),
    // Before version 20 the axis is an attribute, 1 by default.
    ONNXLowering("DFT", since: 17) { node throws(LoweringError) in
      try transform(.axis(try node.integer("axis", default: 1)), node, oneSided: false)
    },
    ONNXLowering("DFT", since: 20) { node throws(LoweringError) in
      try transform(.axis(nil), node, oneSided: false)
    },
    ONNXLowering("STFT") { node throws(LoweringError) in
      try transform(.frames, node, oneSided: true)
    },
    .table("HannWindow", .hann),
    .table("HammingWindow", .hamming),
    .table("BlackmanWindow", .blackman),
    .table("MelWeightMatrix", .melWeights),
  ]

  @Sendable private static func transform(
    _ extent: FourierTransform.Extent, _ node: ONNXNodeReader, oneSided: Bool
  ) throws(LoweringError) -> LoweredOperator {
    LoweredOperator(
      FourierTransform(
        extent, isOneSided: try node.flag("onesided", default: oneSided),
        isInverse: try node.flag("inverse", default: false)))
  }
}

extension ONNXLowering {
  fileprivate static func loss(_ type: String, takesSoftmax: Bool) -> ONNXLowering {
    ONNXLowering(type) { node throws(LoweringError) in
      let reduction = try node.text("reduction", default: "mean")
      return LoweredOperator(
        ClassificationLoss(type, isReduced: reduction != "none", takesSoftmax: takesSoftmax))
    }
  }

  fileprivate static func table(
    _ type: String, _ function: SignalTable.Function
  ) -> ONNXLowering {
    ONNXLowering(type) { node throws(LoweringError) in
      LoweredOperator(
        SignalTable(function, elementType: try node.elementType("output_datatype") ?? .float32))
    }
  }
}
