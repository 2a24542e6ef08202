/// Bits for the side of random planes on which an input lies (TFLite LSH_PROJECTION).
///
/// Operands: hash functions (functions x bits), input items, an optional weight of each.
package struct LSHProjection: Operator {
  /// Whether every bit is an element of the result; else each function gives one number.
  package var isDense: Bool
  package var name: OperatorName { .lshProjection }

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
