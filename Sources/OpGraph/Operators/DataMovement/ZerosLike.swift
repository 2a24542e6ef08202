/// A tensor of zeros with the shape of another.
package struct ZerosLike: DataMovementOperator {
  package var name: OperatorName { .zerosLike }

  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .attribute }

  /// The other tensor's elements are not read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(Operands([]), outputs: outputs, constantRole: constantRole)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }
}
