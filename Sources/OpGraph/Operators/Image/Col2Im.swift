/// The inverse of taking an image apart into the blocks that a window covers.
package struct Col2Im: Operator {
  package var name: OperatorName { .col2Im }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// Every element of the columns is added to the image.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let columns = try operands.shape(0, rank: 3)
    let block = try operands.integers(2)
    let channels = columns[1].floorDivided(by: block.product)
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([columns[0], channels] + (try operands.integers(1))))
    ]
  }
}
