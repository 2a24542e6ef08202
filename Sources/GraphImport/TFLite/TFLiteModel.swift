import OpGraph

/// What a TFLite file says, uninterpreted.
struct TFLiteModel {
  var schemaVersion = 0
  var description = ""
  var metadata: [String: String] = [:]
  var subgraphs: [TFLiteSubgraph] = []
  /// Subgraphs by the key of the signature that runs them.
  var signatures: [String: Int] = [:]
}

struct TFLiteSubgraph {
  var name: String
  var tensors: [TFLiteTensor]
  var operators: [TFLiteOperator]
  var inputs: [Int]
  var outputs: [Int]
}

struct TFLiteTensor {
  var name: String
  var elementType: ElementType
  /// Sizes to run with, unknown ones as the converter guessed them (1).
  var shape: [Int]
  /// Sizes with -1 for unknown ones; empty when all are known.
  var shapeSignature: [Int]
  /// Whether an empty shape is that of a scalar.
  var hasRank: Bool
  var isVariable: Bool
  /// Bytes of constant data in the file; nil for a tensor that is computed.
  var constantBytes: Int?
  /// The elements, when they are constant, integer and few, or a few floats.
  var value: ConstantValue?
  var quantization: Quantization?
  var sparsity: Sparsity?
}

struct TFLiteOperator {
  var index: Int
  /// The schema's name, or the custom operator's own.
  var name: String
  var isCustom: Bool
  var version: Int
  /// Tensor indices; -1 where an optional operand is left out.
  var inputs: [Int]
  var outputs: [Int]
  /// Reads the operator's options out of the file.
  var options: TFLiteOptions
}

/// The options of an operator by their names in the schema, copied out of the file on lookup.
///
/// An absent option has the schema's default, which the lowering states.
struct TFLiteOptions {
  /// Valid only while the file is mapped, that is, until lowering is done.
  var integer: (String) -> Int?
  var real: (String) -> Double?
  var integers: (String) -> [Int]?
}
