/// Slices of a tensor at index vectors (StableHLO gather).
package struct GeneralGather: DataMovementOperator {
  /// Axes of the result that run along a slice.
  package var offsetAxes: [Int]
  /// Axes of the tensor that a slice has one element of, and the result leaves out.
  package var collapsedAxes: [Int]
  /// The axis of the indices that holds a vector; their rank when each index is a vector of one.
  package var vectorAxis: Int
  package var sliceSizes: [Int]
  package var name: String { "Gather" }

  /// Creates it.
  package init(offsetAxes: [Int], collapsedAxes: [Int], vectorAxis: Int, sliceSizes: [Int]) {
    self.offsetAxes = offsetAxes
    self.collapsedAxes = collapsedAxes
    self.vectorAxis = vectorAxis
    self.sliceSizes = sliceSizes
  }

  /// Only what is taken is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var places = try operands.shape(1).dimensions
    if places.indices.contains(vectorAxis) { places.remove(at: vectorAxis) }
    let slice = sliceSizes.indices.filter { !collapsedAxes.contains($0) }.map { sliceSizes[$0] }
    guard slice.count == offsetAxes.count else {
      throw .invalid("slices of rank \(slice.count) along \(offsetAxes.count) axes of the result")
    }
    var offsets = slice.makeIterator()
    var rest = places.makeIterator()
    var result: [Dimension] = []
    for axis in 0..<places.count + slice.count {
      let size =
        offsetAxes.contains(axis) ? offsets.next().map(Dimension.fixed) : rest.next()
      guard let size else { throw .invalid("axes \(offsetAxes) of a result") }
      result.append(size)
    }
    return [TensorType(try operands.type(0).elementType, Shape(result))]
  }
}

/// A part of a tensor with stated starts, limits and steps (StableHLO slice), or of stated sizes at
/// a place that operands give (dynamic_slice).
package struct StatedSlice: DataMovementOperator {
  package var sizes: [Int]
  package var name: String { "Slice" }

  /// Creates it.
  package init(sizes: [Int]) { self.sizes = sizes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0, rank: sizes.count)
    if let axis = sizes.indices.first(where: { sizes[$0] > shape[$0].fixedValue ?? .max }) {
      throw .invalid("\(sizes[axis]) elements of an axis of \(shape[axis])")
    }
    return [TensorType(try operands.type(0).elementType, Shape(sizes.map(Dimension.fixed)))]
  }

  /// Only what is taken is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: Operands([operands[0]]), outputs: outputs)
  }
}

/// A tensor with elements added before, after and between those of each axis (StableHLO pad, TFLite
/// DILATE).
///
/// Negative numbers before and after take elements away.
package struct SpacedPad: DataMovementOperator {
  package var before: [Int]
  package var after: [Int]
  package var between: [Int]
  package var name: String

  /// Creates it.
  package init(_ name: String, before: [Int], after: [Int], between: [Int]) {
    self.name = name
    self.before = before
    self.after = after
    self.between = between
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0, rank: between.count)
    guard before.count == shape.rank, after.count == shape.rank else {
      throw .invalid("\(before.count + after.count) pads for rank \(shape.rank)")
    }
    for axis in between.indices {
      var size = shape[axis]
      if size != 0 { size = (size - 1) * (.fixed(between[axis]) + 1) + 1 }
      shape[axis] = size + .fixed(before[axis]) + .fixed(after[axis])
    }
    return [TensorType(try operands.type(0).elementType, shape)]
  }
}

/// Tensors that are sorted together along an axis.
package struct Sort: Operator {
  package var axis: Int
  /// Operations that compare two elements.
  package var operations: Int
  package var name: String { "Sort" }

  /// Creates it.
  package init(axis: Int, operations: Int) {
    self.axis = axis
    self.operations = operations
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    operands.map { $0?.type.elementType ?? .undefined }
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for place in 0..<operands.count {
      types.append(TensorType(try operands.type(place).elementType, try operands.shape(place)))
    }
    return types
  }

  /// Merging takes n log2 n comparisons of n elements.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let axis = try? resolvedAxis(axis, rank: shape.rank),
      let length = shape[axis].fixedValue
    else { return Work(.unknown) }
    return Work(
      .adds(shape.elementCount * .fixed(bitsToCount(length)) * .fixed(operations)))
  }
}
