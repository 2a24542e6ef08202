/// The gradient of a tensor by others (training graphs).
///
/// The work is that of another graph, which the file does not hold: it is unknown.
package struct Gradient: Operator {
  /// How many tensors it is taken by: the first operands.
  package var tensors: Int
  package var name: OperatorName { .gradient }

  package init(tensors: Int) { self.tensors = tensors }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    .unknown
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for index in 0..<Swift.min(tensors, operands.count) { types.append(try operands.type(index)) }
    return types
  }
}
