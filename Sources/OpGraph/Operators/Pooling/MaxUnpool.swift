/// Puts elements back where a max pooling took them from.
///
/// Operands: elements, their places, optionally the size of the result.
package struct MaxUnpool: DataMovementOperator {
  package var kernel: [Int]
  package var window: SlidingWindow
  package var name: OperatorName { .maxUnpool }

  package init(kernel: [Int], window: SlidingWindow) {
    self.kernel = kernel
    self.window = window
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    if operands[2] != nil { return [TensorType(type, Shape(try operands.integers(2)))] }
    var shape = try operands.shape(0, rank: kernel.count + 2)
    for axis in kernel.indices {
      var size = (shape[axis + 2] - 1) * .fixed(window.strides[axis]) + .fixed(kernel[axis])
      if case .explicit(let before, let after) = window.padding {
        size = size - .fixed(before[axis]) - .fixed(after[axis])
      }
      shape[axis + 2] = size
    }
    return [TensorType(type, shape)]
  }
}
