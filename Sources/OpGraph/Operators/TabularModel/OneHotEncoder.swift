/// A vector of zeros with a one for each element's category.
package struct OneHotEncoder: Operator {
  package var categories: Int
  package var name: OperatorName { .oneHotEncoder }

  package init(categories: Int) { self.categories = categories }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(
        .float32, Shape(try operands.shape(0).dimensions + [.fixed(categories)]))
    ]
  }
}
