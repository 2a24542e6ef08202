/// A recurrent layer whose gates each have weight operands of their own (TFLite), and memories of
/// filters over time (SVDF).
///
/// Operand 0 is the input, its last axis the features; the axes before are steps and batch.
package struct UnidirectionalSequence: Operator {
  package var name: OperatorName
  /// Indices of the weights of every step, including absent ones.
  package var weights: [Int]
  package var biases: [Int]
  /// The operand that has `rowsPerElement` rows for each element of the result.
  package var outputRows: Int
  package var rowsPerElement: Int
  /// An operand that has columns for the elements of the result in place of rows, when it is there:
  /// the recurrent weights, since a projection makes the result narrower than the cells.
  package var outputColumns: Int?
  /// Element operations for each element of the cells' state besides the products.
  package var operationsPerElement: OperationCounts

  package init(
    _ name: OperatorName, weights: [Int], biases: [Int], outputRows: Int,
    rowsPerElement: Int = 1, outputColumns: Int? = nil, operationsPerElement: OperationCounts
  ) {
    self.outputColumns = outputColumns
    self.rowsPerElement = rowsPerElement
    self.name = name
    self.weights = weights
    self.biases = biases
    self.outputRows = outputRows
    self.operationsPerElement = operationsPerElement
  }

  package func kind(for operands: Operands) -> KernelKind { .recurrent }
  package func constantRole(at index: Int) -> OperandRole {
    weights.contains(index) ? .weight : biases.contains(index) ? .bias : .parameter
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard shape.rank >= 2 else {
      throw .invalid("an input of rank \(shape.rank), expected at least 2")
    }
    shape[shape.rank - 1] = try outputWidth(operands)
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// Elements of the cells' state, which a projection makes a narrower result of.
  private func cells(_ operands: Operands) -> Dimension {
    operands[outputRows]?.type.shape?.dimensions.first?
      .floorDivided(by: .fixed(rowsPerElement)) ?? .unknown
  }

  /// States are variables of the file, which are written again.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(operands, outputs: outputs, constantRole: constantRole)
    traffic.stateWritten = traffic.stateRead
    return traffic
  }

  func outputWidth(_ operands: Operands) throws(ShapeError) -> Dimension {
    if let outputColumns { return try operands.shape(outputColumns, rank: 2)[1] }
    let rows = try operands.shape(outputRows)
    guard rows.rank >= 1 else { throw .invalid("operand \(outputRows) is a scalar") }
    return rows[0].floorDivided(by: .fixed(rowsPerElement))
  }

  /// Every element of every weight is multiplied once a step and item of the batch.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let input = operands[0]?.type.shape, input.rank >= 2 else {
      return .unknown
    }
    let steps = input.dimensions.dropLast().product
    let elements = weights.map { operands[$0]?.type.elementCount ?? 0 }.sum
    return Work(macs: steps * elements, operationsPerElement * (steps * cells(operands)))
  }
}
