import Quantities
import OpGraph

extension ONNXModel {
  /// The newest IR version whose fields are known here.
  private static let newestIRVersion = 14

  /// Lowers the model's graph to canonical operators.
  /// - Parameter folder: The model's folder with a slash at the end, where external data lies.
  func lowered(
    folder: String, from file: ModelFile, _ options: ImportOptions
  ) throws(Problem) -> Model {
    var lowering = ONNXGraphLowering(model: self, folder: folder)
    try lowering.run()
    let lowered = try lowering.builder.checkedGraph()
    var diagnostics = lowering.builder.diagnostics
    if irVersion > Self.newestIRVersion {
      diagnostics.insert(
        Diagnostic(
          .warning, code: "newer-file-version",
          "the file's IR version is \(irVersion), the newest known is \(Self.newestIRVersion)"),
        at: 0)
    }
    var model = Model(
      format: .onnx, producer: producer, description: documentation, operatorSets: operatorSets,
      metadata: metadata, graph: lowered, subgraphs: subgraphs, diagnostics: diagnostics,
      shapesAreBinding: false)
    if options.keepsElements {
      model.elements = FileElements(
        file, folder: folder, places: lowering.builder.places, of: lowered)
    }
    return model
  }

  private var subgraphs: [Model.Subgraph] {
    let defined = functions.sorted { $0.key < $1.key }
    return [graph.summary(named: graph.name)]
      + defined.map { $0.value.graph.summary(named: $0.key) }
  }
}

extension ONNXGraph {
  fileprivate func summary(named name: String) -> Model.Subgraph {
    var tensors = Set(inputs.map(\.name))
    tensors.formUnion(initializers.lazy.map(\.name))
    tensors.reserveCapacity(tensors.count + nodes.count)
    for index in nodes.indices { tensors.formUnion(nodes[index].outputs) }
    tensors.remove("")
    return Model.Subgraph(name: name, operators: nodes.count, tensors: tensors.count)
  }
}

/// Turns the names of an ONNX graph into values and its nodes into canonical operators.
///
/// Bodies of control flow and functions of the model are lowered in place, into regions.
struct ONNXGraphLowering {
  let model: ONNXModel
  private let folder: String
  var builder: GraphBuilder
  private var scopes: [ONNXScope] = []
  /// Operators that the stated operator set does not have, with the first that does.
  private var newer: [String: Int] = [:]
  /// Functions that are being lowered.
  var callStack: [String] = []
  /// Sizes that were read from other files.
  private var externalElements = 0
  /// What tensors take of other files.
  private var externalBytes = ONNXExternalBytes()
  /// Where stored tensors lie that several values can be.
  private var places = StoragePlaces()
  /// What calls of functions may still make.
  var budget: CallBudget

  /// A node of the file with its operands and results found.
  struct NodeCall {
    /// The name in reports.
    var name: String
    /// The operator's name with its domain.
    var sourceOperator: String
    var inputs: [ValueID?]
    var outputs: [ValueID?]
  }

  /// Names of single sizes that inputs have.
  private let inputDimensions: Set<String>
  /// What texts of sizes stand for, each read once: a function states its own for each call.
  private var sizes: [String: Dimension?] = [:]

  init(model: ONNXModel, folder: String) {
    inputDimensions = Set(
      model.graph.inputs.flatMap { $0.dimensions ?? [] }.compactMap {
        if case .parameter(let name) = $0 { name } else { nil }
      })
    self.model = model
    self.folder = folder
    builder = GraphBuilder(name: model.graph.name)
    budget = CallBudget(bytes: model.fileBytes)
  }

  /// The scope that names mean something in.
  var scope: ONNXScope { scopes[scopes.count - 1] }

  mutating func run() throws(Problem) {
    let scope = ONNXScope(seesOuter: false, operatorSets: model.operatorSets, attributes: [:])
    builder.setOutputs(try lower(model.graph, in: scope, isMain: true).compactMap { $0 })
    for (name, version) in newer.sorted(by: { $0.key < $1.key }) {
      builder.report(
        .warning, "newer-operator",
        "\(name) in this form came with version \(version) of the operator set, the file states "
          + "\(model.operatorSets["ai.onnx"] ?? 1); onnxruntime refuses such a file")
    }
  }

  /// Lowers a graph.
  /// - Returns: The values of its outputs, nil for those without a producer.
  mutating func lower(
    _ graph: ONNXGraph, in scope: ONNXScope, isMain: Bool = false
  ) throws(Problem) -> [ValueID?] {
    let (graph, redefined) = graph.withUsedChannels.withLastConstants
    for name in redefined {
      builder.report(
        .warning, "defined-twice",
        "'\(name)' is defined twice; as runtimes do, the last one is used")
    }
    scopes.append(scope)
    defer { scopes.removeLast() }
    try addInitializers(graph)
    if isMain { try addInputs(graph) }
    let declared = Dictionary(
      (graph.valueInfo + graph.outputs).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    let firstResult = builder.graph.values.count
    let producers = try addResults(graph, declared)
    let nodes = try graph.sortedNodes { name in
      guard let result = scopes[scopes.count - 1].values[name], result.index >= firstResult else {
        return nil
      }
      return producers[result.index - firstResult]
    }
    for node in nodes { try lower(node) }
    return graph.outputs.map { output -> ValueID? in
      switch meaning(of: output.name) {
      case .value(let value): return value
      case .leftOut: return nil
      case .nothing:
        builder.report(
          .error, "undefined-value", "graph output '\(output.name)' has no producer")
        return nil
      }
    }
  }

  /// Each graph within another takes a part of the stack, whether it is a function or a body.
  /// - Throws: `Problem` when there are too many around the one that is to be lowered.
  func checkDepth(of graph: String) throws(Problem) {
    guard scopes.count <= CallBudget.deepest else {
      throw Problem(
        "lies in \(scopes.count) graphs that run each other", at: graph,
        expected: "at most \(CallBudget.deepest)")
    }
  }

  private enum Meaning {
    case value(ValueID)
    /// A function's input that its call leaves out.
    case leftOut
    case nothing
  }

  /// What a name means, searched from the innermost scope outwards.
  private func meaning(of name: String) -> Meaning {
    for place in scopes.indices.reversed() {
      if scopes[place].leftOut.contains(name) { return .leftOut }
      if let value = scopes[place].values[name] { return .value(value) }
      if !scopes[place].seesOuter { return .nothing }
    }
    return .nothing
  }

  private mutating func addInitializers(_ graph: ONNXGraph) throws(Problem) {
    for tensor in graph.initializers {
      let type = tensor.type
      let value = elements(of: tensor, type)
      var stored = Value(name: tensor.name, type: type, origin: .stored, constant: value)
      if let external = tensor.external {
        stored.storage = places.place(
          ONNXExternalData.path(external["location"] ?? ""),
          "\(Int(external["offset"] ?? "0") ?? 0)")
      }
      if let problem = try ONNXExternalData.problem(tensor, folder: folder) {
        builder.report(.note, "external-data", problem)
      } else if tensor.external != nil, externalElements < ONNXTensor.maximumExternalElements,
        let sizes = ONNXExternalData.sizes(of: tensor, folder: folder)
      {
        externalElements += sizes.count
        stored.constant = sizes
      }
      let place = externalBytes.place(of: tensor, storage: stored.storage, folder: folder)
      builder.locate(try define(stored), at: place)
    }
    for tensor in graph.sparseInitializers {
      try define(Value(name: tensor.values.name, type: tensor.type, origin: .stored))
    }
  }

  /// The elements that were kept, if their number matches the shape.
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

  /// Files of the first IR versions list initializers as inputs too.
  private mutating func addInputs(_ graph: ONNXGraph) throws(Problem) {
    var inputs: [ValueID] = []
    for var info in graph.inputs where scope.values[info.name] == nil {
      // No input is empty for good: some exporters write 0 for a size that they do not know.
      info.dimensions = info.dimensions?.map { if case .size(0) = $0 { .open } else { $0 } }
      let type = declaredType(info)
      inputs.append(try define(Value(name: info.name, type: type, origin: .input)))
    }
    builder.setInputs(inputs)
  }

  /// Adds the values that nodes make.
  /// - Returns: For each of them the place of its node.
  private mutating func addResults(
    _ graph: ONNXGraph, _ declared: [String: ONNXValueInfo]
  ) throws(Problem) -> [Int] {
    // Bodies and functions are many and small: making exact room for each would copy all each time.
    if scopes.count == 1 {
      let count = scope.values.count + graph.nodes.count
      scopes[0].values.reserveCapacity(count)
      builder.reserveCapacity(values: count, nodes: graph.nodes.count)
    }
    var producers: [Int] = []
    producers.reserveCapacity(graph.nodes.count)
    for index in graph.nodes.indices {
      for name in graph.nodes[index].outputs where !name.isEmpty {
        var type = TensorType(.undefined, nil)
        if let info = declared[name] { type = declaredType(info) }
        try define(Value(name: name, type: type, origin: .computed))
        producers.append(index)
      }
    }
    return producers
  }

  /// Adds a value under its name in the file.
  @discardableResult
  private mutating func define(_ value: Value) throws(Problem) -> ValueID {
    let innermost = scopes.count - 1
    let id = ValueID(builder.graph.values.count)
    guard scopes[innermost].values.updateValue(id, forKey: value.name) == nil else {
      throw Problem(
        place: "tensor '\(value.name)'", "is defined twice, expected one definition of each name")
    }
    var named = value
    if !scopes[innermost].prefix.isEmpty { named.name = scopes[innermost].prefix + value.name }
    return try builder.add(named)
  }

  /// The size that a text stands for: a name, or a sum or product of others that inputs have; nil for a text
  /// that is neither.
  private mutating func size(writtenAs text: String) -> Dimension? {
    if let known = sizes[text] { return known }
    var size = DimensionExpression(text, of: inputDimensions)?.value
    // A longer name is no name: it would only make expressions unreadable.
    if size == nil, text.utf8.count <= 128 { size = Dimension.symbol(text) }
    sizes.updateValue(size, forKey: text)
    return size
  }

  /// A dimension without name or size becomes a symbol named after its tensor and axis.
  mutating func declaredType(_ info: ONNXValueInfo) -> TensorType {
    var shape: Shape?
    if let stated = info.dimensions {
      var dimensions: [Dimension] = []
      dimensions.reserveCapacity(stated.count)
      for (axis, dimension) in stated.enumerated() {
        var size: Dimension?
        switch dimension {
        case .size(let number): size = Dimension.fixed(number)
        case .parameter(let text): size = self.size(writtenAs: text)
        case .open: break
        }
        dimensions.append(size ?? .symbol("\(ending(of: info.name, 100)).\(axis)"))
      }
      shape = Shape(dimensions)
    }
    var type = TensorType(info.elementType ?? .undefined, shape)
    if info.isSequence { type.sequence = TensorSequence(length: .unknown) }
    return type
  }

  private mutating func lower(_ stated: ONNXNode) throws(Problem) {
    let node = stated.resolved(in: scope)
    if let function = callStack.last {
      // What the call gives stands in the function's place of it, each time.
      try budget.spend(stated.referredCost(in: scope), on: "function '\(function)'")
    }
    let name = scope.prefix + node.displayName
    guard !node.operatorType.isEmpty else {
      throw Problem(place: "node '\(name)'", "has no operator type")
    }
    var inputs: [ValueID?] = []
    inputs.reserveCapacity(node.inputs.count)
    for input in node.inputs { inputs.append(try operand(input, of: name)) }
    let call = NodeCall(
      name: name,
      sourceOperator: node.domain == "ai.onnx"
        ? node.operatorType : "\(node.domain).\(node.operatorType)",
      inputs: inputs,
      outputs: node.outputs.map { $0.isEmpty ? nil : scopes[scopes.count - 1].values[$0] })
    if try lowerOwner(node, call) { return }
    let operands = inputs.map { $0.map { builder[$0] } }
    var operatorSet = scope.operatorSets[node.domain] ?? 1
    // Nothing is newer than the versions that are known.
    if node.domain == "ai.onnx", operatorSet < ONNXOperatorAge.newest,
      let first = ONNXOperatorAge.firstVersion(
        of: node, on: operands.first.flatMap { $0?.type.elementType }),
      first > operatorSet
    {
      newer[node.operatorType] = first
      // It is read in the form that it has.
      operatorSet = first
    }
    let reader = ONNXNodeReader(
      node: node, name: name, operatorSet: operatorSet, operands: operands)
    let lowered = ONNXLowerings.row(
      for: node.operatorType, domain: node.domain, operatorSet: reader.operatorSet
    ).map { row in
      Result { () throws(Problem) in
        var result = try row.lower(reader)
        // A function's attributes are stored once, however often it is called.
        if let function = storingFunction(stated) {
          for place in result.stored.indices {
            result.stored[place].storage = places.place(
              function, "\(node.displayName).\(place)")
          }
        }
        return result
      }
    }
    if let output = call.outputs.first ?? nil, case .success(let result)? = lowered {
      store(result, as: output, under: node.displayName, in: storingFunction(stated))
      if result.operation is Constant, case .tensor(let tensor)? = node.attributes["value"] {
        let storage = builder[output].storage
        builder.locate(
          output, at: externalBytes.place(of: tensor, storage: storage, folder: folder))
      }
      keepRank(of: result, inputs.first ?? nil, output)
    }
    builder.add(
      lowered, name: name, sourceOperator: call.sourceOperator, inputs: inputs,
      outputs: call.outputs)
    builder.setModules(modules(of: node, inputs))
    builder.setSourceName(node.name)
  }

  /// What metadata states or else, where the result's name has no path, that of the node or of a
  /// parameter.
  private func modules(of node: ONNXNode, _ inputs: [ValueID?]) -> [String]? {
    if let stated = node.modules { return stated }
    if node.displayName.utf8.contains(UInt8(ascii: "/")) { return nil }
    if let path = ModulePath.fromPath(node.name) { return path }
    for case let input? in inputs.dropFirst() where builder[input].origin == .stored {
      if let path = ModulePath.fromParameter(builder[input].name) { return path }
    }
    return nil
  }

  /// Lets a later node see how many axes quantized weights have.
  ///
  /// It can depend on its operands, and full inference comes after lowering, when
  /// sizes are bound.
  private mutating func keepRank(
    of result: LoweredOperator, _ input: ValueID?, _ output: ValueID
  ) {
    guard let input, builder[output].type.shape == nil,
      result.operation.isOf(Dequantize.self) || result.operation.isOf(Quantize.self)
        || result.operation.isOf(Identity.self)
    else { return }
    builder[output].type.shape = builder[input].type.shape
  }

  /// A Constant's result is stored in the file; a function's once, however often it is called.
  private mutating func store(
    _ result: LoweredOperator, as id: ValueID, under name: String, in function: String?
  ) {
    guard let constant = result.operation as? Constant else { return }
    var value = Value(
      name: builder[id].name, type: constant.type, origin: .stored, constant: constant.value)
    if let function { value.storage = places.place(function, name) }
    builder[id] = value
  }

  /// The function that stores a node's attributes; nil where each call brings its own.
  private func storingFunction(_ node: ONNXNode) -> String? {
    guard let function = callStack.last else { return nil }
    let isGiven = node.attributes.values.contains {
      if case .reference = $0 { true } else { false }
    }
    return isGiven ? nil : function
  }

  private mutating func operand(
    _ name: String, of node: String
  ) throws(Problem) -> ValueID? {
    if name.isEmpty { return nil }
    switch meaning(of: name) {
    case .value(let value): return value
    case .leftOut: return nil
    case .nothing: break
    }
    builder.report(
      .error, "undefined-value", "operand '\(name)' is defined nowhere in the graph", layer: node)
    return try define(Value(name: name, type: TensorType(.undefined, nil), origin: .computed))
  }
}
