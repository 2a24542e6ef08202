/// A new tensor of a given shape with updates at index tuples and a default value elsewhere
/// (TFLite SCATTER_ND, SPARSE_TO_DENSE).
package struct ScatterInto: Operator {
  /// The operand that is the shape.
  package var shape: Int
  /// The operand that holds the updates.
  package var updates: Int
  /// Whether updates of one place are added up.
  package var reduces: Bool
  package var name: String { reduces ? "ScatterND" : "SparseToDense" }

  /// Creates it.
  package init(shape: Int, updates: Int, reduces: Bool) {
    self.shape = shape
    self.updates = updates
    self.reduces = reduces
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole {
    index == updates ? .parameter : .attribute
  }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[updates]?.type.elementType ?? .undefined]
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = operands[updates]?.type.elementCount ?? .unknown
    return Work(reduces ? .adds(count) : .moves(count))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(updates).elementType, Shape(try operands.integers(shape)))]
  }
}

/// Combines the rows of a tensor that belong to one segment.
///
/// Operands: the tensor, the segment of each row, and how many segments there are if a file says.
package struct SegmentReduction: Operator {
  package var name: String
  /// The operand that says how many segments there are; nil when the last segment does.
  package var countOperand: Int?
  /// What the number of segments is called when it depends on data.
  package var symbol: String
  /// What combines an element with those before it.
  package var operationsPerElement: OperationCounts

  /// Creates it.
  package init(
    _ name: String, countOperand: Int?, symbol: String,
    operationsPerElement: OperationCounts = .adds(1)
  ) {
    self.operationsPerElement = operationsPerElement
    self.name = name
    self.countOperand = countOperand
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(operationsPerElement * (operands[0]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
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
package struct MatrixDiagonal: DataMovementOperator {
  package var name: String { "MatrixDiag" }

  /// Creates it.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no diagonal") }
    return [TensorType(try operands.type(0).elementType, Shape(shape.dimensions + [last]))]
  }
}
