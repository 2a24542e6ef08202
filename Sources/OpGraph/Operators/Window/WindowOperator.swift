/// An operator that slides a window over the spatial axes of an image, its first operand.
package protocol WindowOperator: Operator {
  var window: SlidingWindow { get set }
  var layout: Layout { get }

  /// Kernel elements of the window along the spatial axes; nil while they are not known.
  func kernelSize(for operands: Operands) -> [Int]?
}

extension Graph {
  /// The layout of images: tensors do not state it, but the first convolution or pool does.
  package var imageLayout: Layout {
    nodes.lazy.compactMap { ($0.operation as? any WindowOperator)?.layout }.first ?? .channelsLast
  }
}
