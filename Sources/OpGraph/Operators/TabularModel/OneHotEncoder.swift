/// A vector of zeros with a one for each element's category.
package struct OneHotEncoder: Operator {
  package var categories: Int
  package var name: OperatorName { .oneHotEncoder }

  package init(categories: Int) { self.categories = categories }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  /// Operand 1 is the words or numbers that have a place.
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(
        .float32, Shape(try operands.shape(0).dimensions + [.fixed(categories)]))
    ]
  }
}
