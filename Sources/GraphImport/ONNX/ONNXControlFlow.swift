import Quantities
import OpGraph

/// Nodes of the file that run other graphs: control flow, and functions that the model defines.
extension ONNXGraphLowering {
  /// The operators that are lowered here rather than by a row of a table.
  static let controlFlow = ["If", "Loop", "Scan", "SequenceMap"]

  /// Operators of onnxruntime that run a decoder for each token.
  static let searches = ["BeamSearch", "GreedySearch", "Sampling"]

  /// Lowers a node that runs other graphs.
  /// - Returns: Whether it is such a node.
  mutating func lowerOwner(_ node: ONNXNode, _ call: NodeCall) throws(Problem) -> Bool {
    if let function = model.functions[node.functionKey] {
      try lower(function, called: node, call)
      return true
    }
    if node.domain == "com.microsoft", Self.searches.contains(node.operatorType),
      let decoder = body("decoder", of: node)
    {
      try lowerSearch(decoder, of: node, call)
      return true
    }
    guard node.domain == "ai.onnx", Self.controlFlow.contains(node.operatorType) else {
      return false
    }
    if let problem = problem(of: node, call) {
      builder.add(
        .failure(Problem(problem)), name: call.name, sourceOperator: call.sourceOperator,
        inputs: call.inputs, outputs: call.outputs)
      return true
    }
    switch node.operatorType {
    case "If": try lowerIf(node, call)
    case "Loop": try lowerLoop(node, call)
    case "Scan": try lowerScan(node, call)
    case "SequenceMap": try lowerSequenceMap(node, call)
    default: return false
    }
    return true
  }

  /// Why a control-flow node cannot be lowered; nil when it can.
  private func problem(of node: ONNXNode, _ call: NodeCall) -> String? {
    let needed = node.operatorType == "If" ? ["then_branch", "else_branch"] : ["body"]
    if let missing = needed.first(where: { body($0, of: node) == nil }) {
      return "attribute '\(missing)' is missing or no graph"
    }
    guard node.operatorType == "Scan" else { return nil }
    let given = call.inputs.count - (scansBatches ? 1 : 0)
    guard case .integer(let sequences)? = node.attributes["num_scan_inputs"], given >= 0,
      (0...given).contains(sequences), body("body", of: node)?.inputs.count == given
    else { return "the operands, the body's inputs and 'num_scan_inputs' do not fit together" }
    return nil
  }

  private func body(_ attribute: String, of node: ONNXNode) -> ONNXGraph? {
    if case .graph(let graph)? = node.attributes[attribute] { return graph }
    return nil
  }

  /// Before version 9, Scan loops over each item of a batch, and its first operand is lengths.
  private var scansBatches: Bool { scope.operatorSets["ai.onnx"] ?? 1 < 9 }

  // MARK: Branches

  private mutating func lowerIf(_ node: ONNXNode, _ call: NodeCall) throws(Problem) {
    let condition = call.inputs.first ?? nil
    var regions: [Int] = []
    var results: [ValueID?] = []
    for (attribute, isTakenWhen) in [("then_branch", true), ("else_branch", false)] {
      guard let graph = body(attribute, of: node) else { continue }
      let region = builder.openRegion(
        named: "\(call.name)/\(attribute)",
        .branch(condition: condition, .when(isTakenWhen)))
      let made = try lowerBody(graph) { (_, _) throws(Problem) in }
      builder.closeRegion(region)
      regions.append(region)
      results += call.outputs.indices.map { made.indices.contains($0) ? made[$0] : nil }
    }
    builder.add(
      If(results: call.outputs.count, branches: [.when(true), .when(false)]),
      running: regions, name: call.name,
      sourceOperator: "If", inputs: [condition] + results, outputs: call.outputs)
  }

  // MARK: Loops

  /// Operands in the file: limit, condition, carried values.
  ///
  /// The body has the iteration's number, the condition and the carried values, and makes the condition, those and gathered results.
  private mutating func lowerLoop(_ node: ONNXNode, _ call: NodeCall) throws(Problem) {
    guard let graph = body("body", of: node) else { return }
    let given = Array(call.inputs.dropFirst(2))
    let carried = min(given.count, max(0, graph.inputs.count - 2))
    let passed = Array(graph.resultSources.dropFirst().prefix(carried))
    let region = builder.openRegion(named: "\(call.name)/body", .loop)
    var parameters: [Region.Parameter] = []
    let made = try lowerBody(graph) { (lowering, scope) throws(Problem) in
      for (place, input) in graph.inputs.enumerated() {
        var value = lowering.parameter(input)
        switch place {
        case 0: value.type = TensorType(.int64, [])
        // The body only runs while the condition holds.
        case 1:
          value.type = TensorType(.bool, [])
          value.constant = .integers([1])
        case let place
        where passed.indices.contains(place - 2) && passed[place - 2] == input.name:
          // What the body passes on unchanged is the same in every iteration.
          scope.values[input.name] = given[place - 2]
          continue
        default: break
        }
        let id = try lowering.builder.add(value)
        scope.values[input.name] = id
        let source = place < 2 || place - 2 >= carried ? nil : given[place - 2]
        parameters.append(
          Region.Parameter(id, place < 2 ? .stated : .carried(source, result: nil)))
      }
    }
    builder.setParameters(parameters, of: region)
    let results = Array(made.dropFirst())
    let changed = (0..<carried).filter {
      !passed.indices.contains($0) || passed[$0] != graph.inputs[2 + $0].name
    }
    builder.closeRegion(
      region, results: changed.map { results.indices.contains($0) ? results[$0] : nil })
    let operands: [ValueID?] = [
      call.inputs.first ?? nil, call.inputs.count > 1 ? call.inputs[1] : nil,
    ]
    builder.add(
      Loop(
        .loop, carried: carried, gathered: max(0, results.count - carried),
        symbol: "Loop(\(call.name))"),
      running: [region], name: call.name, sourceOperator: "Loop",
      inputs: operands + given.prefix(carried) + [made.first ?? nil] + results,
      outputs: call.outputs)
  }

  /// Operands in the file: states, sequences; before opset 9 also the sequences' lengths, first.
  private mutating func lowerScan(_ node: ONNXNode, _ call: NodeCall) throws(Problem) {
    guard let graph = body("body", of: node) else { return }
    let isBatched = scansBatches
    let given = isBatched ? Array(call.inputs.dropFirst()) : call.inputs
    guard case .integer(let sequences)? = node.attributes["num_scan_inputs"] else { return }
    let states = given.count - sequences
    func axes(_ name: String, count: Int) -> [Int] {
      if case .integers(let listed)? = node.attributes[name], listed.count == count {
        return listed
      }
      return [Int](repeating: isBatched ? 1 : 0, count: count)
    }
    let inputAxes =
      isBatched
      ? [Int](repeating: 1, count: sequences) : axes("scan_input_axes", count: sequences)
    let passed = graph.resultSources.prefix(max(0, states))
    let isPassedOn = { (place: Int) in
      !isBatched && passed.indices.contains(place) && passed[place] == graph.inputs[place].name
    }
    let region = builder.openRegion(named: "\(call.name)/body", .loop)
    var parameters: [Region.Parameter] = []
    let made = try lowerBody(graph) { (lowering, scope) throws(Problem) in
      for (place, input) in graph.inputs.enumerated() {
        if isPassedOn(place), let value = given[place] {
          scope.values[input.name] = value
          continue
        }
        let parameter = lowering.parameter(input)
        let id = try lowering.builder.add(parameter)
        scope.values[input.name] = id
        guard let value = given[place] else { continue }
        let cut = isBatched ? [0] : []
        if place >= states {
          let axes = cut + [inputAxes[place - states]]
          parameters.append(Region.Parameter(id, .slice(value, axes: axes)))
        } else if isBatched {
          parameters.append(Region.Parameter(id, .slice(value, axes: cut)))
        } else {
          parameters.append(Region.Parameter(id, .carried(value, result: nil)))
        }
      }
    }
    builder.setParameters(parameters, of: region)
    let changed = made.indices.prefix(max(0, states)).filter {
      !isPassedOn($0) || given[$0] == nil
    }
    builder.closeRegion(region, results: changed.map { made[$0] })
    let outputAxes = axes("scan_output_axes", count: max(0, made.count - states))
    builder.add(
      Scan(states: states, inputAxes: inputAxes, outputAxes: outputAxes, isBatched: isBatched),
      running: [region], name: call.name, sourceOperator: "Scan", inputs: given + made,
      outputs: call.outputs)
  }

  private mutating func lowerSequenceMap(
    _ node: ONNXNode, _ call: NodeCall
  ) throws(Problem) {
    guard let graph = body("body", of: node) else { return }
    let region = builder.openRegion(named: "\(call.name)/body", .loop)
    var parameters: [Region.Parameter] = []
    let made = try lowerBody(graph) { (lowering, scope) throws(Problem) in
      for (input, given) in zip(graph.inputs, call.inputs) {
        let parameter = lowering.parameter(input)
        let id = try lowering.builder.add(parameter)
        scope.values[input.name] = id
        if let given { parameters.append(Region.Parameter(id, .element(given))) }
      }
    }
    builder.setParameters(parameters, of: region)
    builder.closeRegion(region)
    builder.add(
      SequenceMap(), running: [region], name: call.name, sourceOperator: "SequenceMap",
      inputs: [call.inputs.first ?? nil] + made, outputs: call.outputs)
  }

  /// Operands in the file: the prompt, the most tokens of the result.
  ///
  /// The decoder runs once for each token that it makes; how many that are depends on data. An encoder, and a
  /// decoder for the prompt, run once.
  private mutating func lowerSearch(
    _ decoder: ONNXGraph, of node: ONNXNode, _ call: NodeCall
  ) throws(Problem) {
    var regions: [Int] = []
    for attribute in ["encoder", "init_decoder"] {
      guard let graph = body(attribute, of: node) else { continue }
      regions.append(try lowerStated(graph, named: "\(call.name)/\(attribute)", .call))
    }
    regions.append(try lowerStated(decoder, named: "\(call.name)/decoder", .loop))
    let prompt = call.inputs.first ?? nil
    builder.add(
      Loop(.loop, carried: 0, gathered: 0, symbol: "\(call.sourceOperator)(\(call.name))"),
      running: regions, name: call.name, sourceOperator: call.sourceOperator,
      inputs: [call.inputs.count > 1 ? call.inputs[1] : nil, prompt], outputs: call.outputs)
  }

  /// Lowers a body whose inputs are as it states them.
  private mutating func lowerStated(
    _ graph: ONNXGraph, named name: String, _ rule: Region.Rule
  ) throws(Problem) -> Int {
    let region = builder.openRegion(named: name, rule)
    var parameters: [Region.Parameter] = []
    _ = try lowerBody(graph) { (lowering, scope) throws(Problem) in
      for input in graph.inputs {
        let parameter = lowering.parameter(input)
        let id = try lowering.builder.add(parameter)
        scope.values[input.name] = id
        parameters.append(Region.Parameter(id, .stated))
      }
    }
    builder.setParameters(parameters, of: region)
    builder.closeRegion(region)
    return region
  }

  /// A value of a body that has another meaning in each iteration.
  private mutating func parameter(_ input: ONNXValueInfo) -> Value {
    Value(name: scope.prefix + input.name, type: declaredType(input), origin: .computed)
  }

  // MARK: Functions

  private mutating func lower(
    _ function: ONNXFunction, called node: ONNXNode, _ call: NodeCall
  ) throws(Problem) {
    guard !callStack.contains(node.functionKey) else {
      throw Problem(
        place: "function '\(node.functionKey)'", "calls itself, expected no recursion")
    }
    try checkDepth(of: "function '\(node.functionKey)'")
    try budget.call("function '\(node.functionKey)'", function.cost)
    callStack.append(node.functionKey)
    defer { callStack.removeLast() }
    let region = builder.openRegion(named: "\(call.name)/\(node.operatorType)", .call)
    var inner = ONNXScope(
      seesOuter: false, operatorSets: function.operatorSets,
      attributes: function.defaults.merging(node.attributes) { _, given in given },
      prefix: "\(ending(of: call.name, 200))/")
    for (place, input) in function.graph.inputs.enumerated() {
      let given = call.inputs.indices.contains(place) ? call.inputs[place] : nil
      // An operand that is left out is left out of every node that reads it.
      if let given { inner.values[input.name] = given } else { inner.leftOut.insert(input.name) }
    }
    let made = try lower(function.graph, in: inner)
    builder.closeRegion(region)
    builder.add(
      Call(node.operatorType), running: [region], name: call.name,
      sourceOperator: call.sourceOperator, inputs: Array(made.prefix(call.outputs.count)),
      outputs: call.outputs)
  }

  /// Lowers the graph of a control-flow node.
  /// - Parameter define: Gives the body's inputs a meaning.
  /// - Returns: The values that are the body's results.
  private mutating func lowerBody(
    _ graph: ONNXGraph,
    _ define: (inout ONNXGraphLowering, inout ONNXScope) throws(Problem) -> Void
  ) throws(Problem) -> [ValueID?] {
    try checkDepth(of: "graph '\(graph.name)'")
    var inner = scope.body
    try define(&self, &inner)
    return try lower(graph, in: inner)
  }
}
