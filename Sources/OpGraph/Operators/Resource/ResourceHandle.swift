/// Names a variable or a table that is kept from one inference to the next.
package struct ResourceHandle: ControlFlowOperator {
  package var name: OperatorName
  /// Handles are scalars or vectors of one element.
  package var shape: Shape

  package init(_ name: OperatorName, shape: Shape = [1]) {
    self.name = name
    self.shape = shape
  }

  package func elementTypes(for operands: Operands) -> [ElementType] { [.resource] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.resource, shape)]
  }
}
