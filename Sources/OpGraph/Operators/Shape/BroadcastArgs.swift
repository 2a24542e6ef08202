/// The shape that two shapes, given as vectors, broadcast to.
package struct BroadcastArgs: ViewOperator {
  package var name: OperatorName { .broadcastArgs }

  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let ranks = [try operands.shape(0, rank: 1)[0], try operands.shape(1, rank: 1)[0]]
    return [TensorType(try operands.type(0).elementType, [.maximum(ranks[0], ranks[1])])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let first = operands[0]?.value?.integers, let second = operands[1]?.value?.integers,
      let result = try? broadcast([Shape(first), Shape(second)])
    else { return [] }
    return [.integers(result.dimensions)]
  }
}
