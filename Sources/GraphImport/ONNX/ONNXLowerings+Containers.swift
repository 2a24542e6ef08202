import OpGraph

/// ONNX operators on sequences, optionals and text.
extension ONNXLowerings {
  static let containers: [ONNXLowering] = [
    .container("SequenceConstruct", .container),
    .container("SequenceEmpty", .container),
    .container("SequenceInsert", .container),
    .container("SequenceErase", .container),
    .container("SplitToSequence", .container),
    .container("Optional", .container),
    .container("SequenceAt", .element),
    .container("ConcatFromSequence", .element),
    .container("OptionalGetElement", .element),
    .container("SequenceLength", .count),
    .container("OptionalHasElement", .presence),
    ONNXLowering("ZipMap", domain: "ai.onnx.ml", Container("ZipMap", result: .container)),
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
  fileprivate static func container(_ type: String, _ result: Container.Result) -> ONNXLowering {
    ONNXLowering(type, Container(type, result: result))
  }

  /// The size that depends on the data is a symbol named after the operator's first result.
  fileprivate static func text(
    _ type: String, _ function: @escaping @Sendable (String) -> TextOperator.Function
  ) -> ONNXLowering {
    ONNXLowering(type) { node in
      LoweredOperator(TextOperator(function(node.dataDependentSymbol)))
    }
  }
}
