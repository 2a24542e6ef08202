/// An image of one size for each region of interest of a larger image.
///
/// Operands: image, regions, and the item of the batch that each region lies in.
package struct RoiPooling: Operator {
  /// How the elements of a region become one.
  package enum Function: Hashable, Sendable { case align, max }

  package var function: Function
  /// Sizes of the result's spatial axes.
  package var size: [Int]
  package var name: OperatorName { function == .align ? .roiAlign : .maxRoiPool }

  package init(_ function: Function, size: [Int]) {
    self.function = function
    self.size = size
  }

  package func kind(for operands: Operands) -> KernelKind { .resize }

  /// Four kernel elements for each element of the result, as with linear interpolation in two
  /// dimensions.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies((outputs.first?.elementCount ?? .unknown) * 4))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let image = try operands.shape(0)
    let regions = try operands.shape(1)
    guard image.rank >= 3, regions.rank >= 2 else {
      throw .invalid("an image of rank \(image.rank) at places of rank \(regions.rank)")
    }
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([regions[0], image[1]] + size.map(Dimension.fixed)))
    ]
  }
}
