/// Puts tensors one after another along an axis.
package struct Concat: DataMovementOperator {
  package var axis: Int
  package var name: String { "Concat" }

  /// Creates a concatenation.
  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var result = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: result.rank)
    for index in 1..<Swift.max(1, operands.count) where operands[index] != nil {
      result[axis] += try operands.shape(index, rank: result.rank)[axis]
    }
    // In training graphs, a second result tells the sizes of the parts.
    return [
      TensorType(try operands.type(0).elementType, result),
      TensorType(.int64, [.fixed(operands.count)]),
    ]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard outputs.first?.shape?.rank == 1 else { return [] }
    let values = operands.compactMap { $0?.value }
    guard values.count == operands.count,
      values.map(\.count).reduce(0, +) <= ConstantValue.maximumElements
    else { return [] }
    let integers = values.compactMap(\.integers)
    if integers.count == values.count { return [.integers(Array(integers.joined()))] }
    let floats = values.compactMap(\.floats)
    return floats.count == values.count ? [.floats(Array(floats.joined()))] : []
  }
}

/// Cuts a tensor along an axis into several.
package struct Split: DataMovementOperator {
  /// How large the parts are.
  package enum Sizes: Hashable, Sendable {
    /// This many parts of one size; the last may be smaller where that is allowed.
    case equal(Int, lastMayBeSmaller: Bool)
    case fixed([Int])
    /// The elements of the operand at a place.
    case operand(Int)
  }

  package var axis: Int
  package var sizes: Sizes
  /// The operand that is cut: TFLite's SPLIT has the axis first.
  package var input: Int
  package var name: String { "Split" }

  /// Creates a split.
  package init(axis: Int, sizes: Sizes, input: Int = 0) {
    self.axis = axis
    self.sizes = sizes
    self.input = input
  }

  package func constantRole(at index: Int) -> OperandRole {
    index == input ? .parameter : .attribute
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[input]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(input)
    let shape = try operands.shape(input)
    let axis = try resolvedAxis(self.axis, rank: shape.rank)
    return try partSizes(of: shape[axis], operands).map { size in
      var part = shape
      part[axis] = size
      return TensorType(type.elementType, part, quantization: type.quantization)
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let values = operands[input]?.value, outputs.first?.shape?.rank == 1 else { return [] }
    var start = 0
    return outputs.map { part in
      guard let count = part.shape?.elementCount.fixedValue,
        (0...values.count - start).contains(count)
      else { return nil }
      defer { start += count }
      return values.selecting(Array(start..<start + count))
    }
  }

  private func partSizes(
    of whole: Dimension, _ operands: Operands
  ) throws(ShapeError) -> [Dimension] {
    var parts: [Dimension]
    switch sizes {
    case .equal(let count, let lastMayBeSmaller):
      guard count > 0, count <= ConstantValue.maximumElements else {
        throw .invalid("\(count) parts")
      }
      let part = whole.ceilDivided(by: .fixed(count))
      parts = [Dimension](repeating: part, count: count)
      parts[count - 1] = whole - part * .fixed(count - 1)
      if !lastMayBeSmaller, let last = parts[count - 1].fixedValue, part != .fixed(last) {
        throw .invalid("\(whole) elements do not divide into \(count) equal parts")
      }
    case .fixed(let sizes): parts = sizes.map(Dimension.fixed)
    case .operand(let index): parts = try operands.integers(index)
    }
    // TFLite's SPLIT_V lets one part take the rest.
    if let open = parts.firstIndex(of: -1) {
      parts[open] = 0
      parts[open] = whole - parts.sum
    }
    if let negative = parts.first(where: { $0.fixedValue ?? 0 < 0 }) {
      throw .invalid("a part of \(negative) elements")
    }
    if let whole = whole.fixedValue, let sum = parts.sum.fixedValue, whole != sum {
      throw .invalid("parts of \(sum) elements do not make up \(whole)")
    }
    return parts
  }
}

/// Reorders the axes.
package struct Transpose: DataMovementOperator {
  /// The input axis that each output axis takes; nil when operand 1 holds it.
  package var permutation: [Int]?
  /// Whether the axes are reversed when nothing gives the order.
  package var reversesByDefault: Bool
  package var name: String { "Transpose" }

  /// Creates a transpose.
  package init(permutation: [Int]?, reversesByDefault: Bool) {
    self.permutation = permutation
    self.reversesByDefault = reversesByDefault
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let shape = try operands.shape(0)
    let order = try axisOrder(operands, rank: shape.rank)
    guard try resolvedAxes(order, rank: shape.rank).count == shape.rank else {
      throw .invalid("\(order) does not order \(shape.rank) axes")
    }
    var result: [Dimension] = []
    for axis in order { result.append(shape[axis]) }
    return [TensorType(type.elementType, Shape(result), quantization: type.quantization)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let steps = shape.rowMajorSteps, let result = outputs.first?.shape,
      let axes = try? axisOrder(operands, rank: shape.rank),
      axes.count == result.rank
    else { return [] }
    return [
      value.picking(result) { index in
        axes.indices.reduce(0) { $0 + index[$1] * steps[axes[$1]] }
      }
    ]
  }

  /// The input axis that each output axis takes, counted from the front.
  package func axisOrder(_ operands: Operands, rank: Int) throws(ShapeError) -> [Int] {
    if permutation == nil, reversesByDefault { return Array((0..<rank).reversed()) }
    let stated: [Int]
    if let permutation { stated = permutation } else { stated = try operands.numbers(1) }
    var order: [Int] = []
    for axis in stated { order.append(try resolvedAxis(axis, rank: rank)) }
    return order
  }
}

/// Repeats a tensor along its axes.
package struct Tile: DataMovementOperator {
  package var name: String { "Tile" }

  /// Creates a tile.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let repeats = try operands.integers(1)
    guard repeats.count == shape.rank else {
      throw .invalid("\(repeats.count) repeats for \(shape.rank) axes")
    }
    let result = Shape(zip(shape.dimensions, repeats).map { $0 * $1 })
    return [TensorType(try operands.type(0).elementType, result)]
  }
}

/// Repeats a tensor's axes of size 1 until it has a given shape.
package struct BroadcastTo: DataMovementOperator {
  /// Whether sizes of 1 in the given shape keep the input's size (ONNX Expand).
  package var isMutual: Bool
  package var name: String { "Expand" }

  /// Creates a broadcast.
  package init(isMutual: Bool) { self.isMutual = isMutual }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let target = Shape(try operands.integers(1))
    let result = isMutual ? try broadcast([operands.shape(0), target]) : target
    return [TensorType(try operands.type(0).elementType, result)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let result = outputs.first?.shape
    else { return [] }
    return [value.broadcast(from: shape, to: result)]
  }
}

/// Moves elements between channels and space, or between batch and space.
package struct RearrangeBlocks: DataMovementOperator {
  /// The direction and what the blocks go into.
  package enum Direction: String, Hashable, Sendable {
    case depthToSpace = "DepthToSpace", spaceToDepth = "SpaceToDepth"
    case batchToSpace = "BatchToSpace", spaceToBatch = "SpaceToBatch"
  }

  package var direction: Direction
  /// Side of a block in elements; nil when operand 1 holds the sides.
  package var blockSize: Int?
  package var layout: Layout
  package var name: String { direction.rawValue }

  /// Creates a rearrangement.
  package init(_ direction: Direction, blockSize: Int?, layout: Layout) {
    self.direction = direction
    self.blockSize = blockSize
    self.layout = layout
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let spatial = layout.spatialAxes(rank: shape.rank)
    let sides: [SymbolicInt]
    if let blockSize {
      sides = [SymbolicInt](repeating: .fixed(blockSize), count: spatial.count)
    } else {
      sides = try operands.integers(1)
    }
    guard sides.count <= spatial.count, shape.rank >= 3 else {
      throw .invalid("\(sides.count) block sides for rank \(shape.rank)")
    }
    let changed =
      direction == .depthToSpace || direction == .spaceToDepth
      ? layout.channelAxis(rank: shape.rank) : 0
    let margins = operands[2] == nil ? nil : try operands.integers(2)
    if let margins, margins.count != sides.count * 2 {
      throw .invalid("\(margins.count) margins for \(sides.count) block sides")
    }
    for (index, (axis, side)) in zip(spatial, sides).enumerated() {
      let margin = margins.map { $0[2 * index] + $0[2 * index + 1] } ?? 0
      switch direction {
      case .depthToSpace: shape[axis] *= side
      case .batchToSpace: shape[axis] = shape[axis] * side - margin
      case .spaceToDepth, .spaceToBatch:
        shape[axis] = (shape[axis] + margin).floorDivided(by: side)
      }
    }
    switch direction {
    case .depthToSpace, .batchToSpace:
      shape[changed] = shape[changed].floorDivided(by: sides.product)
    case .spaceToDepth, .spaceToBatch: shape[changed] *= sides.product
    }
    return [TensorType(try operands.type(0).elementType, shape)]
  }
}

/// Stacks tensors along a new axis, or takes such a stack apart.
package struct Pack: DataMovementOperator {
  package var axis: Int
  package var name: String { "Pack" }

  /// Creates a stack.
  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: shape.rank + 1)
    var result = shape.dimensions
    result.insert(.fixed(operands.count), at: axis)
    return [TensorType(try operands.type(0).elementType, Shape(result))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    let scalars = operands.compactMap { $0?.value?.integers }
    guard scalars.count == operands.count, scalars.allSatisfy({ $0.count == 1 }) else { return [] }
    return [.integers(scalars.flatMap { $0 })]
  }
}

/// Takes a stack of tensors apart along an axis.
package struct Unpack: DataMovementOperator {
  package var axis: Int
  package var count: Int
  package var name: String { "Unpack" }

  /// Creates an unpacking into `count` tensors.
  package init(axis: Int, count: Int) {
    self.axis = axis
    self.count = count
  }

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard count >= 0, count <= ConstantValue.maximumElements else {
      throw .invalid("\(count) parts")
    }
    shape.dimensions.remove(at: try resolvedAxis(axis, rank: shape.rank))
    let type = TensorType(try operands.type(0).elementType, shape)
    return [TensorType](repeating: type, count: count)
  }
}

/// The elements in another order along some axes; the shape stays.
package struct Reverse: DataMovementOperator {
  package var name: String { "Reverse" }

  /// Creates a reversal.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [try operands.type(0)]
  }
}
