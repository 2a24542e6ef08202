import Quantities

/// Sums, means or norms of the table rows that a sparse matrix of indices names (TFLite
/// EMBEDDING_LOOKUP_SPARSE).
///
/// Operands: ids, their places, the shape that the places lie in, a weight for each id, the table.
package struct EmbeddingLookupSparse: Operator {
  package var name: OperatorName { .embeddingLookupSparse }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { index >= 3 ? .parameter : .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(4)
    let places = try operands.integers(2)
    guard table.rank >= 1, !places.isEmpty else {
      throw .invalid("a table of rank \(table.rank) and \(counted(places.count, "size"))")
    }
    // The last of the sizes is that of the axis that is summed over.
    return [
      TensorType(.float32, Shape(Array(places.dropLast()) + table.dimensions.dropFirst()))
    ]
  }

  /// A product and a sum for each element of each row.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 1, multiplies: 1) * rowElements(operands))
  }

  /// Only rows that are taken are read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(
      Operands([operands[0], operands[1], operands[2], operands[3]]), outputs: outputs,
      constantRole: constantRole)
    let width = operands[4]?.type.elementType.bits.map { SymbolicInt.fixed($0 / 8) } ?? .unknown
    traffic.add(
      rowElements(operands) * width,
      as: operands[4]?.role(orConstant: .parameter) ?? .activation)
    return traffic
  }

  private func rowElements(_ operands: Operands) -> SymbolicInt {
    guard let table = operands[4]?.type.shape, let ids = operands[0]?.type.elementCount else {
      return .unknown
    }
    return ids * table.dimensions.dropFirst().product
  }
}
