/// The patches of an image that a window slides over, one after another along the last axis, so that
/// a matrix product takes the place of a convolution.
///
/// Operand: an image with channels last. Result: the window's places, with a patch each.
package struct Im2Col: DataMovementOperator {
  package var window: SlidingWindow
  package var kernel: [Int]
  package var name: OperatorName { .im2Col }

  package init(window: SlidingWindow, kernel: [Int]) {
    self.window = window
    self.kernel = kernel
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let image = try operands.shape(0, rank: kernel.count + 2)
    let sizes = try window.positions(
      input: Array(image.dimensions[1...kernel.count]), kernel: kernel.map(Dimension.fixed))
    let patch = image[image.rank - 1] * kernel.map(Dimension.fixed).product
    return [TensorType(try operands.type(0).elementType, Shape([image[0]] + sizes + [patch]))]
  }
}
