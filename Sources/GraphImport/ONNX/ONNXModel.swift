import OpGraph

/// Contents of an ONNX file, uninterpreted.
struct ONNXModel {
  var fileBytes = 0
  var irVersion = 0
  var producer = ""
  var documentation = ""
  /// Operator-set versions by domain; the standard domain is `ai.onnx`.
  var operatorSets: [String: Int] = [:]
  var metadata: [String: String] = [:]
  var graph = ONNXGraph()
  /// The functions that the model defines, by domain and name.
  var functions: [String: ONNXFunction] = [:]
}

/// An operator that the model defines by a graph.
struct ONNXFunction {
  /// The nodes, inputs and outputs; these have names only.
  var graph: ONNXGraph
  /// Attributes with default values.
  var defaults: [String: ONNXAttribute]
  var operatorSets: [String: Int]
  /// What a call of it makes, without what it calls itself.
  var cost = CallBudget.Cost()
}

struct ONNXGraph {
  var name = ""
  var nodes: [ONNXNode] = []
  var initializers: [ONNXTensor] = []
  var sparseInitializers: [ONNXSparseTensor] = []
  var inputs: [ONNXValueInfo] = []
  var outputs: [ONNXValueInfo] = []
  var valueInfo: [ONNXValueInfo] = []

  /// The names that its results are handed on from: those of operators, or behind Identity.
  var resultSources: [String] {
    var sources: [String: String] = [:]
    for node in nodes where node.operatorType == "Identity" && node.domain == "ai.onnx" {
      if let input = node.inputs.first, let output = node.outputs.first { sources[output] = input }
    }
    return outputs.map { output in
      var name = output.name
      // Exporters write one or two. Names of damaged files may run in a circle.
      for _ in 0..<16 {
        guard let source = sources[name] else { break }
        name = source
      }
      return name
    }
  }
}

struct ONNXNode {
  var name: String
  var operatorType: String
  var domain: String
  /// Names of operands; empty where an optional one is left out.
  var inputs: [String]
  var outputs: [String]
  var attributes: [String: ONNXAttribute]
  /// Which of several functions of one name is meant.
  var overload = ""
  /// The modules that its metadata states.
  var modules: [String]?

  /// Domain and name of the operator, and which function of that name is meant.
  var functionKey: String {
    overload.isEmpty ? "\(domain).\(operatorType)" : "\(domain).\(operatorType):\(overload)"
  }
}

enum ONNXAttribute {
  case integer(Int)
  case real(Double)
  case text(String)
  case tensor(ONNXTensor)
  case sparseTensor(ONNXSparseTensor)
  case integers([Int])
  case reals([Double])
  case texts([String])
  case graph(ONNXGraph)
  /// The function's attribute of this name, in the body of a function.
  case reference(String)
  /// A type, or a list of graphs, tensors or those.
  case other
}

struct ONNXValueInfo {
  var name = ""
  /// Nil for a map.
  var elementType: ElementType?
  /// Whether it is a sequence of tensors of that type.
  var isSequence = false
  /// Nil when the file states no shape.
  var dimensions: [ONNXDimension]?
}

enum ONNXDimension {
  case size(Int)
  case parameter(String)
  case open
}

struct ONNXTensor {
  var name: String
  var dimensions: [Int]
  var elementType: ElementType
  /// Bytes of the elements in the file, or of those that were left out.
  var payloadBytes: Int
  /// The elements, when they were kept.
  var value: ConstantValue?
  /// Where the elements are, when they are in another file.
  var external: [String: String]?
  /// Where the message lies in the file, when that was asked for.
  var message: Range<Int>?

  /// Where the elements lie, when that was asked for.
  var place: ElementPlace? {
    message.flatMap { external == nil ? .message($0) : ONNXExternalData.place(of: self) }
  }

  /// What the file states of it, whether a tensor can have that many elements or not.
  var type: TensorType { TensorType(elementType, Shape(dimensions.map(Dimension.fixed))) }

  /// Whether a payload that was left out, or is in no typed list, can hold the elements.
  ///
  /// Only floats have one width in every place that they may stand in.
  func hasPayload(of type: TensorType) -> Bool {
    guard elementType == .float32 || elementType == .float64, payloadBytes > 0 else { return true }
    return type.storageBytes == .fixed(payloadBytes)
  }

  /// The element type of a `TensorProto.DataType`.
  static func elementType(_ dataType: Int) -> ElementType? {
    let types: [ElementType] = [
      .undefined, .float32, .uint8, .int8, .uint16, .int16, .int32, .int64, .string, .bool,
      .float16, .float64, .uint32, .uint64, .complex64, .complex128, .bfloat16, .float8e4m3fn,
      .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .uint4, .int4, .float4e2m1, .float8e8m0,
      .uint2, .int2, .float6e2m3, .float6e3m2,
    ]
    return types.indices.contains(dataType) ? types[dataType] : nil
  }
}

struct ONNXSparseTensor {
  var values: ONNXTensor
  var indexBytes: Int
  var dimensions: [Int]

  var type: TensorType {
    TensorType(
      values.elementType, Shape(dimensions.map(Dimension.fixed)),
      sparsity: Sparsity(
        storedBytes: values.payloadBytes &+ indexBytes, compressedAxes: Array(dimensions.indices)))
  }
}

// MARK: What calls cost

extension ONNXGraph {
  /// What the graph makes each time that it is lowered, with the bodies in it.
  var cost: CallBudget.Cost {
    var cost = CallBudget.Cost(operators: nodes.count)
    for info in inputs + outputs + valueInfo {
      cost.add(info.name)
      for dimension in info.dimensions ?? [] { cost.bytes += dimension.costInBytes }
    }
    for tensor in initializers { cost.add(tensor) }
    for tensor in sparseInitializers { cost.add(tensor.values) }
    for node in nodes {
      cost.add(node.name)
      for name in node.inputs + node.outputs { cost.add(name) }
      for attribute in node.attributes.values { cost += attribute.cost }
    }
    return cost
  }
}

extension ONNXDimension {
  /// What it takes where it is stated; an open one gets a name.
  fileprivate var costInBytes: Int {
    switch self {
    case .size: 8
    case .parameter(let text): 8 + text.utf8.count
    case .open: CallBudget.Cost.perItem
    }
  }
}

extension ONNXAttribute {
  /// What the attribute makes each time that its node is lowered.
  var cost: CallBudget.Cost {
    var cost = CallBudget.Cost(bytes: CallBudget.Cost.perItem)
    switch self {
    case .integers(let values): cost.bytes += 8 * values.count
    case .reals(let values): cost.bytes += 8 * values.count
    case .text(let text): cost.bytes += text.utf8.count
    case .texts(let texts): for text in texts { cost.add(text) }
    case .tensor(let tensor): cost.add(tensor)
    case .sparseTensor(let tensor): cost.add(tensor.values)
    case .graph(let graph): cost += graph.cost
    case .integer, .real, .reference, .other: break
    }
    return cost
  }
}

extension CallBudget.Cost {
  fileprivate mutating func add(_ name: String) { bytes += Self.perItem + name.utf8.count }

  fileprivate mutating func add(_ tensor: ONNXTensor) {
    add(tensor.name)
    bytes += 16 * tensor.dimensions.count + 16 * (tensor.value?.count ?? 0)
  }
}
