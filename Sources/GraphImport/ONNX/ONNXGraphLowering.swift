import OpGraph

extension ONNXModel {
  /// The newest IR version whose fields are known here.
  private static let newestIRVersion = 14

  /// Lowers the model's graph to canonical operators.
  /// - Parameter folder: The model's folder with a slash at the end, where external data lies.
  func lowered(folder: String) throws(ImportError) -> Model {
    var lowering = ONNXGraphLowering(model: self, folder: folder)
    try lowering.run()
    let graph = try lowering.builder.checkedGraph()
    var diagnostics = lowering.builder.diagnostics
    if irVersion > Self.newestIRVersion {
      diagnostics.insert(
        Diagnostic(
          .warning, code: "newer-file-version",
          "the file's IR version is \(irVersion), the newest known is \(Self.newestIRVersion)"),
        at: 0)
    }
    return Model(
      format: .onnx, producer: producer, description: documentation, operatorSets: operatorSets,
      metadata: metadata, graphs: [graph], diagnostics: diagnostics,
      shapesAreBinding: false)
  }
}

/// Turns the names of an ONNX graph into values and its nodes into canonical operators.
struct ONNXGraphLowering {
  private let model: ONNXModel
  private let folder: String
  private(set) var builder: GraphBuilder
  private var valuesByName: [String: ValueID] = [:]

  init(model: ONNXModel, folder: String) {
    self.model = model
    self.folder = folder
    builder = GraphBuilder(name: model.graph.name)
  }

  mutating func run() throws(ImportError) {
    try addInitializers()
    try addInputs()
    let declared = Dictionary(
      (model.graph.valueInfo + model.graph.outputs).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    try addResults(declared)
    for node in try sortedNodes() { try lower(node) }
    builder.setOutputs(
      model.graph.outputs.compactMap { output in
        if valuesByName[output.name] == nil {
          builder.report(
            .error, "undefined-value", "graph output '\(output.name)' is made by no node")
        }
        return valuesByName[output.name]
      })
  }

  private mutating func addInitializers() throws(ImportError) {
    for tensor in model.graph.initializers {
      let type = TensorType(tensor.elementType, shape(tensor.dimensions))
      let value = elements(of: tensor, type)
      try define(Value(name: tensor.name, type: type, origin: .stored, constant: value))
      if let problem = try ONNXExternalData.problem(tensor, folder: folder) {
        builder.report(.note, "external-data", problem)
      }
    }
    for tensor in model.graph.sparseInitializers {
      let name = tensor.values.name
      let type = TensorType(
        tensor.values.elementType, shape(tensor.dimensions),
        sparsity: Sparsity(
          storedBytes: tensor.values.payloadBytes &+ tensor.indexBytes,
          compressedAxes: Array(tensor.dimensions.indices)))
      try define(Value(name: name, type: type, origin: .stored))
    }
  }

  /// The elements that were kept, when there are as many as the shape says.
  private mutating func elements(of tensor: ONNXTensor, _ type: TensorType) -> ConstantValue? {
    guard let expected = type.elementCount.fixedValue, tensor.external == nil else { return nil }
    let isWhole = tensor.value.map { $0.count == expected } ?? tensor.hasPayload(of: type)
    guard isWhole else {
      builder.report(
        .error, "tensor-size",
        "the elements of '\(tensor.name)' in the file do not make up its shape "
          + "\(type.shape ?? [])")
      return nil
    }
    return tensor.value
  }

  private func shape(_ dimensions: [Int]) -> Shape {
    Shape(dimensions.map(Dimension.fixed))
  }

  /// Files of the first IR versions list initializers as inputs too.
  private mutating func addInputs() throws(ImportError) {
    var inputs: [ValueID] = []
    for info in model.graph.inputs where valuesByName[info.name] == nil {
      let type = declaredType(info)
      inputs.append(try define(Value(name: info.name, type: type, origin: .input)))
    }
    builder.setInputs(inputs)
  }

  private mutating func addResults(
    _ declared: [String: ONNXValueInfo]
  ) throws(ImportError) {
    for node in model.graph.nodes {
      for name in node.outputs where !name.isEmpty {
        let type = declared[name].map(declaredType) ?? TensorType(.undefined, nil)
        try define(Value(name: name, type: type, origin: .computed))
      }
    }
  }

  @discardableResult
  private mutating func define(_ value: Value) throws(ImportError) -> ValueID {
    if valuesByName[value.name] != nil {
      throw ImportError(
        place: "tensor '\(value.name)'", "is defined twice, expected one definition of each name")
    }
    let id = try builder.add(value)
    valuesByName[value.name] = id
    return id
  }

  /// A dimension without name or size becomes a symbol named after its tensor and axis.
  private func declaredType(_ info: ONNXValueInfo) -> TensorType {
    let dimensions = info.dimensions.map { list in
      list.enumerated().map { axis, dimension -> Dimension in
        switch dimension {
        case .size(let size): return .fixed(size)
        // A longer name is no name: it would only make expressions unreadable.
        case .parameter(let name) where name.utf8.count <= 128: return .symbol(name)
        case .parameter, .open: return .symbol("\(info.name).\(axis)")
        }
      }
    }
    return TensorType(info.elementType ?? .undefined, dimensions.map(Shape.init))
  }

  /// The nodes in an order in which every operand is made before it is used.
  ///
  /// The format demands that order; files that break it are mended, which other readers do too.
  private func sortedNodes() throws(ImportError) -> [ONNXNode] {
    let nodes = model.graph.nodes
    var maker: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty { maker[name] = index }
    }
    var waitingFor = [Int](repeating: 0, count: nodes.count)
    var users = [[Int]](repeating: [], count: nodes.count)
    var isSorted = true
    for (index, node) in nodes.enumerated() {
      for name in node.inputs {
        guard let source = maker[name] else { continue }
        waitingFor[index] += 1
        users[source].append(index)
        if source >= index { isSorted = false }
      }
    }
    if isSorted { return nodes }
    var ready = Array(nodes.indices.filter { waitingFor[$0] == 0 }.reversed())
    var order: [Int] = []
    while let next = ready.popLast() {
      order.append(next)
      for user in users[next] {
        waitingFor[user] -= 1
        if waitingFor[user] == 0 { ready.append(user) }
      }
    }
    guard order.count == nodes.count else {
      let stuck = nodes.indices.first { waitingFor[$0] > 0 }.map { nodes[$0] }
      throw ImportError(
        place: "node '\(stuck.map(Self.displayName) ?? "")'",
        "depends on its own result, expected a graph without cycles")
    }
    return order.map { nodes[$0] }
  }

  private static func displayName(_ node: ONNXNode) -> String {
    node.outputs.first { !$0.isEmpty } ?? node.name
  }

  private mutating func lower(_ node: ONNXNode) throws(ImportError) {
    let name = Self.displayName(node)
    guard !node.operatorType.isEmpty else {
      throw ImportError(place: "node '\(name)'", "has no operator type")
    }
    var inputs: [ValueID?] = []
    for input in node.inputs { inputs.append(try operand(input, of: name)) }
    let outputs = node.outputs.map { $0.isEmpty ? nil : valuesByName[$0] }
    let reader = ONNXNodeReader(
      node: node, operatorSet: model.operatorSets[node.domain] ?? 1,
      operands: inputs.map { $0.map { builder[$0] } })
    let lowered = ONNXLowerings.row(
      for: node.operatorType, domain: node.domain, operatorSet: reader.operatorSet
    ).map { row in
      Result { () throws(LoweringError) in try row.lower(reader) }
    }
    keepRank(of: lowered, inputs.first ?? nil, outputs.first ?? nil)
    let qualified =
      node.domain == "ai.onnx" ? node.operatorType : "\(node.domain).\(node.operatorType)"
    builder.add(
      lowered, name: name, sourceOperator: qualified, inputs: inputs, outputs: outputs)
  }

  /// Lets a later node see how many axes quantized weights have.
  ///
  /// It may leave that for its operands to tell, and full inference comes after lowering, when
  /// sizes are bound.
  private mutating func keepRank(
    of lowered: Result<LoweredOperator, LoweringError>?, _ input: ValueID?, _ output: ValueID?
  ) {
    guard let input, let output, builder[output].type.shape == nil,
      case .success(let result)? = lowered,
      result.operation is Dequantize || result.operation is Quantize
        || result.operation is Identity
    else { return }
    builder[output].type.shape = builder[input].type.shape
  }

  private mutating func operand(
    _ name: String, of node: String
  ) throws(ImportError) -> ValueID? {
    if name.isEmpty { return nil }
    if let known = valuesByName[name] { return known }
    builder.report(
      .error, "undefined-value", "operand '\(name)' is defined nowhere in the graph", layer: node)
    return try define(Value(name: name, type: TensorType(.undefined, nil), origin: .computed))
  }
}
