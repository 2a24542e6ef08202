/// The largest, mean or norm of a sliding window in each channel.
package struct Pooling: WindowOperator {
  /// What is taken of a window.
  package enum Function: Hashable, Sendable {
    case max, average, lp
  }

  package var function: Function
  package var kernel: [Int]
  package var window: SlidingWindow
  package var layout: Layout

  package init(_ function: Function, kernel: [Int], window: SlidingWindow, layout: Layout) {
    self.function = function
    self.kernel = kernel
    self.window = window
    self.layout = layout
  }

  package var name: OperatorName {
    switch function {
    case .max:
      .of(spatialAxes: kernel.count, .maxPool1D, .maxPool2D, .maxPool3D, more: .maxPoolND)
    case .average:
      .of(
        spatialAxes: kernel.count, .averagePool1D, .averagePool2D, .averagePool3D,
        more: .averagePoolND)
    case .lp: .of(spatialAxes: kernel.count, .lpPool1D, .lpPool2D, .lpPool3D, more: .lpPoolND)
    }
  }
  package func kind(for operands: Operands) -> KernelKind { .pooling }
  package func kernelSize(for operands: Operands) -> [Int]? { kernel }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let image = try operands.shape(0, rank: kernel.count + 2)
    let spatial = layout.spatialAxes(rank: image.rank)
    let sizes = try window.positions(
      input: Array(image.dimensions[spatial]), kernel: kernel.map(Dimension.fixed))
    var output = image
    for (axis, size) in zip(spatial, sizes) { output[axis] = size }
    // The second result of ONNX's MaxPool holds the places of the maxima.
    return [
      TensorType(type.elementType, output, quantization: type.quantization),
      TensorType(.int64, output),
    ]
  }

  /// One operation for each kernel element of each window.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let kernelElements = kernel.map(Dimension.fixed).product
    let count = (outputs.first?.elementCount ?? .unknown) * kernelElements
    return Work(function == .lp ? .multiplies(count) : .adds(count))
  }
}
