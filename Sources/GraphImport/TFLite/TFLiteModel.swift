import Quantities
import OpGraph

/// Contents of an TFLite file, uninterpreted.
struct TFLiteModel {
  var fileBytes = 0
  var schemaVersion = 0
  var description = ""
  var metadata: [String: String] = [:]
  var subgraphs: [TFLiteSubgraph] = []
  var signatures: [Signature] = []
  var card: ModelCard?
  /// Where the file's own plan places the tensors of all subgraphs in an arena; negative for those that it
  /// leaves to the runtime.
  var plannedOffsets: [Int]?
}

struct TFLiteSubgraph {
  var name: String
  var tensors: [TFLiteTensor]
  var operators: [TFLiteOperator]
  var inputs: [Int]
  var outputs: [Int]

  /// What a call of it makes, without what it calls itself.
  var cost: CallBudget.Cost {
    var cost = CallBudget.Cost(operators: operators.count)
    for tensor in tensors {
      cost.bytes +=
        CallBudget.Cost.perItem + tensor.name.utf8.count
        + 16 * (tensor.shape.count + tensor.shapeSignature.count)
    }
    cost.bytes += 16 * (inputs.count + outputs.count)
    for op in operators {
      cost.bytes += 16 * (op.inputs.count + op.outputs.count)
      // The options of a custom operator are checked each time that one is read; beyond this they are code.
      cost.bytes += min(op.options.bytes.count, 1 << 20)
    }
    return cost
  }
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
  /// Where they lie in the file; nil as well for those in another file.
  var elements: Range<Int>?
  /// The buffer that holds them, which other tensors may have too.
  var buffer: Int
  /// Tensors with the scales and zero points of blocks.
  var blockTensors: [Int] = []
  /// The elements, when they are constant, integer and few, or a few floats.
  var value: ConstantValue?
  /// The first bytes of a constant list of bytes: the header of code.
  var leadingBytes: [UInt8] = []
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

/// The options of an operator by their names in the schema, in a custom operator's own map, or in
/// the TensorFlow node that a Flex operator carries; copied out of the file on lookup.
///
/// An absent option has the schema's default, which the lowering states.
struct TFLiteOptions {
  /// Valid only while the file is mapped, that is, until lowering is done.
  var integer: (String) -> Int? = { _ in nil }
  var real: (String) -> Double? = { _ in nil }
  /// Throws for a list that is longer than one of axes, sizes or pads.
  var integers: (String) throws(Problem) -> [Int]? = { _ in nil }
  /// How many elements a list has.
  var length: (String) -> Int? = { _ in nil }
  var blob: (String) -> UnsafeRawBufferPointer? = { _ in nil }
  /// Throws for a text that is longer than a name.
  var text: (String) throws(Problem) -> String? = { _ in nil }
  /// The bytes of a custom operator's options.
  var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
}
