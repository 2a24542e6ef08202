/// Takes one element for each index along an axis; the result has the shape of the indices.
package struct GatherElements: DataMovementOperator {
  package var name: String { "GatherElements" }

  /// Creates it.
  package init() {}

  /// Only what is taken is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(1))]
  }
}

/// A tensor with some of its elements replaced or combined with others.
///
/// Operands: data, indices, updates, in any order that starts with the data.
package struct Scatter: Operator {
  /// Whether updates are combined with what is there by arithmetic.
  package var reduces: Bool
  package var name: String { "Scatter" }

  /// Creates it.
  package init(reduces: Bool) { self.reduces = reduces }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index == 1 ? .attribute : .parameter }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = operands[2]?.type.elementCount ?? .unknown
    return Work(reduces ? .adds(count) : .moves(count))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}

/// The largest or smallest elements along an axis, and their places.
package struct TopK: Operator {
  package var axis: Int
  /// How many; nil when operand 1 says it.
  package var count: Int?
  package var name: String { "TopK" }

  /// Creates it.
  package init(axis: Int, count: Int?) {
    self.axis = axis
    self.count = count
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// At least one comparison for each element that is read.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[0]?.type.elementType ?? .undefined, .int64]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let axis = try resolvedAxis(self.axis, rank: shape.rank)
    if let count {
      shape[axis] = .fixed(count)
    } else {
      let stated = try operands.integers(1)
      guard stated.count == 1 else { throw .invalid("\(stated.count) numbers of elements") }
      shape[axis] = stated[0]
    }
    return [TensorType(try operands.type(0).elementType, shape), TensorType(.int64, shape)]
  }
}

/// Vectors of one kind of value with another at each index.
package struct OneHot: DataMovementOperator {
  package var axis: Int
  package var name: String { "OneHot" }

  /// Creates it.
  package init(axis: Int) { self.axis = axis }

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[2]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let indices = try operands.shape(0)
    let depth = try operands.required(1).value
    let size =
      depth?.integers?.first
      ?? depth?.floats?.first.flatMap { Int(exactly: $0) }.map { .fixed($0) } ?? .unknown
    var result = indices.dimensions
    result.insert(size, at: try resolvedAxis(axis, rank: indices.rank + 1))
    return [TensorType(try operands.type(2).elementType, Shape(result))]
  }
}

/// A result whose size depends on the data: places of non-zeros, selected boxes, unique elements.
///
/// Each unknown size becomes a symbol of the graph that no input gives, named by the operator.
package struct DataDependent: Operator {
  /// What is selected.
  package enum Function: String, Hashable, Sendable {
    case nonZero = "NonZero", compress = "Compress", unique = "Unique"
    case nonMaxSuppression = "NonMaxSuppression"
  }

  package var function: Function
  /// The axis that is selected along; nil when the tensor is taken as a list.
  package var axis: Int?
  /// What the unknown size is called.
  package var symbol: String
  package var name: String { function.rawValue }

  /// Creates it.
  package init(_ function: Function, axis: Int? = nil, symbol: String) {
    self.function = function
    self.axis = axis
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  /// After boxes and scores come limits.
  package func constantRole(at index: Int) -> OperandRole {
    function == .nonMaxSuppression && index > 1 ? .attribute : .parameter
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    switch function {
    case .nonZero, .nonMaxSuppression: return [.int64]
    case .compress, .unique: return [operands[0]?.type.elementType ?? .undefined]
    }
  }

  /// One comparison for each element, or for the score of each box; sorting and overlaps are not
  /// counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let compared = operands[function == .nonMaxSuppression ? 1 : 0]
    return Work(.adds(compared?.type.elementCount ?? .unknown))
  }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    guard let shape = operands[0]?.type.shape else { return [:] }
    switch function {
    case .nonZero: return [symbol: shape.elementCount]
    case .compress, .unique:
      return [symbol: (try? axis.map { _ in try length(operands) }) ?? shape.elementCount]
    case .nonMaxSuppression:
      // Boxes (batches, boxes, 4), scores (batches, classes, boxes), boxes of a class at most.
      guard shape.rank == 3, let scores = operands[1]?.type.shape, scores.rank == 3 else {
        return [:]
      }
      let stated = operands[2]?.value?.integers?.first
      let ofClass = stated.map { SymbolicInt.minimum($0, shape[1]) } ?? 0
      return [symbol: scores[0] * scores[1] * ofClass]
    }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let size = SymbolicInt.symbol(symbol)
    switch function {
    case .nonZero:
      let count = Self.nonZeros(operands).map { SymbolicInt.fixed($0.count) } ?? size
      // A scalar counts as a vector of one element.
      return [TensorType(.int64, [.fixed(try operands.shape(0).rank), count])]
    case .nonMaxSuppression: return [TensorType(.int64, [size, 3])]
    case .compress, .unique:
      var shape: Shape = [size]
      if let axis {
        shape = try operands.shape(0)
        shape[try resolvedAxis(axis, rank: shape.rank)] = size
      }
      return [
        TensorType(type, shape), TensorType(.int64, [size]),
        TensorType(.int64, [try axis == nil ? operands.shape(0).elementCount : length(operands)]),
        TensorType(.int64, [size]),
      ]
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard function == .nonZero, let places = Self.nonZeros(operands),
      let steps = operands[0]?.type.shape?.rowMajorSteps,
      let shape = operands[0]?.type.shape
    else { return [] }
    var result: [SymbolicInt] = []
    for axis in shape.dimensions.indices {
      for place in places {
        result.append(.fixed(place / steps[axis]).remainder(by: shape[axis]))
      }
    }
    return [.integers(result)]
  }

  private func length(_ operands: Operands) throws(ShapeError) -> Dimension {
    let shape = try operands.shape(0)
    return shape[try resolvedAxis(axis ?? 0, rank: shape.rank)]
  }

  private static func nonZeros(_ operands: Operands) -> [Int]? {
    guard let values = operands[0]?.value?.floats else { return nil }
    return values.indices.filter { values[$0] != 0 }
  }
}
