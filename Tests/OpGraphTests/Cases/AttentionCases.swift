import OpGraph

private func heads(_ queries: Int?, _ keys: Int? = nil, pastIsBuffer: Bool = false) -> any Operator
{
  Attention(queryHeads: queries, keyHeads: keys, pastIsBuffer: pastIsBuffer)
}

private func selfAttention(_ heads: Int) -> any Operator {
  SelfAttention(heads: heads, widths: nil)
}

private func linear(queryHeads: Int, keyHeads: Int, correctsState: Bool) -> any Operator {
  LinearAttention(queryHeads: queryHeads, keyHeads: keyHeads, correctsState: correctsState)
}

extension OperatorCases {
  /// Scores: batch x heads x queries x keys.
  ///
  /// Multiply-accumulates: scores x (key width + value width). Of each score: a scale and a softmax (3 additions, a division, an exponential), and one
  /// addition where there is a mask.
  static let attention = list {
    OperatorCase(
      .attention, "heads on an axis", heads(nil),
      on: [.float32([2, 8, 16, 64]), .float32([2, 8, 24, 64]), .float32([2, 8, 24, 32])],
      gives: [.float32([2, 8, 16, 32])],
      macs: 2 * 8 * 16 * 24 * (64 + 32),
      other: .of(
        adds: 3 * 2 * 8 * 16 * 24, multiplies: 2 * 8 * 16 * 24, divides: 2 * 8 * 16 * 24,
        transcendentals: 2 * 8 * 16 * 24),
      traffic: .bytes(
        read: 4 * 2 * 8 * (16 * 64 + 24 * 64 + 24 * 32), written: 4 * 2 * 8 * 16 * 32))
    OperatorCase(
      .attention, "mask", heads(nil),
      on: [
        .float32([1, 2, 3, 4]), .float32([1, 2, 5, 4]), .float32([1, 2, 5, 4]), .float32([3, 5]),
      ],
      gives: [.float32([1, 2, 3, 4])],
      macs: 2 * 3 * 5 * (4 + 4),
      other: .of(
        adds: 4 * 2 * 3 * 5, multiplies: 2 * 3 * 5, divides: 2 * 3 * 5, transcendentals: 2 * 3 * 5),
      traffic: .bytes(
        read: 4 * (2 * 3 * 4 + 2 * 2 * 5 * 4 + 3 * 5), written: 4 * 2 * 3 * 4))
    // 12 keys of the past and 4 new ones; 2 heads of keys for 8 of queries.
    OperatorCase(
      .attention, "past, grouped heads folded into the width", heads(8, 2),
      on: [
        .float32([1, 4, 512]), .float32([1, 4, 128]), .float32([1, 4, 128]), nil,
        .float32([1, 2, 12, 64]), .float32([1, 2, 12, 64]),
      ],
      gives: [.float32([1, 4, 512]), .float32([1, 2, 16, 64]), .float32([1, 2, 16, 64])],
      macs: 8 * 4 * 16 * (64 + 64),
      other: .of(
        adds: 3 * 8 * 4 * 16, multiplies: 8 * 4 * 16, divides: 8 * 4 * 16,
        transcendentals: 8 * 4 * 16),
      traffic: .bytes(
        read: 4 * (4 * 512 + 2 * 4 * 128), written: 4 * 4 * 512, stateRead: 4 * 2 * 2 * 12 * 64,
        stateWritten: 4 * 2 * 2 * 16 * 64))
    OperatorCase(
      .attention, "queries, keys and values packed", heads(nil),
      on: [.float32([2, 16, 8, 3, 64])], gives: [.float32([2, 16, 8 * 64])],
      macs: 2 * 8 * 16 * 16 * (64 + 64),
      other: .of(
        adds: 3 * 2 * 8 * 16 * 16, multiplies: 2 * 8 * 16 * 16, divides: 2 * 8 * 16 * 16,
        transcendentals: 2 * 8 * 16 * 16),
      traffic: .bytes(read: 4 * 2 * 16 * 8 * 3 * 64, written: 4 * 2 * 16 * 8 * 64))

    // The elements of 4 queries in 8 heads and 4 new keys in 2, 64 each, are rotated: two products
    // and a sum. Of two tables of 1000 positions, 4 rows of 32 are read. Lengths are no operands
    // here.
    OperatorCase(
      .attention, "rotates queries and new keys",
      .microsoft("GroupQueryAttention", ["num_heads": 8, "kv_num_heads": 2, "do_rotary": 1]),
      on: [
        .float32([1, 4, 512]), .float32([1, 4, 128]), .float32([1, 4, 128]),
        .float32([1, 2, 12, 64]), .float32([1, 2, 12, 64]), .int32([1]), .int32([]),
        .stored([1000, 32]), .stored([1000, 32]),
      ],
      gives: [.float32([1, 4, 512])],
      macs: 8 * 4 * 16 * (64 + 64),
      other: .of(
        adds: 3 * 8 * 4 * 16 + (8 + 2) * 4 * 64,
        multiplies: 8 * 4 * 16 + 2 * (8 + 2) * 4 * 64, divides: 8 * 4 * 16,
        transcendentals: 8 * 4 * 16),
      traffic: .bytes(
        parameters: 2 * 4 * 4 * 32, read: 4 * (4 * 512 + 2 * 4 * 128), written: 4 * 4 * 512,
        stateRead: 4 * 2 * 2 * 12 * 64))
    // Width 128: 4 heads of queries, 2 of keys and 2 of values. Two sequences of 3 would name 6
    // rows, and the tables have 5.
    OperatorCase(
      .attention, "rotates packed queries and keys, two sequences",
      .microsoft("GroupQueryAttention", ["num_heads": 4, "kv_num_heads": 2, "do_rotary": 1]),
      on: [
        .float32([2, 3, 128]), nil, nil, nil, nil, .int32([2]), .int32([]), .stored([5, 8]),
        .stored([5, 8]),
      ],
      gives: [.float32([2, 3, 64])],
      macs: 2 * 4 * 3 * 3 * (16 + 16),
      other: .of(
        adds: 3 * 2 * 4 * 3 * 3 + 2 * (4 + 2) * 3 * 16,
        multiplies: 2 * 4 * 3 * 3 + 2 * 2 * (4 + 2) * 3 * 16, divides: 2 * 4 * 3 * 3,
        transcendentals: 2 * 4 * 3 * 3),
      traffic: .bytes(parameters: 2 * 4 * 5 * 8, read: 4 * 2 * 3 * 128, written: 4 * 2 * 3 * 64))
    OperatorCase(
      .attention, "tables that nothing is rotated by",
      .microsoft("GroupQueryAttention", ["num_heads": 4, "kv_num_heads": 2, "do_rotary": 0]),
      on: [
        .float32([2, 3, 128]), nil, nil, nil, nil, .int32([2]), .int32([]), .stored([5, 8]),
        .stored([5, 8]),
      ],
      gives: [.float32([2, 3, 64])],
      macs: 2 * 4 * 3 * 3 * (16 + 16),
      other: .of(
        adds: 3 * 2 * 4 * 3 * 3, multiplies: 2 * 4 * 3 * 3, divides: 2 * 4 * 3 * 3,
        transcendentals: 2 * 4 * 3 * 3),
      traffic: .bytes(read: 4 * 2 * 3 * 128, written: 4 * 2 * 3 * 64))
    // Rows and columns of blocks stand before the lengths and the tables. One query after 5 keys.
    OperatorCase(
      .attention, "rotates, blocks",
      .microsoft("SparseAttention", ["num_heads": 4, "kv_num_heads": 2, "do_rotary": 1]),
      on: [
        .float32([1, 1, 128]), nil, nil, .float32([1, 2, 5, 16]), .float32([1, 2, 5, 16]),
        .int32([1, 2]), .int32([1, 1]), .int32([]), .int32([1]), .stored([32, 8]),
        .stored([32, 8]),
      ],
      gives: [.float32([1, 1, 64])],
      macs: 4 * 6 * (16 + 16),
      other: .of(
        adds: 3 * 4 * 6 + (4 + 2) * 16, multiplies: 4 * 6 + 2 * (4 + 2) * 16, divides: 4 * 6,
        transcendentals: 4 * 6),
      traffic: .bytes(
        parameters: 2 * 4 * 8, read: 4 * 128, written: 4 * 64, stateRead: 4 * 2 * 2 * 5 * 16))

    // 96 columns: 32 each for queries, keys and values, in 4 heads.
    OperatorCase(
      .selfAttention, "without bias", selfAttention(4),
      on: [.float32([2, 10, 32]), .stored([32, 96])], gives: [.float32([2, 10, 32])],
      macs: 2 * 10 * 32 * 96 + 2 * 10 * 10 * (32 + 32),
      other: .of(
        adds: 3 * 2 * 4 * 10 * 10, multiplies: 2 * 4 * 10 * 10, divides: 2 * 4 * 10 * 10,
        transcendentals: 2 * 4 * 10 * 10),
      traffic: .bytes(weights: 4 * 32 * 96, read: 4 * 2 * 10 * 32, written: 4 * 2 * 10 * 32))
    // 6 keys of the past and 10 new ones.
    OperatorCase(
      .selfAttention, "bias, mask, past", selfAttention(4),
      on: [
        .float32([2, 10, 32]), .stored([32, 96]), .stored([96]), .int32([2, 16]),
        .float32([2, 2, 4, 6, 8]),
      ],
      gives: [.float32([2, 10, 32]), .float32([2, 2, 4, 16, 8])],
      macs: 2 * 10 * 32 * 96 + 2 * 10 * 16 * (32 + 32),
      other: .of(
        adds: 2 * 10 * 96 + (3 + 1) * 2 * 4 * 10 * 16, multiplies: 2 * 4 * 10 * 16,
        divides: 2 * 4 * 10 * 16, transcendentals: 2 * 4 * 10 * 16),
      traffic: .bytes(
        weights: 4 * 32 * 96, bias: 4 * 96, read: 4 * (2 * 10 * 32 + 2 * 16),
        written: 4 * 2 * 10 * 32, stateRead: 4 * 2 * 2 * 4 * 6 * 8,
        stateWritten: 4 * 2 * 2 * 4 * 16 * 8))

    // Of each step: the outer product of a key and a value for 2 heads, and of 4 queries with the
    // state; delta rules take the product of a key with the state as well.
    OperatorCase(
      .linearAttention, "sums", linear(queryHeads: 4, keyHeads: 2, correctsState: false),
      on: [
        .float32([1, 10, 4 * 8]), .float32([1, 10, 2 * 8]), .float32([1, 10, 2 * 16]),
        .float32([1, 2, 8, 16]),
      ],
      gives: [.float32([1, 10, 4 * 16]), .float32([1, 2, 8, 16])],
      macs: 10 * 8 * 16 * (2 + 4),
      traffic: .bytes(
        read: 4 * 10 * (4 * 8 + 2 * 8 + 2 * 16), written: 4 * 10 * 4 * 16,
        stateRead: 4 * 2 * 8 * 16,
        stateWritten: 4 * 2 * 8 * 16))
    OperatorCase(
      .linearAttention, "delta rule with decay",
      linear(queryHeads: 4, keyHeads: 2, correctsState: true),
      on: [
        .float32([1, 10, 4 * 8]), .float32([1, 10, 2 * 8]), .float32([1, 10, 2 * 16]),
        .float32([1, 2, 8, 16]), .float32([1, 10, 2]), .float32([1, 10, 2]),
      ],
      gives: [.float32([1, 10, 4 * 16]), .float32([1, 2, 8, 16])],
      macs: 10 * 8 * 16 * (2 * 2 + 4), other: .of(multiplies: 10 * 2 * 8 * 16),
      traffic: .bytes(
        read: 4 * 10 * (4 * 8 + 2 * 8 + 2 * 16 + 2 + 2), written: 4 * 10 * 4 * 16,
        stateRead: 4 * 2 * 8 * 16, stateWritten: 4 * 2 * 8 * 16))

    // Two products and a sum for each element; as many rows of cosines and sines as there are steps.
    OperatorCase(
      .rotaryEmbedding, "caches for each step", .onnx("RotaryEmbedding"),
      on: [.float32([1, 2, 3, 8]), .float32([1, 3, 4]), .float32([1, 3, 4])],
      gives: [.float32([1, 2, 3, 8])], other: .of(adds: 2 * 3 * 8, multiplies: 2 * 2 * 3 * 8),
      traffic: .bytes(read: 4 * (2 * 3 * 8 + 2 * 3 * 4), written: 4 * 2 * 3 * 8))
    OperatorCase(
      .rotaryEmbedding, "rows of stored caches at places", .onnx("RotaryEmbedding"),
      on: [.float32([1, 2, 3, 8]), .stored([1000, 4]), .stored([1000, 4]), .int64([1, 3])],
      gives: [.float32([1, 2, 3, 8])], other: .of(adds: 2 * 3 * 8, multiplies: 2 * 2 * 3 * 8),
      traffic: .bytes(
        parameters: 4 * 2 * 3 * 4, read: 4 * 2 * 3 * 8 + 8 * 3, written: 4 * 2 * 3 * 8))
    OperatorCase(
      .rotaryEmbedding, "onnxruntime: places come first", .microsoft("RotaryEmbedding"),
      on: [.float32([1, 2, 3, 8]), .int64([1, 3]), .stored([1000, 4]), .stored([1000, 4])],
      gives: [.float32([1, 2, 3, 8])], other: .of(adds: 2 * 3 * 8, multiplies: 2 * 2 * 3 * 8),
      traffic: .bytes(
        parameters: 4 * 2 * 3 * 4, read: 4 * 2 * 3 * 8 + 8 * 3, written: 4 * 2 * 3 * 8))
    // A value for each of 3 queries, 5 keys and 4 heads, out of 32 buckets.
    OperatorCase(
      .relativePositionBias, .microsoft("RelativePositionBias"),
      on: [.stored([32, 4]), .number(3), .number(5)], gives: [.float32([1, 4, 3, 5])],
      other: .moved(4 * 3 * 5),
      traffic: .bytes(parameters: 4 * 32 * 4, written: 4 * 4 * 3 * 5))
  }
}
