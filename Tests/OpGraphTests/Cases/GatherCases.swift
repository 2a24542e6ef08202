import OpGraph

private func gather(_ axis: Int, batch: Int = 0, table: Int = 0) -> any Operator {
  Gather(axis: axis, batchDimensions: batch, table: table)
}

extension OperatorCases {
  /// A table is not read but for the rows that are taken.
  static let gathers = list {
    OperatorCase(
      .gather, "rows of a stored table", gather(0),
      on: [.stored(.int8, [1000, 16]), .int32([3])], gives: [.int8([3, 16])], other: .moved(3 * 16),
      traffic: .bytes(parameters: 3 * 16, read: 4 * 3, written: 3 * 16))
    OperatorCase(
      .gather, "TFLite: indices come first", gather(0, table: 1),
      on: [.int32([3]), .stored([1000, 16])], gives: [.float32([3, 16])], other: .moved(3 * 16),
      traffic: .bytes(parameters: 4 * 3 * 16, read: 4 * 3, written: 4 * 3 * 16))
    OperatorCase(
      .gather, "batch dimensions", gather(1, batch: 1),
      on: [.float32([2, 9, 4]), .int32([2, 3])],
      gives: [.float32([2, 3, 4])], other: .moved(2 * 3 * 4),
      traffic: .bytes(read: 4 * 2 * 3 * 4 + 4 * 2 * 3, written: 4 * 2 * 3 * 4))
    OperatorCase(
      .gather, "StableHLO: rows of one by four",
      .tflite(
        "STABLEHLO_GATHER",
        [
          "offset_dims": [1], "collapsed_slice_dims": [0], "index_vector_dim": 1,
          "slice_sizes": [1, 4],
        ]),
      on: [.float32([10, 4]), .int32([3, 1])], gives: [.float32([3, 4])], other: .moved(3 * 4),
      traffic: .bytes(read: 4 * 3 * 4 + 4 * 3, written: 4 * 3 * 4))
    OperatorCase(
      .gatherND, "pairs", .onnx("GatherND"), on: [.float32([5, 6, 7]), .int64([3, 2])],
      gives: [.float32([3, 7])], other: .moved(3 * 7),
      traffic: .bytes(read: 4 * 3 * 7 + 8 * 3 * 2, written: 4 * 3 * 7))
    OperatorCase(
      .gatherElements, .onnx("GatherElements"), on: [.float32([10, 4]), .int64([3, 4])],
      gives: [.float32([3, 4])], other: .moved(3 * 4),
      traffic: .bytes(read: 4 * 3 * 4 + 8 * 3 * 4, written: 4 * 3 * 4))
    // Two 4-bit elements in a byte; blocks of 16 have a scale each, two for each row.
    OperatorCase(
      .gatherBlockQuantized, "4 bits", .microsoft("GatherBlockQuantized", ["block_size": 16]),
      on: [.stored(.uint8, [1000, 16]), .int64([3]), .stored([1000, 2])],
      gives: [.float32([3, 32])], other: .of(multiplies: 3 * 32),
      traffic: .bytes(parameters: 3 * 16 + 4 * 3 * 2, read: 8 * 3, written: 4 * 3 * 32))
    // Through a Reshape the type is known later: bytes still hold two elements.
    OperatorCase(
      .gatherBlockQuantized, "4 bits, stored as they are",
      .microsoft("GatherBlockQuantized", ["block_size": 16]),
      on: [
        Operand(TensorType(.int4, [1000, 32]), isConstant: true), .int64([3]), .stored([1000, 2]),
      ],
      gives: [.float32([3, 32])], other: .of(multiplies: 3 * 32),
      traffic: .bytes(parameters: 3 * 16 + 4 * 3 * 2, read: 8 * 3, written: 4 * 3 * 32))
    // A search among 8 keys takes 3 comparisons. The keys are read, and the rows that are found.
    OperatorCase(
      .hashtableLookup, .tflite("HASHTABLE_LOOKUP"),
      on: [.int32([3]), .stored(.int32, [8]), .stored([8, 4])],
      gives: [.float32([3, 4]), .uint8([3])], other: .of(adds: 3 * 3),
      traffic: .bytes(parameters: 4 * 8 + 4 * 3 * 4, read: 4 * 3, written: 4 * 3 * 4 + 3))
    // Six rows of 4 are weighted and added up in three places.
    OperatorCase(
      .embeddingLookupSparse, .tflite("EMBEDDING_LOOKUP_SPARSE"),
      on: [
        .int32([6]), .int32([6, 2]), .numbers([3, 2], .int32), .float32([6]), .stored([100, 4]),
      ],
      gives: [.float32([3, 4])], other: .of(adds: 6 * 4, multiplies: 6 * 4),
      traffic: .bytes(
        parameters: 4 * 6 * 4, read: 4 * (6 + 6 * 2 + 6), written: 4 * 3 * 4))
    OperatorCase(
      .concatEmbeddings, .tflite("CONCAT_EMBEDDINGS"), on: [.float32([3, 4]), .float32([3, 2])],
      gives: [.float32([3, 6])], other: .moved(3 * 6),
      traffic: .bytes(read: 4 * (3 * 4 + 3 * 2), written: 4 * 3 * 6))
    // 4 functions of 8 bits on 5 weighted items.
    OperatorCase(
      .lshProjection, "dense", .tflite("LSH_PROJECTION", ["type": 2]),
      on: [.stored([4, 8]), .int32([5]), .float32([5])], gives: [.int32([32])],
      other: .of(adds: 4 * 8 * 5, multiplies: 4 * 8 * 5),
      traffic: .bytes(parameters: 4 * 4 * 8, read: 4 * (5 + 5), written: 4 * 32))
    OperatorCase(
      .lshProjection, "sparse", .tflite("LSH_PROJECTION", ["type": 1]),
      on: [.stored([4, 8]), .int32([5])], gives: [.int32([4])],
      other: .of(adds: 4 * 8 * 5, multiplies: 4 * 8 * 5),
      traffic: .bytes(parameters: 4 * 4 * 8, read: 4 * 5, written: 4 * 4))

    OperatorCase(
      .scatter, "replaces", .onnx("ScatterElements"),
      on: [.float32([10, 4]), .int64([3, 4]), .float32([3, 4])], gives: [.float32([10, 4])],
      other: .moved(3 * 4),
      traffic: .bytes(read: 4 * 10 * 4 + 8 * 3 * 4 + 4 * 3 * 4, written: 4 * 10 * 4))
    OperatorCase(
      .scatter, "adds", .onnx("ScatterND", ["reduction": "add"]),
      on: [.float32([10, 4]), .int64([3, 1]), .float32([3, 4])], gives: [.float32([10, 4])],
      other: .of(adds: 3 * 4),
      traffic: .bytes(read: 4 * 10 * 4 + 8 * 3 + 4 * 3 * 4, written: 4 * 10 * 4))
    OperatorCase(
      .scatterND, .tflite("SCATTER_ND"),
      on: [.int32([3, 1]), .float32([3, 4]), .numbers([10, 4], .int32)],
      gives: [.float32([10, 4])], other: .of(adds: 3 * 4),
      traffic: .bytes(read: 4 * 3 + 4 * 3 * 4, written: 4 * 10 * 4))
    OperatorCase(
      .sparseToDense, .tflite("SPARSE_TO_DENSE"),
      on: [.int32([3, 1]), .numbers([10], .int32), .float32([3]), .real(0)],
      gives: [.float32([10])], other: .moved(3), traffic: .bytes(read: 4 * 3 + 4 * 3, written: 40))
    // Gradients of rows that are taken more than once add up. Operands in the file: shape of the
    // table, indices, gradient of the result.
    OperatorCase(
      .gatherGrad, .microsoft("GatherGrad"),
      on: [.numbers([10, 4]), .int64([3]), .float32([3, 4])], gives: [.float32([10, 4])],
      other: .of(adds: 3 * 4), traffic: .bytes(read: 8 * 3 + 4 * 3 * 4, written: 4 * 10 * 4))
  }
}
