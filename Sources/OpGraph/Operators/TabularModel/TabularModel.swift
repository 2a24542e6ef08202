/// A classical model on rows of features: linear, support vectors, or an ensemble of trees.
///
/// Operands: the rows; of trees their links, as bytes; then learned numbers, of other models the vectors
/// first. Results of a classifier: a label for each row, and its scores; of a regressor: its values.
package struct TabularModel: Operator {
  package var name: OperatorName
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

  package init(
    _ name: OperatorName, columns: Int, labelType: ElementType?, vectors: Int, comparisons: Int,
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

  package func constantRole(at index: Int) -> OperandRole {
    if index != 1 { return .parameter }
    return vectors > 0 ? .weight : .auxiliary
  }

  /// A row meets every vector, and of trees only the nodes on its way.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(
      operands, outputs: outputs, constantRole: constantRole(at:))
    guard vectors == 0, let rows = try? table(operands).rows,
      let met = (rows * .fixed(comparisons)).fixedValue,
      let nodes = (2..<max(2, operands.count)).compactMap({
        operands[$0]?.type.elementCount.fixedValue
      })
      .max(), met < nodes
    else { return traffic }
    traffic.weights = (traffic.weights * .fixed(met)).ceilDivided(by: .fixed(nodes))
    traffic.parameters = (traffic.parameters * .fixed(met)).ceilDivided(by: .fixed(nodes))
    return traffic
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
