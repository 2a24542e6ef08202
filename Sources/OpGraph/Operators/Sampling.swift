/// Samples an image at given places: grids, regions of interest, deformed windows.
package struct Sampling: Operator {
  /// How places are given.
  package enum Function: String, Hashable, Sendable {
    /// Operand 1 holds a place for each element of the result.
    case grid = "GridSample"
    /// Operand 1 holds regions, each of which becomes an image of `size`.
    case regionAlign = "RoiAlign", regionPool = "MaxRoiPool"
  }

  package var function: Function
  /// Sizes of the result's spatial axes, for regions.
  package var size: [Int]
  package var name: String { function.rawValue }

  /// Creates it.
  package init(_ function: Function, size: [Int] = []) {
    self.function = function
    self.size = size
  }

  package func kind(for operands: Operands) -> KernelKind { .resize }

  /// Four elements of the image for each element of the result, as with linear interpolation in two
  /// dimensions.
  ///
  /// A pooled region takes their maximum; how many there are in it depends on data.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = (outputs.first?.elementCount ?? .unknown) * 4
    return Work(function == .regionPool ? .adds(count) : .multiplies(count))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let image = try operands.shape(0)
    let places = try operands.shape(1)
    guard image.rank >= 3, places.rank >= 2 else {
      throw .invalid("an image of rank \(image.rank) at places of rank \(places.rank)")
    }
    switch function {
    case .grid:
      return [
        TensorType(
          type, Shape([image[0], image[1]] + Array(places.dimensions.dropFirst().dropLast())))
      ]
    case .regionAlign, .regionPool:
      return [TensorType(type, Shape([places[0], image[1]] + size.map(Dimension.fixed)))]
    }
  }
}

/// The inverse of taking an image apart into the blocks that a window covers.
package struct ColumnsToImage: Operator {
  package var name: String { "Col2Im" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// Every element of the columns is added to the image.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let columns = try operands.shape(0, rank: 3)
    let block = try operands.integers(2)
    let channels = columns[1].floorDivided(by: block.product)
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([columns[0], channels] + (try operands.integers(1))))
    ]
  }
}
