/// Scaled dot-product attention with several heads.
///
/// Operands: queries, keys, values, mask, past keys, past values; of rank 3 (heads folded into the
/// last axis) or 4 (heads on axis 1). Where it rotates, tables of cosines and sines follow, with a
/// row for each position.
package struct Attention: Operator {
  /// The operands with the cosines and sines of positions.
  private static let tables = [6, 7]

  /// Heads of the queries; nil when the operands have rank 4.
  package var queryHeads: Int?
  /// Heads of keys and values, which groups of query heads share.
  package var keyHeads: Int?
  /// Whether the past is a buffer that also takes the new keys: its size then states neither how
  /// many keys there are nor the size of the result, and work counts the most there can be.
  package var pastIsBuffer: Bool
  /// Whether it first rotates queries and new keys by the angles of their positions, as
  /// `RotaryEmbedding` does: `do_rotary` in onnxruntime, docs/ContribOperators.md.
  package var rotates: Bool
  package var name: OperatorName { .attention }

  package init(
    queryHeads: Int?, keyHeads: Int?, pastIsBuffer: Bool = false, rotates: Bool = false
  ) {
    self.pastIsBuffer = pastIsBuffer
    self.rotates = rotates
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
  }

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package var stateOperands: Set<Int> { [4, 5] }
  package var stateResults: Set<Int> { [1, 2] }
  package func constantRole(at index: Int) -> OperandRole { index == 3 ? .auxiliary : .parameter }

  package var packsElements: Bool { rotates }

  /// Cosines and sines of angles are computed, not trained.
  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    rotates && Self.tables.contains(index) ? 0 : nil
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let size = try size(operands)
    let result: Shape =
      try operands.shape(0).rank == 4
      ? [size.batch, size.heads, size.queries, size.valueWidth]
      : [size.batch, size.queries, size.heads * size.valueWidth]
    // How much of a buffer is passed on, its owner decides.
    let kept = pastIsBuffer && operands[4] != nil ? .unknown : size.keys
    return [
      TensorType(type, result),
      TensorType(type, [size.batch, size.keyHeads, kept, size.keyWidth]),
      TensorType(type, [size.batch, size.keyHeads, kept, size.valueWidth]),
      TensorType(type, [size.batch, size.heads, size.queries, size.keys]),
    ]
  }

  /// Queries times keys, softmax, and the result times values; before that the rotation of each
  /// element of the queries and of the new keys, whose past is kept rotated.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return .unknown }
    let scores = size.batch * size.heads * size.queries * size.keys
    let masks: SymbolicInt = operands[3] == nil ? 0 : 1
    var rotated: SymbolicInt = 0
    if rotates {
      let rows = size.heads * size.queries + size.keyHeads * size.newKeys
      rotated = size.batch * rows * size.keyWidth
    }
    let ofScore: OperationCounts = Softmax.operationsPerElement + .multiplies(1) + .adds(masks)
    return Work(
      macs: scores * (size.keyWidth + size.valueWidth),
      ofScore * scores + RotaryEmbedding.operationsPerElement * rotated)
  }

  /// Of the tables only the rows of new positions are read, as many as there are queries: each
  /// sequence of a batch has its own length before them (`seqlens_k` of GroupQueryAttention).
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var read = operands
    if rotates, let size = try? size(operands) {
      read = operands.takingRows(size.batch * size.queries, ofTables: Self.tables)
    }
    return .compulsory(read, outputs: outputs, constantRole: constantRole)
  }

  private struct Size {
    var batch, heads, keyHeads, queries, keys, keyWidth, valueWidth: Dimension
    /// Keys without those of the past.
    var newKeys: Dimension = 0
  }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let queries = try operands.shape(0)
    let past = operands[4] == nil ? 0 : try operands.shape(4, rank: 4)[2]
    var size: Size
    switch queries.rank {
    case 4:
      size = Size(
        batch: queries[0], heads: queries[1], keyHeads: queries[1], queries: queries[2],
        keys: queries[2], keyWidth: queries[3], valueWidth: queries[3])
    case 5:
      // Queries, keys and values packed: batch, steps, heads, 3, width.
      size = Size(
        batch: queries[0], heads: queries[2], keyHeads: queries[2], queries: queries[1],
        keys: queries[1], keyWidth: queries[4], valueWidth: queries[4])
    case 3:
      guard let heads = queryHeads, let keyHeads = keyHeads ?? queryHeads, heads > 0, keyHeads > 0
      else { throw .invalid("operands of rank 3 without the number of heads") }
      // Without keys, the queries hold them and the values too.
      let held: SymbolicInt = operands[1] == nil ? 2 * .fixed(keyHeads) : 0
      let width = queries[2].floorDivided(by: .fixed(heads) + held)
      size = Size(
        batch: queries[0], heads: .fixed(heads), keyHeads: .fixed(keyHeads), queries: queries[1],
        keys: queries[1], keyWidth: width, valueWidth: width)
    default: throw .invalid("queries of rank \(queries.rank), expected 3 to 5")
    }
    if operands[1] != nil { try setKeys(of: &size, operands, queries) }
    size.newKeys = size.keys
    size.keys += past
    return size
  }

  private func setKeys(
    of size: inout Size, _ operands: Operands, _ queries: Shape
  ) throws(ShapeError) {
    let keys = try operands.shape(1)
    switch keys.rank {
    case 5:
      // Keys and values packed: batch, steps, heads, 2, width.
      (size.keys, size.keyHeads, size.valueWidth) = (keys[1], keys[2], keys[4])
    case 4:
      (size.keys, size.keyHeads) = (keys[2], keys[1])
      size.valueWidth = try operands.shape(2, rank: 4)[3]
    case 3:
      size.keys = keys[1]
      size.valueWidth = try operands.shape(2, rank: 3)[2].floorDivided(by: size.keyHeads)
    default: throw .invalid("keys of rank \(keys.rank), expected 3 to 5")
    }
    guard queries.rank != 4 || keys.rank == 4 else {
      throw .invalid("queries of rank 4 with keys of rank \(keys.rank)")
    }
  }
}
