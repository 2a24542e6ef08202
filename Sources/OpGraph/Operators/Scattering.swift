/// A new tensor of a given shape with updates at index tuples and a default value elsewhere
/// (TFLite SCATTER_ND, SPARSE_TO_DENSE).
public struct ScatterInto: Operator {
  /// The operand that is the shape.
  public var shape: Int
  /// The operand that holds the updates.
  public var updates: Int
  /// Whether updates of one place are added up.
  public var reduces: Bool
  public var name: String { reduces ? "ScatterND" : "SparseToDense" }

  /// Creates it.
  public init(shape: Int, updates: Int, reduces: Bool) {
    self.shape = shape
    self.updates = updates
    self.reduces = reduces
  }

  public func kind(for operands: Operands) -> KernelKind { .dataMovement }
  public func constantRole(at index: Int) -> OperandRole {
    index == updates ? .parameter : .attribute
  }
  public func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[updates]?.type.elementType ?? .undefined]
  }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = operands[updates]?.type.elementCount ?? .unknown
    return Work(reduces ? .adds(count) : .moves(count))
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(updates).elementType, Shape(try operands.integers(shape)))]
  }
}

/// Combines the rows of a tensor that belong to one segment.
///
/// Operands: the tensor, the segment of each row, and how many segments there are if a file says.
public struct SegmentReduction: Operator {
  public var name: String
  /// The operand that says how many segments there are; nil when the last segment does.
  public var countOperand: Int?
  /// What the number of segments is called when it depends on data.
  public var symbol: String

  /// Creates it.
  public init(_ name: String, countOperand: Int?, symbol: String) {
    self.name = name
    self.countOperand = countOperand
    self.symbol = symbol
  }

  public func kind(for operands: Operands) -> KernelKind { .reduction }
  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let data = try operands.shape(0)
    let segments = try operands.shape(1)
    guard segments.rank <= data.rank else {
      throw .invalid("segments of rank \(segments.rank) for rank \(data.rank)")
    }
    let count: Dimension
    if let countOperand {
      count = try operands.integers(countOperand).first ?? .unknown
    } else {
      let numbers = operands[1]?.value?.integers?.compactMap(\.fixedValue)
      count = numbers?.max().map { .fixed($0) + 1 } ?? .symbol(symbol)
    }
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([count] + data.dimensions.dropFirst(segments.rank)))
    ]
  }
}

/// A tensor with the elements of a vector, for each of many vectors, on a diagonal and zeros beside.
public struct MatrixDiagonal: DataMovementOperator {
  public var name: String { "MatrixDiag" }

  /// Creates it.
  public init() {}

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no diagonal") }
    return [TensorType(try operands.type(0).elementType, Shape(shape.dimensions + [last]))]
  }
}
