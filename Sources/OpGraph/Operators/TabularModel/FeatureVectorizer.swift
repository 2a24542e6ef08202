/// Puts the columns of several tables beside each other.
package struct FeatureVectorizer: DataMovementOperator {
  /// Columns of all tables together; nil when the tables' shapes determine it.
  package var columns: Int?
  package var name: OperatorName { .featureVectorizer }

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
