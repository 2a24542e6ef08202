/// A tensor of random numbers whose shape operand 0 holds.
package struct RandomNumbers: Operator {
  package var name: OperatorName

  package init(_ name: OperatorName) { self.name = name }

  package var isRepeatable: Bool { false }
  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.float32, Shape(try operands.integers(0)))]
  }
}
