/// Forwards the results of a function or a subgraph, which are its operands.
package struct Call: ControlFlowOperator {
  /// What the file calls the function or the operator that runs the subgraph.
  package var title: String
  package var name: OperatorName { .call }

  package init(_ title: String) { self.title = title }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    operands.map { $0?.type ?? TensorType(.undefined, nil) }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    operands.map { $0?.value }
  }
}
