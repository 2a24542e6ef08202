/// Attention whose past is a matrix for each head that every step updates (linear attention, gated
/// and delta rules).
///
/// Operands: queries, keys, values with heads folded into the last axis, past state, decay, rate.
package struct LinearAttention: Operator {
  package var queryHeads: Int
  package var keyHeads: Int
  /// Whether the state is multiplied with the keys before it is updated (delta rules).
  package var correctsState: Bool
  package var name: OperatorName { .linearAttention }

  package init(queryHeads: Int, keyHeads: Int, correctsState: Bool) {
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
    self.correctsState = correctsState
  }

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package var stateOperands: Set<Int> { [3] }
  package var stateResults: Set<Int> { [1] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let size = try size(operands)
    let type = try operands.type(0).elementType
    let state = operands[3]?.type.elementType ?? type
    return [
      TensorType(
        type, [size.batch, size.steps, .fixed(queryHeads) * size.valueWidth]),
      TensorType(state, [size.batch, .fixed(keyHeads), size.keyWidth, size.valueWidth]),
    ]
  }

  /// Each step takes the outer product of a key and a value, and the product of a query and the
  /// state; delta rules also that of a key and the state.
  ///
  /// Decay is one operation a state element.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return .unknown }
    let state = size.keyWidth * size.valueWidth * size.batch * size.steps
    let updates = Dimension.fixed(keyHeads) * (correctsState ? 2 : 1)
    return Work(
      macs: state * (updates + .fixed(queryHeads)),
      .multiplies(operands[4] == nil ? 0 : state * .fixed(keyHeads)))
  }

  private struct Size { var batch, steps, keyWidth, valueWidth: Dimension }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let queries = try operands.shape(0, rank: 3)
    let values = try operands.shape(2, rank: 3)
    return Size(
      batch: queries[0], steps: queries[1],
      keyWidth: queries[2].floorDivided(by: .fixed(queryHeads)),
      valueWidth: values[2].floorDivided(by: .fixed(keyHeads)))
  }
}
