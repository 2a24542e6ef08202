/// The values of a map as a table of one row.
package struct MapToTensor: DataMovementOperator {
  package var name: OperatorName
  package var type: ElementType
  /// Columns; nil when there are as many as the map has values.
  package var columns: Int?

  package init(_ name: OperatorName, type: ElementType, columns: Int?) {
    self.name = name
    self.type = type
    self.columns = columns
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let held = operands[0]?.type.shape?.elementCount ?? .unknown
    return [TensorType(type, [1, columns.map(Dimension.fixed) ?? held])]
  }
}
