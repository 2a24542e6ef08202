import OpGraph

/// ONNX operators on sequences, optionals and text.
extension ONNXLowerings {
  static let containers: [ONNXLowering] = [
    ONNXLowering("SequenceConstruct", SequenceOperator("SequenceConstruct", .construct)),
    ONNXLowering("SequenceEmpty") { node throws(LoweringError) in
      let type = try node.elementType("dtype") ?? .float32
      return LoweredOperator(SequenceOperator("SequenceEmpty", .empty(type)))
    },
    ONNXLowering("SequenceInsert", SequenceOperator("SequenceInsert", .insert)),
    ONNXLowering("SequenceErase", SequenceOperator("SequenceErase", .erase)),
    ONNXLowering("SequenceAt", SequenceOperator("SequenceAt", .element)),
    ONNXLowering("SequenceLength", SequenceOperator("SequenceLength", .length)),
    ONNXLowering("ConcatFromSequence") { node throws(LoweringError) in
      LoweredOperator(
        SequenceOperator(
          "ConcatFromSequence",
          .concatenate(
            axis: try node.integer("axis", default: 0),
            isNewAxis: try node.flag("new_axis", default: false))))
    },
    ONNXLowering("SplitToSequence") { node throws(LoweringError) in
      LoweredOperator(
        SequenceOperator(
          "SplitToSequence",
          .split(
            axis: try node.integer("axis", default: 0),
            keepsDimension: try node.flag("keepdims", default: true))))
    },
    ONNXLowering("Optional", OptionalOperator("Optional", .value(.undefined))),
    ONNXLowering("OptionalGetElement", OptionalOperator("OptionalGetElement", .value(.undefined))),
    ONNXLowering("OptionalHasElement", OptionalOperator("OptionalHasElement", .isPresent)),
    ONNXLowering("ZipMap", domain: "ai.onnx.ml", ZipMap()),
    .text("StringNormalizer") { .normalize(symbol: $0) },
    .text("StringSplit") { .split(symbol: $0) },
    ONNXLowering("ImageDecoder") { node throws(LoweringError) in
      let format = try node.text("pixel_format", default: "RGB")
      return LoweredOperator(
        TextOperator(
          .decodeImage(symbol: node.dataDependentSymbol, channels: format == "Grayscale" ? 1 : 3)))
    },
    ONNXLowering("TfIdfVectorizer") { node throws(LoweringError) in
      let columns = try node.required("ngram_indexes").max() ?? -1
      guard (0..<1 << 30).contains(columns) else {
        throw LoweringError("attribute 'ngram_indexes' has no column of at least 0")
      }
      return LoweredOperator(TextOperator(.countGroups(columns: columns + 1)))
    },
  ]
}

extension ONNXLowering {
  /// The size that depends on the data is a symbol named after the operator's first result.
  fileprivate static func text(
    _ type: String, _ function: @escaping @Sendable (String) -> TextOperator.Function
  ) -> ONNXLowering {
    ONNXLowering(type) { node in
      LoweredOperator(TextOperator(function(node.dataDependentSymbol)))
    }
  }
}
