package import Quantities
package import OpGraph

/// A graph whose types are as complete as the file and the bindings allow.
package struct InferredGraph: Sendable {
  /// The reason of zero cost of a node at run time.
  package enum Fold: String, Hashable, Sendable {
    /// Its result is the same in every inference and is computed before the first.
    case constant
    /// It states the quantization of a tensor, which is now part of the tensor's type.
    case quantization
    /// It scales and shifts the result of the layer before, and becomes part of its weights.
    case normalization
    /// Its result is its operand, so runtimes remove it.
    case identity
    /// It lies in a branch that is not taken.
    case untaken
    /// Its results have no consumer.
    case unused
  }

  /// The graph.
  package var graph: Graph
  /// For each node the reason if it costs nothing.
  package var folds: [Fold?]
  /// Nodes whose results are the same in every inference and are computed in each, by index.
  package var recomputed: Set<Int>
  /// Nodes whose operands contradict their definition, by index; their cost is unknown.
  package var contradictions: Set<Int>
  /// Diagnostics for the user of the file and of how it was completed.
  package var diagnostics: [Diagnostic]
  /// Names of the symbols that inputs still hold, each bindable.
  package var dynamicSymbols: [String]
  /// Names of sizes that are known at run time only, each bindable.
  package var dataDependentSymbols: [String]
  /// The most that such sizes can be, where that is known.
  package var maxima: [String: SymbolicInt]
  /// How often each of the graph's regions runs, each time that the node that runs it does; nil for
  /// a branch whose condition depends on data.
  package var repetitions: [SymbolicInt?]
  /// How often bodies of loops run in all iterations of the loop around them, by region, where each iteration has
  /// another number of them.
  package var iterationSums: [Int: SymbolicInt]
  /// The file as it is stored, for runtimes that execute it so; nil where tensors have other sizes than in the file.
  package var program: StoredProgram?
  /// Whether TFLite Micro's rules hold for it, as they do unless another runtime is chosen.
  package var isForMicro: Bool
  /// Caches whose two forms lie in one buffer; nil where each has its own.
  package var cachesInPlace: CachesInPlace?

  /// Infers the graph of a model.
  ///
  /// The passes, in order: bind symbols (the rules then see numbers); infer shapes, which folds
  /// the constants that shapes are computed from; fold quantization, which needs shapes to find
  /// axes; fold constants after that, since quantization folding looks through constant weights;
  /// then leave out what nothing uses and fold normalizations into weights.
  ///
  /// A runtime executes a TFLite file as it is stored: TFLite Micro computes everything anew in each inference.
  /// - Parameter keepsUnpacked: Whether the runtime keeps what it unpacks of stored tensors, as LiteRT does with
  ///   dequantized weights and dense forms of sparse ones.
  /// - Throws: `Problem` when a binding does not fit or a tensor is larger than any memory.
  package init(
    _ model: Model, bindings: Bindings = Bindings(), keepsUnpacked: Bool = false
  ) throws(Problem) {
    var (graph, applied, inference) = try Self.inferred(model, bindings, assumed: [:])
    var choice = BranchChoice(graph, inference)
    if !choice.conditions.isEmpty {
      // The types of a branch that runs are those of the results.
      (graph, applied, inference) = try Self.inferred(
        model, bindings, assumed: choice.conditions)
      for other in choice.others.prefix(Self.mostOtherBranches)
      where !inference.contradictions.isEmpty {
        let changed = choice.taking(other)
        guard
          let found = try? Self.inferred(model, bindings, assumed: changed.conditions),
          found.inference.contradictions.count < inference.contradictions.count
        else { continue }
        (graph, applied, inference) = found
        choice = changed
      }
    }
    repetitions = inference.repetitions
    maxima = inference.maxima
    iterationSums = inference.iterationSums
    let loops = repetitions.indices.filter { [iterationSums] in iterationSums[$0] == nil }
      .compactMap { [repetitions] in repetitions[$0] }.flatMap(\.symbols)
    let untaken = graph.untakenValues(repetitions)
    let seen = graph.values.indices.lazy.map(ValueID.init).filter { !untaken.contains($0) }
    let open = Set(graph.dynamicSymbols(in: seen) + loops).sorted()
    dynamicSymbols = graph.dynamicSymbols(in: graph.inputs)
    let bindable = Set(dynamicSymbols)
    dataDependentSymbols = open.filter { !bindable.contains($0) }
    let unused = applied.unusedNames.subtracting(inference.boundSymbols)
    let settled = unused.isEmpty ? [] : try Self.openNames(model)
    if let name = unused.subtracting(settled).sorted().first {
      let known =
        open.filter { $0 != DecoderInterface.openLength } + graph.inputs.map { graph[$0].name }
      throw Problem(
        "'\(name)' is neither a symbolic dimension nor an input; known: "
          + known.joined(separator: ", "))
    }
    var folds = [Fold?](repeating: nil, count: graph.nodes.count)
    var recomputed: Set<Int> = []
    if !model.shapesAreBinding {
      var quantization = QuantizationFolding(graph)
      quantization.run(on: &graph)
      for node in quantization.foldedNodes { folds[node] = .quantization }
    }
    for (id, region) in graph.regions.enumerated() where repetitions[id] == 0 {
      let fold = region.rule == .initialization ? Fold.constant : .untaken
      for index in region.nodes { folds[index] = fold }
    }
    for index in graph.nodes.indices where folds[index] == nil {
      let outputs = graph.nodes[index].outputs
      if outputs.contains(where: { $0 != nil }),
        outputs.allSatisfy({ $0.map { graph[$0].isConstant } ?? true })
      {
        let isKept = !model.shapesAreBinding || keepsUnpacked && graph.unpacks(index)
        if isKept { folds[index] = .constant } else { recomputed.insert(index) }
      }
    }
    for index in recomputed {
      for case let output? in graph.nodes[index].outputs { graph[output].isConstant = false }
    }
    // TFLite's runtimes run what the file holds.
    if !model.shapesAreBinding {
      for index in DeadNodes.find(in: graph) where folds[index] == nil { folds[index] = .unused }
      for index in NormalizationFolding.find(in: graph) where folds[index] == nil {
        folds[index] = .normalization
      }
      for index in graph.nodes.indices where folds[index] == nil && graph.isIdentity(index) {
        folds[index] = .identity
      }
    }
    StateValues.mark(in: &graph)
    self.graph = graph
    self.folds = folds
    self.recomputed = recomputed
    program = applied.isResized || !inference.recomputed.isEmpty ? nil : model.program
    isForMicro = program != nil && !keepsUnpacked
    contradictions = inference.contradictions
    diagnostics = model.diagnostics + inference.diagnostics + choice.diagnostics
    for name in unused.sorted() {
      diagnostics.append(
        Diagnostic(
          .note, code: "binding-without-effect",
          "'\(name)' follows from the other bindings; what it is bound to is not used"))
    }
  }

  /// The names that can be bound while nothing else is.
  private static func openNames(_ model: Model) throws(Problem) -> Set<String> {
    let (graph, _, inference) = try inferred(model, Bindings(), assumed: [:])
    let declared = model.graph.dynamicSymbols(in: model.graph.values.indices.map(ValueID.init))
    let found = graph.dynamicSymbols(in: graph.values.indices.map(ValueID.init))
    let conditions = graph.regions.compactMap { region -> String? in
      if case .branch = region.rule { return graph.nodes[region.owner].conditionName }
      return nil
    }
    return Set(declared + found + conditions)
      .union(inference.repetitions.compactMap { $0 }.flatMap(\.symbols))
  }

  /// How many branches are tried in place of assumed ones that what comes after contradicts.
  private static let mostOtherBranches = 8

  private static func inferred(
    _ model: Model, _ bindings: Bindings, assumed: [String: Int]
  ) throws(Problem) -> (graph: Graph, applied: Applied, inference: ShapeInference) {
    var graph = model.graph
    let applied = try graph.apply(bindings)
    if applied.isResized {
      for index in graph.values.indices where graph.values[index].origin == .computed {
        graph.values[index].type.shape = nil
      }
    }
    if model.shapesAreBinding && !applied.isResized { graph.sizePieces() }
    var inference = ShapeInference(
      shapesAreBinding: model.shapesAreBinding, bindings: bindings.symbols,
      takesMaxima: bindings.takesMaxima, assumed: assumed)
    try inference.run(on: &graph)
    return (graph, applied, inference)
  }
}

extension InferredGraph {
  /// The graph in which everything is constant that is the same in every inference, whether it is computed in
  /// each of them or not.
  var withConstants: Graph {
    var graph = graph
    for index in recomputed {
      for case let output? in graph.nodes[index].outputs { graph[output].isConstant = true }
    }
    return graph
  }
}

extension Graph {
  /// What would be made in branches that are not taken.
  fileprivate func untakenValues(_ repetitions: [SymbolicInt?]) -> Set<ValueID> {
    var values: Set<ValueID> = []
    for (id, region) in regions.enumerated() where repetitions[id] == 0 {
      for index in region.nodes { values.formUnion(nodes[index].outputs.compactMap { $0 }) }
    }
    return values
  }

  /// Whether a node gives a stored tensor the form that arithmetic reads: weights as another type, or dense ones.
  fileprivate func unpacks(_ index: Int) -> Bool {
    guard nodes[index].runs(Dequantize.self) || nodes[index].operation.name == .densify else {
      return false
    }
    return nodes[index].inputs.allSatisfy { $0.map { self[$0].origin == .stored } ?? true }
  }
}
