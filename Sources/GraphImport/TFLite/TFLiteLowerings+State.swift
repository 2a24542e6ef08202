import OpGraph

/// TFLite operators on what is kept between inferences, on tables, and on chance.
extension TFLiteLowerings {
  static let state: [TFLiteLowering] = [
    .handle("VAR_HANDLE", "VarHandle"),
    TFLiteLowering("READ_VARIABLE") { op throws(LoweringError) in
      LoweredOperator(ReadState("ReadVariable", type: try op.resultType()))
    },
    TFLiteLowering("ASSIGN_VARIABLE", WriteState("AssignVariable")),
    .handle("HASHTABLE", "HashTable"),
    TFLiteLowering("HASHTABLE_IMPORT", WriteState("HashTableImport")),
    TFLiteLowering("HASHTABLE_FIND", ReadState("HashTableFind", type: nil)),
    TFLiteLowering("HASHTABLE_SIZE", ReadState("HashTableSize", type: TensorType(.int64, [1]))),

    TFLiteLowering("HASHTABLE_LOOKUP", KeyedLookup()),
    TFLiteLowering("EMBEDDING_LOOKUP_SPARSE", SparseEmbedding()),
    // The schema's projection types: unknown, sparse, dense.
    TFLiteLowering("LSH_PROJECTION") { op throws(LoweringError) in
      LoweredOperator(LocalityHash(isDense: op.integer("type", default: 0) == 2))
    },
    TFLiteLowering("SKIP_GRAM") { op throws(LoweringError) in
      LoweredOperator(
        StatedShape(
          "SkipGram", types: [TensorType(.string, [.symbol(op.dataDependentSymbol)])],
          kind: .dataMovement, operations: .perResult(.adds(1))))
    },
    // Operands: tables that are put side by side after a look-up.
    TFLiteLowering("CONCAT_EMBEDDINGS") { op throws(LoweringError) in
      LoweredOperator(
        StatedShape(
          "ConcatEmbeddings", types: [try op.resultType()], kind: .embedding,
          operations: .perResult(.moves(1))))
    },

    TFLiteLowering("RANDOM_STANDARD_NORMAL", RandomNumbers("RandomNormal")),
    TFLiteLowering("RANDOM_UNIFORM", RandomNumbers("RandomUniform")),
    TFLiteLowering("MULTINOMIAL") { op throws(LoweringError) in
      LoweredOperator(
        Sampled(count: nil, resultType: op.resultTypes.first?.elementType ?? .int64))
    },
  ]
}

extension TFLiteLowering {
  /// A row for an operator that names something kept between inferences.
  static func handle(_ name: String, _ canonical: String) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(LoweringError) in
      LoweredOperator(ResourceHandle(canonical, shape: op.resultTypes.first?.shape ?? []))
    }
  }
}
