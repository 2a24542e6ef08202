package import Quantities
package import OpGraph

/// Work and traffic of a model, layer by layer, independent of any device.
package struct Workload: Sendable {
  /// The file's operators in execution order; none is left out.
  package var layers: [Layer]
  /// Sums over all layers whose cost is known as numbers or expressions in dynamic dimensions.
  package var totals: Totals
  /// How much of the model is known.
  package var coverage: Coverage
  /// The layers that cost nothing, and why.
  package var folds: [Int: InferredGraph.Fold] {
    Dictionary(
      uniqueKeysWithValues: layers.compactMap { layer in layer.fold.map { (layer.index, $0) } })
  }
  /// What the layers were computed from.
  package let complete: InferredGraph
  /// The graph that the layers refer to.
  package var graph: Graph { complete.graph }
  /// When activations are live and where they go in an arena.
  package var memory: MemoryPlan
  /// For each value, the index of the value whose memory it shares.
  package var aliases: [Int]
  /// Diagnostics for the user.
  package var diagnostics: [Diagnostic]

  /// Sums over layers.
  package struct Totals: Sendable {
    /// Multiply-accumulates of contractions.
    package var macs: SymbolicInt = 0
    /// The same by what they multiply, such as `int8 x int8`.
    package var macsByFactors: [String: SymbolicInt] = [:]
    /// Element operations outside contractions.
    package var operations = OperationCounts.none
    /// All of them together.
    package var otherOps: SymbolicInt { operations.total }
    /// Trained elements, each stored tensor once.
    package var parameters: SymbolicInt = 0
    /// Bytes of the trained elements as stored.
    package var weightBytes: SymbolicInt = 0
    /// Bytes that the layers move at least, by role.
    package var traffic = MemoryTraffic()
    /// Bytes of all constants that operators read, as stored: the part of a model in flash memory
    /// besides the description of its graph.
    package var constantBytes: SymbolicInt = 0
  }

  /// How much of a model is known.
  package struct Coverage: Sendable {
    /// Operators of the file.
    package var operators = 0
    /// Operators whose cost is known as numbers.
    package var operatorsCosted = 0
    /// Tensors that operators read or write.
    package var tensors = 0
    /// Tensors whose shape is known as numbers.
    package var tensorsWithShape = 0
    /// Names of operators without a rule, sorted, with how often they occur.
    package var unknownOperators: [(name: String, count: Int)] = []

    /// Sizes that are open, each bindable, sorted by name.
    package var dynamicDimensions: [DynamicDimension] = []

    /// A size that is not known.
    package struct DynamicDimension: Hashable, Sendable {
      package var name: String
      /// Whether it depends on data, not only on the inputs' shapes.
      package var dependsOnData: Bool
      /// The most that it can be, where that is known.
      package var maximum: SymbolicInt?
    }

    /// Whether every operator's cost is known.
    package var isComplete: Bool { operators == operatorsCosted }
  }

  /// Computes the workload of a complete graph.
  /// - Throws: `Problem` when a count does not fit in 64 bits.
  package init(_ complete: InferredGraph) throws(Problem) {
    self.complete = complete
    let graph = complete.graph
    memory = MemoryPlan()
    aliases = graph.aliases(folds: complete.folds)
    diagnostics = complete.diagnostics
    layers = []
    totals = Totals()
    coverage = Coverage()
    var parameters = ParameterCounter(complete)
    for (index, node) in graph.nodes.enumerated() {
      let layer = Self.layer(
        node, at: index, in: graph, fold: complete.folds[index],
        isContradictory: complete.contradictions.contains(index)
          || (node.operation as? Opaque)?.isInvalid ?? false,
        parameters: parameters.count(of: index))
      layers.append(layer)
    }
    for group in KernelPatterns(graph, folds: complete.folds).groups() {
      for index in group.nodes { layers[index].pattern = group }
    }
    repeatLayers(complete)
    // Which branches run is known now.
    memory = MemoryPlan(graph, folds: folds)
    for layer in layers { try Self.check(layer) }
    try checkTotals()
    totals.parameters = parameters.elements
    totals.weightBytes = parameters.bytes
    sumLayers()
    measureCoverage(complete)
    diagnostics += QuantizationReview(graph, layers: layers).diagnostics
    totals.constantBytes = Self.constantBytes(graph)
  }

  /// Constants that the file stores, each once, including parameters of operators.
  private static func constantBytes(_ graph: Graph) -> SymbolicInt {
    var read = [Bool](repeating: false, count: graph.values.count)
    for node in graph.nodes {
      for input in node.inputs.compactMap({ $0 }) { read[input.index] = true }
    }
    return graph.values.indices.filter { read[$0] && graph.values[$0].origin == .stored }
      .map { graph.values[$0].type.packedBytes }.sum
  }

  private static func layer(
    _ node: Node, at index: Int, in graph: Graph, fold: InferredGraph.Fold?,
    isContradictory: Bool, parameters: SymbolicInt
  ) -> Layer {
    let operands = graph.operands(of: node)
    let outputs = graph.outputTypes(of: node)
    // Rules may rely on operands that fit; they are not called for a contradictory node.
    let operation: any Operator = isContradictory ? Opaque(node.operation.title) : node.operation
    let kind = operation.kind(for: operands)
    let precision = Precision(operands, outputs: outputs, kind: kind)
    var work = Work.none
    var traffic = MemoryTraffic.none
    var patches: SymbolicInt = 0
    let channels = (operation as? Convolution)?.inputChannels(operands)
    if fold == nil {
      work = operation.work(for: operands, outputs: outputs)
      if let function = node.fusedActivation, let result = outputs.first {
        work.operations = work.operations + function.operationsPerElement * result.elementCount
      }
      if precision.isTabulated { work.operations = work.operations.tabulated }
      traffic = operation.traffic(for: operands, outputs: outputs)
      if let bits = operands[0]?.type.elementType.bits {
        patches =
          operation.patchElements(for: operands, outputs: outputs) * .fixed(max(1, bits / 8))
      }
      for (place, id) in node.outputs.enumerated() {
        guard let id, graph[id].isState || operation.stateResults.contains(place) else { continue }
        traffic.keep(graph[id].type.storageBytes)
      }
    }
    return Layer(
      index: index, name: node.name, operatorName: node.operation.name,
      operatorTitle: node.operation.title, sourceOperator: node.sourceOperator,
      fusedActivation: node.fusedActivation, kind: kind,
      precision: precision,
      factors: work.macs == 0
        ? nil : operation.factors(for: operands).joined(separator: " x "),
      isContradictory: isContradictory, fold: fold, region: node.region, work: work,
      traffic: traffic,
      resultElements: fold == nil ? outputs.first?.elementCount ?? 0 : 0,
      isShallow: kind == .convolution && channels.map { $0 <= 4 } ?? false, patchBytes: patches,
      parameters: parameters, inputs: node.inputs, outputs: node.outputs.compactMap { $0 })
  }

  /// Counts what regions run as often as they do.
  private mutating func repeatLayers(_ complete: InferredGraph) {
    let repetitions = Repetitions(graph, own: complete.repetitions, layers: layers)
    diagnostics += repetitions.diagnostics
    for index in layers.indices {
      guard let region = layers[index].region else { continue }
      let count = repetitions.counts[region]
      layers[index].repetitions = count
      layers[index].work = layers[index].work * count
      layers[index].traffic = layers[index].traffic * count
      layers[index].patchBytes *= count
      layers[index].resultElements *= count
      if count == 0, layers[index].fold == nil {
        layers[index].fold = .untaken
        layers[index].work = .none
        layers[index].traffic = .none
      }
    }
  }

  private static func check(_ layer: Layer) throws(Problem) {
    let counts = [layer.work.macs, layer.work.otherOps, layer.traffic.total]
    guard counts.contains(.overflow) else { return }
    throw Problem(
      "node '\(layer.name)' (\(layer.sourceOperator)): its operations or bytes exceed 2^63")
  }

  /// Sums of layers that fit may not.
  private func checkTotals() throws(Problem) {
    let running = layers.filter(\.isCounted)
    let sums = [
      running.map(\.work.macs).sum, running.map(\.work.otherOps).sum,
      running.map(\.traffic.total).sum,
    ]
    guard sums.contains(.overflow) else { return }
    throw Problem("the total operations or bytes of all operators exceed 2^63")
  }

  private mutating func sumLayers() {
    // Counts that are expressions add up to an expression; what is unknown is left out, and the
    // coverage reports it.
    for layer in layers where layer.isCounted {
      totals.macs += layer.work.macs
      if let factors = layer.factors, layer.work.macs != 0 {
        totals.macsByFactors[factors, default: 0] += layer.work.macs
      }
      totals.operations = totals.operations + layer.work.operations
      totals.traffic += layer.traffic
    }
  }

  private mutating func measureCoverage(_ complete: InferredGraph) {
    coverage.operators = layers.count
    coverage.operatorsCosted = layers.filter(\.isCosted).count
    var seen: Set<ValueID> = []
    for layer in layers where layer.fold != .untaken {
      seen.formUnion(layer.inputs.compactMap { $0 })
      seen.formUnion(layer.outputs)
    }
    // The node that runs a branch reads what would be made in it.
    for layer in layers where layer.fold == .untaken { seen.subtract(layer.outputs) }
    coverage.tensors = seen.count
    coverage.tensorsWithShape = seen.filter { graph[$0].type.shape?.isStatic ?? false }.count
    let unknown = Dictionary(
      grouping: layers.filter { !$0.hasRule && !$0.isContradictory }, by: \.sourceOperator)
    coverage.unknownOperators = unknown.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
    for (name, count) in coverage.unknownOperators {
      diagnostics.append(
        Diagnostic(
          .warning, code: "unknown-operator",
          "operator \(name) (\(count)x) has no cost rule; its cost is unknown, not zero"))
    }
    let unsized = layers.filter { $0.hasRule && !$0.isCounted }
    if let first = unsized.first {
      diagnostics.append(
        Diagnostic(
          .warning, code: "unknown-size",
          "\(unsized.count) operators read or write data of unknown size (text, sequences, or results of "
            + "unknown operators); their cost is unknown",
          layer: first.name))
    }
    coverage.dynamicDimensions =
      (complete.dynamicSymbols.map {
        Coverage.DynamicDimension(name: $0, dependsOnData: false, maximum: nil)
      }
      + complete.dataDependentSymbols.map {
        Coverage.DynamicDimension(name: $0, dependsOnData: true, maximum: complete.maxima[$0])
      }).sorted { $0.name < $1.name }
    if !complete.dataDependentSymbols.isEmpty {
      let names = complete.dataDependentSymbols.prefix(8).map { name in
        "'\(name)'" + (complete.maxima[name].map { " (at most \($0))" } ?? "")
      }
      diagnostics.append(
        Diagnostic(
          .warning, code: "data-dependent-size",
          "\(complete.dataDependentSymbols.count) sizes do not follow from the shapes of the inputs (they "
            + "depend on data or on an unknown operator), so costs are unknown until they are bound: "
            + names.joined(separator: ", ")
        ))
    }
    if !complete.dynamicSymbols.isEmpty {
      let names = complete.dynamicSymbols.map { "'\($0)'" }.joined(separator: ", ")
      diagnostics.append(
        Diagnostic(
          .warning, code: "open-dimension",
          "dimensions are dynamic, so costs are unknown until they are bound: \(names)"))
    }
  }
}

extension Workload {
  /// A total as a number; nil where it has none, and for a sum of zero while something is unknown,
  /// which would read as "costs nothing".
  package func known(_ total: SymbolicInt) -> Int? {
    !coverage.isComplete && total == 0 ? nil : total.fixedValue
  }
}
