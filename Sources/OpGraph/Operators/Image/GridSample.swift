/// Samples an image at the places in a grid.
///
/// Operands: image, grid with a place for each element of the result.
package struct GridSample: Operator {
  package var name: OperatorName { .gridSample }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .resize }

  /// Four kernel elements for each element of the result, as with linear interpolation in two
  /// dimensions.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies((outputs.first?.elementCount ?? .unknown) * 4))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let image = try operands.shape(0)
    let grid = try operands.shape(1)
    guard image.rank >= 3, grid.rank >= 2 else {
      throw .invalid("an image of rank \(image.rank) at places of rank \(grid.rank)")
    }
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([image[0], image[1]] + Array(grid.dimensions.dropFirst().dropLast())))
    ]
  }
}
