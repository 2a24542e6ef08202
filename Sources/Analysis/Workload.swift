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
  /// For each layer the reason if it costs nothing.
  package var folds: [InferredGraph.Fold?] { layers.indices.map { layers[$0].fold } }
  /// What the layers were computed from.
  package let complete: InferredGraph
  /// The graph that the layers refer to.
  package var graph: Graph { _read { yield complete.graph } }
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
    /// Operators without a rule, or whose operands contradict it.
    package var operatorsWithoutRule = 0
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

    /// Whether other files, or more texts at once, run beside what is counted.
    package var leavesFilesOut = false

    /// Whether all that runs has a known cost.
    package var isComplete: Bool { isCosted && !leavesFilesOut }

    /// Whether every operator of the file is costed.
    package var isCosted: Bool { operators == operatorsCosted }
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
    layers.reserveCapacity(graph.nodes.count)
    for index in graph.nodes.indices {
      let node = graph.nodes[index]
      let isInvalid = node.runs(Opaque.self) && (node.operation as? Opaque)?.isInvalid ?? false
      layers.append(
        Self.layer(
          node, at: index, in: graph, fold: complete.folds[index],
          isContradictory: isInvalid || complete.contradictions.contains(index),
          parameters: parameters.count(of: index)))
    }
    for group in KernelPatterns(graph, folds: complete.folds).groups() {
      for index in group.nodes { layers[index].pattern = group }
    }
    repeatLayers(complete)
    if let caches = complete.cachesInPlace {
      for index in layers.indices { layers[index].leaveInPlace(caches, in: graph) }
    }
    // Which branches run is known now.
    memory = MemoryPlan(
      graph, folds: folds, program: complete.program, isForMicro: complete.isForMicro,
      inPlace: complete.cachesInPlace)
    totals.parameters = parameters.elements
    totals.weightBytes = parameters.bytes
    let uncounted = try sumLayers()
    measureCoverage(complete, uncounted: uncounted)
    diagnostics += QuantizationReview.diagnostics(graph, layers: layers)
    diagnostics += ExpertReview.diagnostics(graph, layers: layers)
    let isRead = graph.readValues()
    diagnostics += ConstantReview.diagnostics(graph, isRead: isRead)
    totals.constantBytes =
      complete.program?.compiledConstantBytes
      ?? graph.storedValues { isRead[$0] }.map { graph[$0].type.elementBytes }.sum
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
    let precision = Precision(of: operation, operands, outputs: outputs, kind: kind)
    var work = Work.none
    var traffic = MemoryTraffic.none
    var patches: SymbolicInt = 0
    var channels: Int?
    if kind == .convolution { channels = (operation as? Convolution)?.inputChannels(operands) }
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
      multipliesPackedBlocks: Layer.multipliesPackedBlocks(operation, operands, kind),
      isShallow: kind == .convolution && channels.map { $0 <= 4 } ?? false, patchBytes: patches,
      parameters: parameters, inputs: node.inputs, outputs: node.outputs.compactMap { $0 })
  }

  /// Counts what regions run as often as they do.
  private mutating func repeatLayers(_ complete: InferredGraph) {
    let repetitions = Repetitions(
      graph, own: complete.repetitions, sums: complete.iterationSums)
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

  /// Sums what is counted, and takes note of how much that is.
  ///
  /// Counts that are expressions add up to an expression; what is unknown is left out, and the
  /// coverage reports it. Each sum within a layer is made once: with open sizes it is an expression.
  /// - Returns: The layers that have rules, and are not counted.
  private mutating func sumLayers() throws(Problem) -> [Int] {
    // Sums of layers that fit may not.
    var otherOps: SymbolicInt = 0
    var bytes: SymbolicInt = 0
    var uncounted: [Int] = []
    for index in layers.indices {
      let work = layers[index].work
      let traffic = layers[index].traffic
      let (macs, ownOtherOps, ownBytes) = (work.macs, work.otherOps, traffic.total)
      if macs == .overflow || ownOtherOps == .overflow || ownBytes == .overflow {
        throw Problem(
          "node '\(layers[index].name)' (\(layers[index].sourceOperator)): its operations or bytes "
            + "exceed 2^63")
      }
      if let least = layers[index].counts.lazy.compactMap(\.fixedValue).min(), least < 0 {
        throw Problem(
          "node '\(layers[index].name)' (\(layers[index].sourceOperator)): its attributes contradict its "
            + "operands: a count is \(least)", expected: "0 or more")
      }
      guard hasRule(index) else {
        coverage.operatorsWithoutRule += 1
        continue
      }
      guard macs != .unknown, ownOtherOps != .unknown, ownBytes != .unknown else {
        uncounted.append(index)
        continue
      }
      if macs.fixedValue != nil, ownOtherOps.fixedValue != nil, ownBytes.fixedValue != nil {
        coverage.operatorsCosted += 1
      }
      otherOps += ownOtherOps
      bytes += ownBytes
      totals.macs += macs
      if macs != 0, let factors = layers[index].factors {
        totals.macsByFactors[factors, default: 0] += macs
      }
      totals.operations = totals.operations + work.operations
      totals.traffic += traffic
    }
    if totals.macs == .overflow || otherOps == .overflow || bytes == .overflow {
      throw Problem("the total operations or bytes of all operators exceed 2^63")
    }
    return uncounted
  }

  /// Makes the sums anew, after the counts of layers changed.
  mutating func sumCounts() throws(Problem) {
    var sums = Totals()
    sums.parameters = totals.parameters
    sums.weightBytes = totals.weightBytes
    sums.constantBytes = totals.constantBytes
    totals = sums
    (coverage.operatorsCosted, coverage.operatorsWithoutRule) = (0, 0)
    _ = try sumLayers()
  }

  private func hasRule(_ layer: Int) -> Bool {
    Layer.hasRule(
      layers[layer].fold, layers[layer].kind, isContradictory: layers[layer].isContradictory)
  }

  private mutating func measureCoverage(_ complete: InferredGraph, uncounted: [Int]) {
    coverage.operators = layers.count
    var isSeen = [Bool](repeating: false, count: graph.values.count)
    for index in layers.indices where layers[index].fold != .untaken {
      for case let input? in layers[index].inputs { isSeen[input.index] = true }
      for output in layers[index].outputs { isSeen[output.index] = true }
    }
    // The node that runs a branch reads what would be made in it.
    for index in layers.indices where layers[index].fold == .untaken {
      for output in layers[index].outputs { isSeen[output.index] = false }
    }
    for index in isSeen.indices where isSeen[index] {
      coverage.tensors += 1
      if graph.values[index].type.shape?.isStatic ?? false { coverage.tensorsWithShape += 1 }
    }
    var unknown: [String: Int] = [:]
    for index in layers.indices where !hasRule(index) && !layers[index].isContradictory {
      unknown[layers[index].sourceOperator, default: 0] += 1
    }
    coverage.unknownOperators = unknown.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    for (name, count) in coverage.unknownOperators {
      diagnostics.append(
        Diagnostic(
          .warning, code: "unknown-operator",
          "operator \(name) (\(count)x) has no cost rule; its cost is unknown, not zero"))
    }
    if let first = uncounted.first {
      diagnostics.append(
        Diagnostic(
          .warning, code: "unknown-size",
          "\(counted(uncounted.count, "operator")) with data of unknown size (text, sequences, or "
            + "results of unknown operators); the cost of that is unknown",
          layer: layers[first].name))
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
          "\(counted(complete.dataDependentSymbols.count, "size")) not known from the shapes of the "
            + "inputs (set by data, or by an unknown operator), so costs are unknown until bound: "
            + names.joined(separator: ", ")
        ))
    }
    if !complete.dynamicSymbols.isEmpty {
      let shown = 8
      let names = complete.dynamicSymbols.prefix(shown).map { "'\($0)'" }.joined(separator: ", ")
      let others = complete.dynamicSymbols.count - shown
      let isDecoder = complete.dynamicSymbols.contains { $0.hasPrefix("past") }
      diagnostics.append(
        Diagnostic(
          .warning, code: "open-dimension",
          "inputs have dynamic dimensions, so costs are unknown; bind them with --bind NAME=SIZE: \(names)"
            + (others > 0 ? " and \(counted(others, "other"))" : "")
            + (isDecoder ? ", or count a text: analyze --generate prompt=128,tokens=64" : "")))
    }
  }
}

extension Workload {
  /// What a pass over all layers takes: layers and their operands.
  package var size: Int { layers.reduce(0) { $0 + 1 + $1.inputs.count } }

  /// A total as a number; nil where it has none, and for a sum of zero while something is unknown,
  /// which would read as "costs nothing".
  package func known(_ total: SymbolicInt) -> Int? {
    !coverage.isComplete && total == 0 ? nil : total.fixedValue
  }
}
