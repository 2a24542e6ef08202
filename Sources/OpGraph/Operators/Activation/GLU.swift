/// A gated activation of an input whose last axis holds the gates beside the values.
package struct GLU: Operator {
  package var name: OperatorName

  package init(_ name: OperatorName) { self.name = name }

  package func kind(for operands: Operands) -> KernelKind { .activation }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a scalar has no halves") }
    shape[shape.rank - 1] = last.floorDivided(by: 2)
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// The activation and the product with the gate.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      OperationCounts(multiplies: 2, transcendentals: 1)
        * (outputs.first?.elementCount ?? .unknown))
  }
}
