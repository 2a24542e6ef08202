extension Shape {
  /// The size of an axis; the number of elements without one, or when there is no such axis.
  func length(along axis: Int?) -> Dimension {
    guard let axis, let place = try? resolvedAxis(axis, rank: rank) else { return elementCount }
    return self[place]
  }

  /// The shape with another size along an axis; a list of that size without one.
  func resized(along axis: Int?, to size: Dimension) throws(ShapeError) -> Shape {
    guard let axis else { return [size] }
    var result = self
    result[try resolvedAxis(axis, rank: rank)] = size
    return result
  }
}
