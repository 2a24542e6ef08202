import Quantities

/// Blocks of the spatial axes, whose elements move from or to another axis.
struct SpatialBlocks {
  /// Elements of a block along each spatial axis.
  private var sides: [SymbolicInt]
  /// Elements added or cropped before and after each side; nil for none.
  private var margins: [SymbolicInt]?
  private var layout: Layout

  /// Square blocks.
  init(side: Int, rank: Int, layout: Layout) {
    sides = [SymbolicInt](
      repeating: .fixed(side), count: layout.spatialAxes(rank: rank).count)
    self.layout = layout
  }

  /// Blocks whose sides operand 1 holds, and whose margins operand 2.
  init(_ operands: Operands, layout: Layout) throws(ShapeError) {
    sides = try operands.integers(1)
    margins = operands[2] == nil ? nil : try operands.integers(2)
    self.layout = layout
    if let margins, margins.count != sides.count * 2 {
      throw .invalid(
        "\(counted(margins.count, "margin")) for \(counted(sides.count, "block side"))")
    }
  }

  /// The shape once elements of an axis have moved into space.
  func spread(_ shape: Shape, from axis: Int) throws(ShapeError) -> Shape {
    var result = shape
    for (place, side) in try places(in: shape).enumerated() {
      result[side.axis] = shape[side.axis] * side.size - margin(place)
    }
    result[axis] = result[axis].floorDivided(by: sides.product)
    return result
  }

  /// The shape once the elements of each block have moved into an axis.
  func gathered(_ shape: Shape, into axis: Int) throws(ShapeError) -> Shape {
    var result = shape
    for (place, side) in try places(in: shape).enumerated() {
      result[side.axis] = (shape[side.axis] + margin(place)).floorDivided(by: side.size)
    }
    result[axis] *= sides.product
    return result
  }

  private func places(in shape: Shape) throws(ShapeError) -> [(axis: Int, size: SymbolicInt)] {
    let spatial = layout.spatialAxes(rank: shape.rank)
    guard sides.count <= spatial.count, shape.rank >= 3 else {
      throw .invalid("\(sides.count) block sides for rank \(shape.rank)")
    }
    return zip(spatial, sides).map { ($0, $1) }
  }

  private func margin(_ place: Int) -> SymbolicInt {
    margins.map { $0[2 * place] + $0[2 * place + 1] } ?? 0
  }
}
