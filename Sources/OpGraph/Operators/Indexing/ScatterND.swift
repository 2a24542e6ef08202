/// A new tensor of a given shape with updates at index tuples and a default value elsewhere
/// (TFLite SCATTER_ND, SPARSE_TO_DENSE).
package struct ScatterND: Operator {
  /// The operand that is the shape.
  package var shape: Int
  /// The operand that holds the updates.
  package var updates: Int
  /// Whether updates of one place are added up.
  package var reduces: Bool
  package var name: OperatorName { reduces ? .scatterND : .sparseToDense }

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
