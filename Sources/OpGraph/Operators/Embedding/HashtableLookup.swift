/// Rows of a table that stand at given keys (TFLite HASHTABLE_LOOKUP).
///
/// Operands: keys, the table's sorted keys, the table's rows. Results: rows, whether each was found.
package struct HashtableLookup: Operator {
  package var name: OperatorName { .hashtableLookup }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[2]?.type.elementType ?? .undefined, .uint8]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let keys = try operands.shape(0, rank: 1)
    let rows = try operands.shape(2)
    guard rows.rank >= 1 else { throw .invalid("a table that is a scalar") }
    return [
      TensorType(
        try operands.type(2).elementType, Shape([keys[0]] + rows.dimensions.dropFirst())),
      TensorType(.uint8, keys),
    ]
  }

  /// A binary search takes log2 n comparisons of a key.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let entries = operands[1]?.type.elementCount.fixedValue
    return Work(
      .adds(
        (operands[0]?.type.elementCount ?? .unknown)
          * (entries.map { .fixed(binaryLogarithm($0)) } ?? .unknown)))
  }

  /// Only rows that are taken are read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    Gather(axis: 0, table: 1).traffic(
      for: Operands([operands[0], operands[2]]), outputs: outputs)
  }
}
