import Quantities
import OpGraph

extension TFLiteModel {
  /// Lowers the subgraph that runs to canonical operators, with what it calls in regions.
  /// - Parameter original: The model before a compiler for an accelerator made this one.
  func lowered(
    from file: ModelFile, _ options: ImportOptions, original: TFLiteModel?
  ) throws(Problem) -> Model {
    guard !subgraphs.isEmpty else { throw Problem("holds no subgraph, expected a model") }
    let running = try runningSubgraph(options.signature)
    var lowering = TFLiteGraphLowering(model: self, original: original)
    try lowering.run(running)
    if original != nil, lowering.compiledParts.isEmpty {
      throw Problem("holds no compiled part that another model could stand in for")
    }
    var model = Model(
      format: .tflite, producer: description, description: description,
      operatorSets: ["tflite": schemaVersion], metadata: metadata,
      graph: try lowering.builder.checkedGraph(),
      subgraphs: subgraphs.map {
        Model.Subgraph(name: $0.name, operators: $0.operators.count, tensors: $0.tensors.count)
      },
      diagnostics: lowering.builder.diagnostics, shapesAreBinding: true)
    model.runningSubgraph = running
    model.signatures = signatures
    model.card = card
    model.compiledParts = lowering.compiledParts
    if options.keepsElements {
      model.elements = FileElements(
        file, folder: "", places: lowering.builder.places, of: model.graph)
    }
    model.program = try storedProgram()
    model.program?.hasCompiledParts = !lowering.compiledParts.isEmpty
    model.program?.values = subgraphs.indices.map { lowering.valuesBySubgraph[$0] ?? [] }
    return model
  }

  private func runningSubgraph(_ key: String?) throws(Problem) -> Int {
    guard let key else { return 0 }
    if let signature = signatures.first(where: { $0.key == key }) { return signature.subgraph }
    let known = signatures.map { "'\($0.key)'" }.joined(separator: ", ")
    throw Problem(
      "has no signature '\(key)'; it has \(known.isEmpty ? "none" : known)")
  }
}

/// Turns the tensors of a TFLite subgraph into values and its operators into canonical ones.
struct TFLiteGraphLowering {
  /// The model whose subgraphs operators call; while a compiled part is lowered, the original.
  var model: TFLiteModel
  let original: TFLiteModel?
  var builder: GraphBuilder
  var compiledParts: [CompiledPart] = []
  /// Whether the operators that are being lowered are the original's.
  var isInOriginal = false
  /// The values of the tensors of each subgraph of the file, as it was lowered first.
  private(set) var valuesBySubgraph: [Int: [ValueID?]] = [:]
  /// Subgraphs that are being lowered.
  private var callStack: [Int] = []
  /// Values that an operator makes.
  private var made: Set<ValueID> = []
  private var tensorModules = TensorModules()
  /// By name, the places of tensors in the original.
  let originalPlaces: [String: Int]
  /// What calls of subgraphs may still make.
  var budget: CallBudget
  /// How many operators each subgraph of the file has.
  private let subgraphSizes: [Int]

  /// An operator of the file with its operands and results found.
  struct OperatorCall {
    /// The name in reports.
    var name: String
    var inputs: [ValueID?]
    var outputs: [ValueID?]
  }

  init(model: TFLiteModel, original: TFLiteModel?) {
    self.model = model
    self.original = original
    builder = GraphBuilder(name: "")
    budget = CallBudget(bytes: model.fileBytes + (original?.fileBytes ?? 0))
    subgraphSizes = model.subgraphs.map(\.operators.count)
    let tensors = original?.subgraphs.first?.tensors ?? []
    originalPlaces = Dictionary(
      zip(tensors.map(\.name), tensors.indices), uniquingKeysWith: { first, _ in first })
  }

  mutating func run(_ index: Int) throws(Problem) {
    let subgraph = model.subgraphs[index]
    builder = GraphBuilder(name: subgraph.name)
    let values = try addTensors(of: subgraph, prefix: "", given: [:])
    valuesBySubgraph[index] = values
    builder.setInputs(subgraph.inputs.compactMap { values[$0] })
    callStack = [index]
    try lowerOperators(of: subgraph, values, prefix: "")
    builder.setOutputs(subgraph.outputs.compactMap { values[$0] })
  }

  /// Lowers a subgraph that an operator calls, into the open region.
  /// - Parameter inputs: The values of the subgraph's inputs; nil creates a new value.
  /// - Returns: The values of its inputs and of its outputs.
  mutating func lowerSubgraph(
    _ index: Int, called name: String, inputs: [ValueID?]
  ) throws(Problem) -> (inputs: [ValueID?], outputs: [ValueID?]) {
    guard model.subgraphs.indices.contains(index) else {
      throw Problem(
        place: "operator '\(name)'",
        "calls subgraph \(index), expected one below \(model.subgraphs.count)")
    }
    guard callStack.count < CallBudget.deepest else {
      throw Problem(
        place: "operator '\(name)'",
        "calls subgraph \(index) from within \(callStack.count) others, expected at most "
          + "\(CallBudget.deepest) in each other")
    }
    guard !callStack.contains(index) else {
      throw Problem(
        place: "operator '\(name)'", "calls subgraph \(index) from within, expected no recursion")
    }
    let subgraph = model.subgraphs[index]
    try budget.call("subgraph \(index) ('\(subgraph.name)')", subgraph.cost)
    callStack.append(index)
    defer { callStack.removeLast() }
    let given = Dictionary(
      zip(subgraph.inputs, inputs).compactMap { place, id in id.map { (place, $0) } },
      uniquingKeysWith: { first, _ in first })
    let prefix = "\(name.end(200))/"
    let values = try addTensors(of: subgraph, prefix: prefix, given: given)
    if !isInOriginal, valuesBySubgraph[index] == nil {
      // What is given is a tensor of the caller.
      valuesBySubgraph[index] = values.enumerated().map { given[$0] == nil ? $1 : nil }
    }
    try lowerOperators(of: subgraph, values, prefix: prefix)
    return (subgraph.inputs.map { values[$0] }, subgraph.outputs.map { values[$0] })
  }

  /// Adds a value for each tensor, or takes the one that is given for it.
  mutating func addTensors(
    of subgraph: TFLiteSubgraph, prefix: String, given: [Int: ValueID]
  ) throws(Problem) -> [ValueID?] {
    let made = Set(subgraph.operators.flatMap(\.outputs))
    let inputs = Set(subgraph.inputs)
    var ids: [ValueID?] = []
    ids.reserveCapacity(subgraph.tensors.count)
    for (index, tensor) in subgraph.tensors.enumerated() {
      if let value = given[index] {
        ids.append(value)
        continue
      }
      let origin: Value.Origin
      if inputs.contains(index) {
        // An input of a called subgraph is made again in every iteration of a loop.
        origin = prefix.isEmpty ? .input : .computed
      } else if tensor.isVariable {
        origin = .state
      } else {
        // A constant without elements has no bytes.
        let isStored = tensor.constantBytes != nil || tensor.shape.contains(0)
        origin = isStored && !made.contains(index) ? .stored : .computed
      }
      let id = try builder.add(value(of: tensor, index, origin, prefix: prefix))
      // The original is another file.
      if origin == .stored, !isInOriginal {
        builder.locate(id, at: tensor.elements.map(ElementPlace.bytes))
      }
      ids.append(id)
    }
    for (index, tensor) in subgraph.tensors.enumerated() where !tensor.blockTensors.isEmpty {
      guard let id = ids[index], given[index] == nil else { continue }
      let blocks = tensor.blockTensors.compactMap { ids.indices.contains($0) ? ids[$0] : nil }
      let bytes = blocks.map { builder[$0].type.storageBytes }.sum.fixedValue
      builder[id].type.quantization?.blockTensors = blocks
      builder[id].type.quantization?.blockBytes = bytes ?? 0
    }
    return ids
  }

  private mutating func value(
    of tensor: TFLiteTensor, _ index: Int, _ origin: Value.Origin, prefix: String
  ) -> Value {
    var value = Value(
      name: prefix + (tensor.name.isEmpty ? "tensor \(index)" : tensor.name),
      type: tensor.type(origin: origin), origin: origin)
    if origin == .stored, let elements = tensor.value {
      if value.type.elementCount == .fixed(elements.count) {
        value.constant = elements
      } else if value.type.sparsity == nil {
        builder.report(
          .error, "tensor-size",
          "'\(value.name)' has \(counted(elements.count, "element")) in the file, its shape is "
            + "\(value.type.shape ?? [])")
      }
    }
    // Buffers of the compiled model and of the original are other ones.
    if origin == .stored, tensor.constantBytes != nil, tensor.buffer < 1 << 30 {
      value.storage = Int32(tensor.buffer) | (isInOriginal ? 1 << 30 : 0)
    }
    value.dynamicAxes = tensor.shapeSignature.indices.filter { tensor.shapeSignature[$0] < 0 }
    if origin == .input {
      // Converters store 1 for a size that callers choose; along the first axis it is a batch of 1.
      for axis in value.dynamicAxes where axis > 0 || tensor.shape.count == 1 {
        guard tensor.shape.indices.contains(axis), tensor.shape[axis] == 1 else { continue }
        value.type.shape?[axis] = .symbol("\(value.name.end(100)).\(axis)")
      }
    }
    return value
  }

  mutating func lowerOperators(
    of subgraph: TFLiteSubgraph, _ values: [ValueID?], prefix: String
  ) throws(Problem) {
    let lastWriters = lastWriters(subgraph)
    var known = KnownTensors()
    for (position, op) in subgraph.operators.enumerated() {
      let outputs = op.outputs.map {
        $0 < 0 || lastWriters[$0].map { $0 > position } ?? false ? nil : values[$0]
      }
      // Said here: operators that share a result would make a node with its name each.
      for case let output? in outputs where !made.insert(output).inserted {
        throw Problem(
          place: "tensor '\(builder[output].name)'", "has two producers, expected one")
      }
      let call = OperatorCall(
        name: outputs.first { $0 != nil }.flatMap { $0 }.map { builder[$0].name }
          ?? "\(prefix)operator \(op.index)",
        inputs: op.inputs.map { $0 < 0 ? nil : values[$0] }, outputs: outputs)
      if try op.isCustom
        ? lowerCompiledPart(op, call, subgraph.tensors, values, &known) : lowerOwner(op, call)
      {
        continue
      }
      let reader = TFLiteOperatorReader(
        op, name: call.name, operands: call.inputs.map { $0.map { builder[$0] } },
        results: outputs.map { $0.map { builder[$0] } },
        subgraphSizes: subgraphSizes)
      let lowered = TFLiteLowerings.row(for: op).map { row in
        Result { () throws(Problem) in try row.lower(reader) }
      }
      builder.add(
        lowered, name: call.name, sourceOperator: op.reportedName, inputs: call.inputs,
        outputs: outputs)
      let path = modules(of: call)
      builder.setModules(path)
    }
  }
}

extension TFLiteGraphLowering {
  /// The modules of weights, of which a fused activation's name tells nothing, or of a result's name.
  private mutating func modules(of call: OperatorCall) -> [String]? {
    let stored = call.inputs.compactMap { $0 }.filter { builder[$0].origin == .stored }
    for id in stored {
      let path = tensorModules.ofStored(id, named: builder[id].name).classes
      if let path, !path.isEmpty { return path }
    }
    if let own = TensorModules.Name(call.name).classes { return own }
    if call.name.utf8.contains(UInt8(ascii: "/")) { return nil }
    for id in stored {
      if let path = tensorModules.ofStored(id, named: builder[id].name).path { return path }
    }
    return nil
  }
}

extension TFLiteOperator {
  /// The name, and what it calls where that is known to the runtime only.
  fileprivate var reportedName: String {
    guard name == "STABLEHLO_CUSTOM_CALL", let target = try? options.text("call_target_name")
    else { return name }
    return "\(name)(\(target.prefix(100)))"
  }
}

extension String {
  /// The last bytes, as far as they are whole scalars: a character can have any number of bytes.
  func end(_ count: Int) -> String {
    guard utf8.count > count else { return self }
    let isRest = { (byte: UInt8) in byte & 0xc0 == 0x80 }
    return String(decoding: utf8.suffix(count).drop(while: isRest), as: UTF8.self)
  }
}

extension TFLiteTensor {
  /// Without a rank, an empty shape is a scalar's only where a scalar can be recognized: in a constant
  /// or an input.
  fileprivate func type(origin: Value.Origin) -> TensorType {
    let isUnknown = shape.isEmpty && !hasRank && origin == .computed
    return TensorType(
      elementType, isUnknown ? nil : Shape(shape.map(Dimension.fixed)),
      quantization: quantization, sparsity: sparsity)
  }
}
