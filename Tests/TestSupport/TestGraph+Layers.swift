package import OpGraph

import Analysis

/// Layers that many tests need, in channels-last images.
extension TestGraph {
  /// A convolution of 3 x 3 kernel elements, or of as many as said, that keeps the size of the image.
  package mutating func convolution(
    _ x: ValueID, inputs: Int, outputs: Int, kernelSize: Int = 3, stride: Int = 1,
    _ type: ElementType = .float32, weights weightType: ElementType? = nil, name: String
  ) -> ValueID {
    let weights = weights(
      "\(name)/weights",
      [.fixed(outputs), .fixed(kernelSize), .fixed(kernelSize), .fixed(inputs)], weightType ?? type)
    return node(
      Convolution(
        window: SlidingWindow(strides: [stride, stride], dilations: [1, 1], padding: .sameUpper),
        groups: 1, layout: .channelsLast, weightLayout: .outputSpaceInput), [x, weights],
      name: name)
  }

  /// A depthwise convolution of 3 x 3 kernel elements that keeps the size of the image.
  package mutating func depthwise(
    _ x: ValueID, channels: Int, _ type: ElementType = .float32, name: String
  ) -> ValueID {
    let weights = weights("\(name)/weights", [1, 3, 3, .fixed(channels)], type)
    return node(
      Convolution(
        window: SlidingWindow(strides: [1, 1], dilations: [1, 1], padding: .sameUpper), groups: nil,
        layout: .channelsLast, weightLayout: .depthwise), [x, weights], name: name)
  }

  /// A product with weights of inputs x outputs.
  package mutating func product(
    _ x: ValueID, inputs: Int, outputs: Int, _ type: ElementType = .float32, name: String
  ) -> ValueID {
    node(
      MatMul(),
      [x, weights("\(name)/weights", [.fixed(inputs), .fixed(outputs)], type)], name: name)
  }

  package mutating func quantize(_ x: ValueID, name: String) -> ValueID {
    node(Quantize(resultType: .int8), [x], name: name)
  }

  package mutating func dequantize(_ x: ValueID, name: String) -> ValueID {
    node(Dequantize(resultType: .float32), [x], name: name)
  }

  /// A model in TFLite's form: it states all types, and its quantize and dequantize operators run.
  package func runningModel(outputs: [ValueID]) throws -> Model {
    var model = model(outputs: outputs)
    var inference = ShapeInference(shapesAreBinding: false, bindings: [:], takesMaxima: false)
    try inference.run(on: &model.graph)
    model.format = .tflite
    model.shapesAreBinding = true
    return model
  }
}
