/// A matmul over the last two axes, the axes before them broadcast.
///
/// Operands: left, right, optional bias.
package struct MatMul: Operator {
  package var transposesLeft: Bool
  package var transposesRight: Bool
  /// The element type of the result where it is not the left operand's.
  package var resultType: ElementType?

  package init(
    transposesLeft: Bool = false, transposesRight: Bool = false, resultType: ElementType? = nil
  ) {
    self.resultType = resultType
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
  }

  package var name: OperatorName { .matMul }
  package func constantRole(at index: Int) -> OperandRole { index == 2 ? .bias : .weight }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[0]?.type.elementType ?? .undefined]
  }

  package func kind(for operands: Operands) -> KernelKind {
    operands[1]?.isConstant == true ? .fullyConnected : .matMul
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let left = try matrix(operands.shape(0), isLeft: true)
    let right = try matrix(operands.shape(1), isLeft: false)
    if left.columns.fixedValue != nil, right.rows.fixedValue != nil, left.columns != right.rows {
      throw .invalid("inner dimensions \(left.columns) and \(right.rows) differ")
    }
    var result = try broadcast([left.batch, right.batch]).dimensions
    if try operands.shape(0).rank > 1 { result.append(left.rows) }
    if try operands.shape(1).rank > 1 { result.append(right.columns) }
    return [TensorType(try operands.elementType(resultType, orOf: 0), Shape(result))]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let left = try? matrix(shape, isLeft: true),
      let output = outputs.first
    else { return Work(macs: .unknown) }
    return Work(
      macs: output.elementCount * left.columns,
      .adds(operands[2] == nil ? 0 : output.elementCount))
  }

  package func filterAxes(for operands: Operands) -> FilterAxes? {
    guard operands[1]?.isConstant == true, operands[1]?.type.shape?.rank == 2 else { return nil }
    return transposesRight
      ? FilterAxes(outputs: 0, inputs: 1) : FilterAxes(outputs: 1, inputs: 0)
  }

  private struct Matrix {
    var batch: Shape
    var rows: Dimension
    var columns: Dimension
  }

  /// A vector stands for a single row on the left and a single column on the right.
  private func matrix(_ shape: Shape, isLeft: Bool) throws(ShapeError) -> Matrix {
    guard shape.rank > 0 else { throw .invalid("a matrix product of a scalar") }
    if shape.rank == 1 {
      return Matrix(
        batch: [], rows: isLeft ? 1 : shape[0], columns: isLeft ? shape[0] : 1)
    }
    let last = shape[shape.rank - 1]
    let beforeLast = shape[shape.rank - 2]
    let swaps = isLeft ? transposesLeft : transposesRight
    return Matrix(
      batch: Shape(Array(shape.dimensions.dropLast(2))), rows: swaps ? last : beforeLast,
      columns: swaps ? beforeLast : last)
  }
}
