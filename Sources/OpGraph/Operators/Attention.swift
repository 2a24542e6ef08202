/// Scaled dot-product attention with several heads.
///
/// Operands: queries, keys, values, mask, past keys, past values; of rank 3 (heads folded into the
/// last axis) or 4 (heads on axis 1).
public struct Attention: Operator {
  /// Heads of the queries; nil when the operands have rank 4.
  public var queryHeads: Int?
  /// Heads of keys and values, which groups of query heads share.
  public var keyHeads: Int?
  /// Whether the past is a buffer that also takes the new keys: its size then tells neither how
  /// many keys there are nor the size of the result, and work counts the most there can be.
  public var pastIsBuffer: Bool
  public var name: String { "Attention" }

  /// Creates an attention.
  public init(queryHeads: Int?, keyHeads: Int?, pastIsBuffer: Bool = false) {
    self.pastIsBuffer = pastIsBuffer
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
  }

  public func kind(for operands: Operands) -> KernelKind { .matMul }
  public func constantRole(at index: Int) -> OperandRole { .parameter }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let size = try size(operands)
    let result: Shape =
      try operands.shape(0).rank == 3
      ? [size.batch, size.queries, size.heads * size.valueWidth]
      : [size.batch, size.heads, size.queries, size.valueWidth]
    guard !pastIsBuffer else {
      return [TensorType(type, result), TensorType(type, nil), TensorType(type, nil)]
    }
    return [
      TensorType(type, result),
      TensorType(type, [size.batch, size.keyHeads, size.keys, size.keyWidth]),
      TensorType(type, [size.batch, size.keyHeads, size.keys, size.valueWidth]),
      TensorType(type, [size.batch, size.heads, size.queries, size.keys]),
    ]
  }

  /// Queries times keys, softmax, and the result times values.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return Work(macs: .unknown, otherOps: .unknown) }
    let scores = size.batch * size.heads * size.queries * size.keys
    let masks: SymbolicInt = operands[3] == nil ? 0 : 1
    return Work(
      macs: scores * (size.keyWidth + size.valueWidth),
      otherOps: scores * (Softmax.operationsPerElement + 1 + masks))
  }

  private struct Size {
    var batch, heads, keyHeads, queries, keys, keyWidth, valueWidth: Dimension
  }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let queries = try operands.shape(0)
    let keys = try operands.shape(1)
    let values = try operands.shape(2)
    guard queries.rank == keys.rank, keys.rank == values.rank else {
      throw .invalid(
        "queries, keys and values of ranks \(queries.rank), \(keys.rank), \(values.rank)")
    }
    let past = operands[4] == nil ? 0 : try operands.shape(4, rank: 4)[2]
    switch queries.rank {
    case 4:
      return Size(
        batch: queries[0], heads: queries[1], keyHeads: keys[1], queries: queries[2],
        keys: keys[2] + past, keyWidth: keys[3], valueWidth: values[3])
    case 3:
      guard let heads = queryHeads, let keyHeads = keyHeads ?? queryHeads, heads > 0, keyHeads > 0
      else { throw .invalid("operands of rank 3 without the number of heads") }
      return Size(
        batch: queries[0], heads: .fixed(heads), keyHeads: .fixed(keyHeads), queries: queries[1],
        keys: keys[1] + past, keyWidth: keys[2].floorDivided(by: .fixed(keyHeads)),
        valueWidth: values[2].floorDivided(by: .fixed(keyHeads)))
    default: throw .invalid("queries of rank \(queries.rank), expected 3 or 4")
    }
  }
}
