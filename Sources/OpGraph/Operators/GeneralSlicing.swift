/// Slices of a tensor at index vectors (StableHLO gather).
public struct GeneralGather: DataMovementOperator {
  /// Axes of the result that run along a slice.
  public var offsetAxes: [Int]
  /// Axes of the tensor that a slice has one element of, and the result leaves out.
  public var collapsedAxes: [Int]
  /// The axis of the indices that holds a vector; their rank when each index is a vector of one.
  public var vectorAxis: Int
  public var sliceSizes: [Int]
  public var name: String { "Gather" }

  /// Creates it.
  public init(offsetAxes: [Int], collapsedAxes: [Int], vectorAxis: Int, sliceSizes: [Int]) {
    self.offsetAxes = offsetAxes
    self.collapsedAxes = collapsedAxes
    self.vectorAxis = vectorAxis
    self.sliceSizes = sliceSizes
  }

  /// Only what is taken is read.
  public func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
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
public struct StatedSlice: DataMovementOperator {
  public var sizes: [Int]
  public var name: String { "Slice" }

  /// Creates it.
  public init(sizes: [Int]) { self.sizes = sizes }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0, rank: sizes.count)
    if let axis = sizes.indices.first(where: { sizes[$0] > shape[$0].fixedValue ?? .max }) {
      throw .invalid("\(sizes[axis]) elements of an axis of \(shape[axis])")
    }
    return [TensorType(try operands.type(0).elementType, Shape(sizes.map(Dimension.fixed)))]
  }

  /// Only what is taken is read.
  public func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: Operands([operands[0]]), outputs: outputs)
  }
}

/// A tensor with elements added before, after and between those of each axis (StableHLO pad, TFLite
/// DILATE).
///
/// Negative numbers before and after take elements away.
public struct SpacedPad: DataMovementOperator {
  public var before: [Int]
  public var after: [Int]
  public var between: [Int]
  public var name: String

  /// Creates it.
  public init(_ name: String, before: [Int], after: [Int], between: [Int]) {
    self.name = name
    self.before = before
    self.after = after
    self.between = between
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
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
public struct Sort: Operator {
  public var axis: Int
  /// Operations that compare two elements.
  public var operations: Int
  public var name: String { "Sort" }

  /// Creates it.
  public init(axis: Int, operations: Int) {
    self.axis = axis
    self.operations = operations
  }

  public func kind(for operands: Operands) -> KernelKind { .reduction }
  public func elementTypes(for operands: Operands) -> [ElementType] {
    operands.map { $0?.type.elementType ?? .undefined }
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for place in 0..<operands.count {
      types.append(TensorType(try operands.type(place).elementType, try operands.shape(place)))
    }
    return types
  }

  /// Merging takes n log2 n comparisons of n elements.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let axis = try? resolvedAxis(axis, rank: shape.rank),
      let length = shape[axis].fixedValue
    else { return Work(.unknown) }
    return Work(
      .adds(shape.elementCount * .fixed(bitsToCount(length)) * .fixed(operations)))
  }
}
