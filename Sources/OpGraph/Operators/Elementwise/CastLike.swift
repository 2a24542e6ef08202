/// The elements of a tensor in the element type of another.
package struct CastLike: Operator {
  package var name: OperatorName { .castLike }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// The other tensor gives its type only.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(Operands([operands[0]]), outputs: outputs, constantRole: constantRole)
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[1]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(1).elementType, try operands.shape(0))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    outputs.first.map {
      [ElementwiseFolding.fold(Elementwise(.cast), Operands([operands[0]]), output: $0)]
    } ?? []
  }
}
