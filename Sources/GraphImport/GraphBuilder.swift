import Quantities
import OpGraph

/// The result of lowering one operator of the file.
struct LoweredOperator {
  var operation: any Operator
  /// For each operand of the canonical operator, its place among the file's, or nil where the file
  /// has none; without a list the order is kept.
  var operands: [Int?]?
  /// The activation that the file's operator applies to its result.
  var fusedActivation: ActivationFunction?
  /// Tensors that the file stores as attributes: operands after the others.
  var stored: [Value] = []

  init(
    _ operation: any Operator, operands: [Int?]? = nil, fusedActivation: ActivationFunction? = nil
  ) {
    self.operation = operation
    self.operands = operands
    self.fusedActivation = fusedActivation
  }
}

/// Numbers of the places where files store tensors.
struct StoragePlaces {
  private var numbers: [[String]: Int32] = [:]

  /// The number of a place in a container.
  mutating func place(_ container: String, _ name: String) -> Int32 {
    if let known = numbers[[container, name]] { return known }
    let next = Int32(numbers.count)
    numbers[[container, name]] = next
    return next
  }
}

/// Collects the values and nodes of a graph while a file is lowered.
struct GraphBuilder {
  private(set) var graph: Graph
  private(set) var diagnostics: [Diagnostic] = []
  /// Where elements lie that can be read on request.
  private(set) var places: [ValueID: ElementPlace] = [:]
  /// The innermost region that nodes are added to.
  private var region: Int?

  init(name: String) { graph = Graph(name: name) }

  /// Makes room for the values and nodes of a whole graph.
  mutating func reserveCapacity(values: Int, nodes: Int) {
    graph.values.reserveCapacity(values)
    graph.nodes.reserveCapacity(nodes)
  }

  /// Adds a value, whose size must be one that a device could hold.
  mutating func add(_ value: Value) throws(Problem) -> ValueID {
    if let problem = value.type.sizeProblem {
      throw Problem(place: "tensor '\(value.name)'", problem)
    }
    graph.values.append(value)
    return ValueID(graph.values.count - 1)
  }

  /// States where the elements of a stored value lie; nil when nobody asks, or that is not known.
  mutating func locate(_ value: ValueID, at place: ElementPlace?) {
    if let place { places[value] = place }
  }

  /// Adds the node that a lowering made, or an opaque one when it could not.
  mutating func add(
    _ lowered: Result<LoweredOperator, Problem>?, name: String, sourceOperator: String,
    inputs: [ValueID?], outputs: [ValueID?]
  ) {
    let operation: LoweredOperator
    switch lowered {
    case .success(let result): operation = result
    case .failure(let error):
      report(
        .error, "invalid-operator", "\(sourceOperator): \(error); its cost is unknown",
        layer: name)
      operation = LoweredOperator(Opaque(sourceOperator, isInvalid: true))
    case nil: operation = LoweredOperator(Opaque(sourceOperator))
    }
    let operands = operation.operands.map { order in
      order.map { place in
        place.flatMap { inputs.indices.contains($0) ? inputs[$0] : nil }
      }
    }
    let first = graph.values.count
    graph.values += operation.stored
    graph.nodes.append(
      Node(
        operation: operation.operation, name: name, sourceOperator: sourceOperator,
        fusedActivation: operation.fusedActivation,
        inputs: (operands ?? inputs) + (first..<graph.values.count).map(ValueID.init),
        outputs: outputs, region: region))
    if let order = operation.operands {
      let taken = Set(order.compactMap { $0 })
      graph.nodes[graph.nodes.count - 1].sideInputs = inputs.indices.compactMap {
        taken.contains($0) ? nil : inputs[$0]
      }
    }
  }

  /// Nodes from here on lie in a new region, until it is closed.
  mutating func openRegion(
    named name: String, _ rule: Region.Rule
  ) -> Int {
    let id = graph.regions.count
    graph.regions.append(
      Region(name: name, parent: region, rule: rule, start: graph.nodes.count))
    region = id
    return id
  }

  /// States what differs each time that a region runs.
  mutating func setParameters(_ parameters: [Region.Parameter], of region: Int) {
    graph.regions[region].parameters = parameters
  }

  /// Closes the innermost open region.
  /// - Parameter results: The body's results for the region's carried values, in order.
  mutating func closeRegion(_ id: Int, results: [ValueID?] = []) {
    graph.regions[id].nodes = graph.regions[id].nodes.lowerBound..<graph.nodes.count
    region = graph.regions[id].parent
    var rest = results.makeIterator()
    for index in graph.regions[id].parameters.indices {
      if case .carried(let source, _) = graph.regions[id].parameters[index].source {
        let result = rest.next() ?? nil
        graph.regions[id].parameters[index].source = .carried(source, result: result)
      }
    }
  }

  /// Adds the node that runs closed regions.
  mutating func add(
    _ operation: any ControlFlowOperator, running regions: [Int], name: String,
    sourceOperator: String, inputs: [ValueID?], outputs: [ValueID?]
  ) {
    for id in regions { graph.regions[id].owner = graph.nodes.count }
    add(
      .success(LoweredOperator(operation)), name: name, sourceOperator: sourceOperator,
      inputs: inputs, outputs: outputs)
  }

  /// The graph, after a check of what every pass relies on: each value has one producer, and no node
  /// reads a value that is produced later.
  func checkedGraph() throws(Problem) -> Graph {
    var producer = [Int?](repeating: nil, count: graph.values.count)
    for index in graph.nodes.indices {
      for case let output? in graph.nodes[index].outputs {
        guard producer[output.index] == nil else {
          throw Problem(
            place: "tensor '\(graph[output].name)'", "has two producers, expected one")
        }
        producer[output.index] = index
      }
    }
    for index in graph.nodes.indices {
      for case let input? in graph.nodes[index].inputs where producer[input.index] ?? -1 >= index {
        throw Problem(
          place: "operator '\(graph.nodes[index].name)'",
          "reads '\(graph[input].name)' before it is produced, expected operators in execution order"
        )
      }
    }
    return graph
  }

  /// States the file's own name of the last node, which may be empty.
  mutating func setSourceName(_ name: String) {
    let last = graph.nodes.count - 1
    if !name.isEmpty, name != graph.nodes[last].name { graph.nodes[last].sourceName = name }
  }

  /// States the modules of the node that was added last.
  mutating func setModules(_ modules: [String]?) {
    if let modules, !graph.nodes.isEmpty { graph.nodes[graph.nodes.count - 1].modules = modules }
  }

  mutating func setInputs(_ inputs: [ValueID]) { graph.inputs = inputs }
  mutating func setOutputs(_ outputs: [ValueID]) { graph.outputs = outputs }

  mutating func report(
    _ severity: Diagnostic.Severity, _ code: String, _ message: String, layer: String? = nil
  ) {
    diagnostics.append(Diagnostic(severity, code: code, message, layer: layer))
  }

  subscript(id: ValueID) -> Value {
    _read { yield graph.values[id.index] }
    _modify { yield &graph.values[id.index] }
  }
}
