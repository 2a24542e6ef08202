/// Rows of a table that stand at given keys (TFLite HASHTABLE_LOOKUP).
///
/// Operands: keys, the table's sorted keys, the table's rows. Results: rows, whether each was found.
package struct KeyedLookup: Operator {
  package var name: String { "HashtableLookup" }

  /// Creates it.
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
          * (entries.map { .fixed(bitsToCount($0)) } ?? .unknown)))
  }

  /// All keys are read, and of the rows those that are taken.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(
      Operands([operands[0], operands[1]]), outputs: outputs, constantRole: constantRole)
    traffic.add(
      outputs.first?.storageBytes ?? .unknown,
      as: operands[2]?.role(orConstant: .parameter) ?? .activation)
    return traffic
  }
}

/// Sums, means or norms of the table rows that a sparse matrix of indices names (TFLite
/// EMBEDDING_LOOKUP_SPARSE).
///
/// Operands: ids, their places, the shape that the places lie in, a weight for each id, the table.
package struct SparseEmbedding: Operator {
  package var name: String { "EmbeddingLookupSparse" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { index >= 3 ? .parameter : .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] { [.float32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(4)
    let places = try operands.integers(2)
    guard table.rank >= 1, !places.isEmpty else {
      throw .invalid("a table of rank \(table.rank) and \(places.count) sizes")
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

/// Bits that tell on which side of random planes an input lies (TFLite LSH_PROJECTION).
///
/// Operands: hash functions (functions x bits), input items, an optional weight of each.
package struct LocalityHash: Operator {
  /// Whether every bit is an element of the result; else each function gives one number.
  package var isDense: Bool
  package var name: String { "LSHProjection" }

  /// Creates it.
  package init(isDense: Bool) { self.isDense = isDense }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.int32] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let hashes = try operands.shape(0, rank: 2)
    return [TensorType(.int32, [isDense ? hashes[0] * hashes[1] : hashes[0]])]
  }

  /// Each bit of each function hashes every item and adds what comes out.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let hashes = operands[0]?.type.elementCount,
      let items = operands[1]?.type.shape?.dimensions.first
    else { return Work(.unknown) }
    return Work(OperationCounts(adds: 1, multiplies: 1) * (hashes * items))
  }
}

/// How many comparisons a binary search among so many entries takes, at least one.
func bitsToCount(_ entries: Int) -> Int {
  Swift.max(1, Int.bitWidth - Swift.max(0, entries - 1).leadingZeroBitCount)
}
