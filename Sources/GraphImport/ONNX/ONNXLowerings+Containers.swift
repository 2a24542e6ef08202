import Quantities
import OpGraph

/// ONNX operators on sequences, optionals and text.
extension ONNXLowerings {
  static let containers: [ONNXLowering] = [
    ONNXLowering("SequenceConstruct", SequenceOperator(.construct)),
    ONNXLowering("SequenceEmpty") { node throws(Problem) in
      let type = try node.elementType("dtype") ?? .float32
      return LoweredOperator(SequenceOperator(.empty(type)))
    },
    ONNXLowering("SequenceInsert", SequenceOperator(.insert)),
    ONNXLowering("SequenceErase", SequenceOperator(.erase)),
    ONNXLowering("SequenceAt", SequenceOperator(.element)),
    ONNXLowering("SequenceLength", SequenceOperator(.length)),
    ONNXLowering("ConcatFromSequence") { node throws(Problem) in
      LoweredOperator(
        SequenceOperator(
          .concatenate(
            axis: try node.integer("axis", default: 0),
            isNewAxis: try node.flag("new_axis", default: false))))
    },
    ONNXLowering("SplitToSequence") { node throws(Problem) in
      LoweredOperator(
        SequenceOperator(
          .split(
            axis: try node.integer("axis", default: 0),
            keepsDimension: try node.flag("keepdims", default: true))))
    },
    ONNXLowering("Optional", OptionalOperator(.wrap)),
    ONNXLowering("OptionalGetElement", OptionalOperator(.getElement)),
    ONNXLowering("OptionalHasElement", OptionalOperator(.hasElement)),
    ONNXLowering("ZipMap", domain: "ai.onnx.ml", ZipMap()),
    ONNXLowering("StringNormalizer") { node in
      LoweredOperator(StringNormalizer(symbol: node.dataDependentSymbol))
    },
    ONNXLowering("StringSplit") { node in
      LoweredOperator(StringSplit(symbol: node.dataDependentSymbol))
    },
    ONNXLowering("ImageDecoder") { node throws(Problem) in
      let format = try node.text("pixel_format", default: "RGB")
      return LoweredOperator(
        ImageDecoder(
          symbol: node.dataDependentSymbol, channels: format == "Grayscale" ? 1 : 3))
    },
    ONNXLowering("TfIdfVectorizer") { node throws(Problem) in
      let columns = try node.required("ngram_indexes").max() ?? -1
      guard (0..<1 << 30).contains(columns) else {
        throw Problem("attribute 'ngram_indexes' has no column of at least 0")
      }
      // bounded: below 2^30
      return LoweredOperator(TfIdfVectorizer(columns: columns + 1))
    },
  ]
}
