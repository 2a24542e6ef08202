/// A classical model on rows of features: linear, support vectors, or an ensemble of trees.
///
/// Results of a classifier: a label for each row, and its scores; of a regressor: its values.
package struct TabularModel: Operator {
  package var name: String
  /// Scores or values of a row.
  package var columns: Int
  /// The element type of labels; nil for a regressor.
  package var labelType: ElementType?
  /// Vectors that each row is multiplied with: one a class, or the support vectors.
  package var vectors: Int
  /// Comparisons at most on the way through all trees.
  package var comparisons: Int
  /// The element type of scores; nil for single precision.
  package var scoreType: ElementType?

  /// Creates it.
  package init(
    _ name: String, columns: Int, labelType: ElementType?, vectors: Int, comparisons: Int,
    scoreType: ElementType? = nil
  ) {
    self.scoreType = scoreType
    self.name = name
    self.columns = columns
    self.labelType = labelType
    self.vectors = vectors
    self.comparisons = comparisons
  }

  package func kind(for operands: Operands) -> KernelKind {
    vectors > 0 ? .fullyConnected : .elementwise
  }

  /// The vectors are attributes of the file's operator, in single precision.
  package func factors(for operands: Operands) -> [String] {
    [operands[0]?.type.factorName, "float32"].compactMap { $0 }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let rows = try table(operands).rows
    let scores = TensorType(scoreType ?? .float32, [rows, .fixed(columns)])
    return labelType.map { [TensorType($0, [rows]), scores] } ?? [scores]
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    let score = scoreType ?? .float32
    return labelType.map { [$0, score] } ?? [score]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let table = try? table(operands) else { return .unknown }
    return Work(
      macs: table.rows * table.features * .fixed(vectors),
      .adds(table.rows * .fixed(comparisons) + table.rows * .fixed(columns)))
  }

  /// A vector is a table of one row.
  private func table(
    _ operands: Operands
  ) throws(ShapeError) -> (rows: Dimension, features: Dimension) {
    let shape = try operands.shape(0)
    switch shape.rank {
    case 1: return (1, shape[0])
    case 2: return (shape[0], shape[1])
    default: throw .invalid("a table of rank \(shape.rank), expected 1 or 2")
    }
  }
}

/// The values of a map as a table of one row.
package struct MapRow: DataMovementOperator {
  package var name: String
  package var type: ElementType
  /// Columns; nil when there are as many as the map has values.
  package var columns: Int?

  /// Creates it.
  package init(_ name: String, type: ElementType, columns: Int?) {
    self.name = name
    self.type = type
    self.columns = columns
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [type] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let held = operands[0]?.type.shape?.elementCount ?? .unknown
    return [TensorType(type, [1, columns.map(Dimension.fixed) ?? held])]
  }
}

/// Puts the columns of several tables beside each other.
package struct FeatureColumns: DataMovementOperator {
  /// Columns of all tables together; nil when the tables' shapes tell it.
  package var columns: Int?
  package var name: String { "FeatureVectorizer" }

  /// Creates it.
  package init(columns: Int?) { self.columns = columns }

  package func constantRole(at index: Int) -> OperandRole { .parameter }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let rows = try operands.shape(0).dimensions.first else {
      throw .invalid("a scalar has no rows")
    }
    if let columns { return [TensorType(.float32, [rows, .fixed(columns)])] }
    var sum: Dimension = 0
    for index in 0..<operands.count {
      let shape = try operands.shape(index)
      sum += shape.rank > 1 ? shape[1] : 1
    }
    return [TensorType(.float32, [rows, sum])]
  }
}

/// Takes columns of a table; operand 1 names them.
package struct SelectColumns: DataMovementOperator {
  package var name: String { "ArrayFeatureExtractor" }

  /// Creates it.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(0)
    let columns = try operands.shape(1).elementCount
    let rows = table.rank > 1 ? Array(table.dimensions.dropLast()) : [1]
    return [TensorType(try operands.type(0).elementType, Shape(rows + [columns]))]
  }

  /// Only what is taken is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0).traffic(for: operands, outputs: outputs)
  }
}

/// A vector of zeros with a one for each element's category.
package struct OneHotCategories: Operator {
  package var categories: Int
  package var name: String { "OneHotEncoder" }

  /// Creates it.
  package init(categories: Int) { self.categories = categories }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(
        .float32, Shape(try operands.shape(0).dimensions + [.fixed(categories)]))
    ]
  }
}
