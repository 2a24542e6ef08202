/// A tensor with some of its elements replaced or combined with others.
///
/// Operands: data, indices, updates, in any order that starts with the data.
package struct Scatter: Operator {
  /// Whether updates are combined with what is there by arithmetic.
  package var reduces: Bool
  package var name: OperatorName { .scatter }

  package init(reduces: Bool) { self.reduces = reduces }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index == 1 ? .attribute : .parameter }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = operands[2]?.type.elementCount ?? .unknown
    return Work(reduces ? .adds(count) : .moves(count))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}
