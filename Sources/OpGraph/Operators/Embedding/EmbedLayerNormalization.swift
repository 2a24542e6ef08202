/// The sum of word, position and segment embeddings, normalized, as transformers begin.
///
/// Operands: words, segments, the tables of words, positions and segments, scale, shift. Results:
/// normalized, lengths, sum.
package struct EmbedLayerNormalization: Operator {
  /// The element type of the result; nil when it is the tables'.
  package var resultType: ElementType?
  package var name: OperatorName { .embedLayerNormalization }

  package init(resultType: ElementType? = nil) { self.resultType = resultType }

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let words = try operands.shape(0, rank: 2)
    let width = try operands.shape(2, rank: 2)[1]
    let type = TensorType(
      try operands.elementType(resultType, orOf: 2), [words[0], words[1], width])
    return [type, TensorType(.int32, [words[0]]), type]
  }

  /// The additions of the embeddings and the normalization.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let additions: SymbolicInt = operands[4] == nil ? 1 : 2
    let elements = outputs.first?.elementCount ?? .unknown
    return Work(
      (Normalization.Function.layer.operationsPerElement + .adds(additions)) * elements)
  }

  /// Only the rows that are taken are read, not the tables.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(
      Operands([operands[0], operands[1], operands[5], operands[6]]), outputs: outputs,
      constantRole: constantRole)
    let count = outputs.first?.elementCount ?? .unknown
    for table in 2...4 {
      guard var type = operands[table]?.type else { continue }
      type.shape = [count]
      traffic.parameters += type.storageBytes
    }
    return traffic
  }
}
