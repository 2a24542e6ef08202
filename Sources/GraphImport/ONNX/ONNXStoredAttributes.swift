import OpGraph

/// What classical models keep in attributes, as tensors that the file stores.
extension ONNXNodeReader {
  /// Lists of numbers that are learned from data.
  private static let learned: Set<String> = [
    "base_values", "base_values_as_tensor", "class_weights", "class_weights_as_tensor",
    "coefficients", "imputed_value_floats", "imputed_value_int64s", "intercepts", "leaf_weights",
    "nodes_splits", "nodes_values", "nodes_values_as_tensor", "offset", "prob_a", "prob_b", "rho",
    "scale", "support_vectors", "target_weights", "target_weights_as_tensor",
  ]
  /// Lists that say how a result is read, not how it is found.
  private static let descriptive: Set<String> = [
    "classlabels_ints", "classlabels_int64s", "classlabels_strings", "inputdimensions",
    "kernel_params", "vectors_per_class",
  ]

  /// The tensor of links and words, if there are any, then those of learned numbers by their names.
  var storedAttributes: [Value] {
    var links = 0
    var learned: [Value] = []
    for (attribute, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
      if Self.learned.contains(attribute), var type = value.listType {
        if attribute.hasPrefix("nodes_values"), case .fixed(let count)? = type.shape?.elementCount {
          // A leaf has a place for a threshold, and none.
          let leaves = min(leafCount, count)
          type.shape = [.fixed(count - leaves)]
          links += leaves * (type.elementType.bits ?? 0) / 8
        }
        learned.append(Value(name: "\(name).\(attribute)", type: type, origin: .stored))
      } else if !Self.descriptive.contains(attribute) {
        links += value.listBytes
      }
    }
    let type = TensorType(.uint8, [.fixed(links)])
    let structure = Value(name: "\(name).structure", type: type, origin: .stored)
    return (links > 0 ? [structure] : []) + learned
  }
}

extension ONNXNodeReader {
  private var leafCount: Int {
    guard case .texts(let modes)? = node.attributes["nodes_modes"] else { return 0 }
    return modes.lazy.filter { $0 == "LEAF" }.count
  }
}

extension ONNXAttribute {
  /// The type of a list of numbers.
  fileprivate var listType: TensorType? {
    switch self {
    case .reals(let values): TensorType(.float32, [.fixed(values.count)])
    case .integers(let values): TensorType(.int64, [.fixed(values.count)])
    case .tensor(let tensor): tensor.soundType
    default: nil
    }
  }

  /// The bytes that a list takes in the file: integers stand in it by their size (varint), texts with
  /// their length.
  fileprivate var listBytes: Int {
    switch self {
    case .reals(let values): 4 * values.count
    case .integers(let values):
      values.reduce(0) { $0 + max(1, (70 - UInt64(bitPattern: Int64($1)).leadingZeroBitCount) / 7) }
    case .texts(let values): values.reduce(0) { $0 + 2 + $1.utf8.count }
    case .tensor(let tensor): tensor.soundType?.storageBytes.fixedValue ?? 0
    default: 0
    }
  }
}

extension ONNXTensor {
  /// The type, unless no tensor can have it.
  fileprivate var soundType: TensorType? { type.sizeProblem == nil ? type : nil }
}
