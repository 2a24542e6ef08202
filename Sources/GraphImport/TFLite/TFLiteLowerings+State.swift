import Quantities
import OpGraph

/// TFLite operators on what is kept between inferences, on tables, and on chance.
extension TFLiteLowerings {
  static let state: [TFLiteLowering] = [
    .handle("VAR_HANDLE", .varHandle),
    TFLiteLowering("READ_VARIABLE") { op throws(Problem) in
      LoweredOperator(ReadResource(.readVariable, type: try op.resultType()))
    },
    TFLiteLowering("ASSIGN_VARIABLE", WriteResource(.assignVariable)),
    .handle("HASHTABLE", .hashTable),
    TFLiteLowering("HASHTABLE_IMPORT", WriteResource(.hashTableImport)),
    TFLiteLowering("HASHTABLE_FIND", ReadResource(.hashTableFind, type: nil)),
    TFLiteLowering("HASHTABLE_SIZE", ReadResource(.hashTableSize, type: TensorType(.int64, [1]))),

    TFLiteLowering("HASHTABLE_LOOKUP", HashtableLookup()),
    TFLiteLowering("EMBEDDING_LOOKUP_SPARSE", EmbeddingLookupSparse()),
    // The schema's projection types: unknown, sparse, dense.
    TFLiteLowering("LSH_PROJECTION") { op throws(Problem) in
      LoweredOperator(LSHProjection(isDense: op.integer("type", default: 0) == 2))
    },
    TFLiteLowering("SKIP_GRAM") { op throws(Problem) in
      LoweredOperator(
        StatedShape(
          .skipGram, types: [TensorType(.string, [.symbol(op.dataDependentSymbol)])],
          kind: .dataMovement, operations: .perResult(.adds(1))))
    },
    // Operands: tables that are put side by side after a look-up.
    TFLiteLowering("CONCAT_EMBEDDINGS") { op throws(Problem) in
      LoweredOperator(
        StatedShape(
          .concatEmbeddings, types: [try op.resultType()], kind: .embedding,
          operations: .perResult(.moves(1))))
    },

    TFLiteLowering("RANDOM_STANDARD_NORMAL", RandomNumbers(.randomNormal)),
    TFLiteLowering("RANDOM_UNIFORM", RandomNumbers(.randomUniform)),
    TFLiteLowering("MULTINOMIAL") { op throws(Problem) in
      LoweredOperator(
        Multinomial(count: nil, resultType: op.resultTypes.first?.elementType ?? .int64))
    },
  ]
}

extension TFLiteLowering {
  /// A row for an operator that names something kept between inferences.
  static func handle(_ name: String, _ canonical: OperatorName) -> TFLiteLowering {
    TFLiteLowering(name) { op throws(Problem) in
      LoweredOperator(ResourceHandle(canonical, shape: op.resultTypes.first?.shape ?? []))
    }
  }
}
