package import Quantities
package import OpGraph

/// Completes the types of all values and finds out which are the same in every inference.
///
/// Requires: nodes in execution order. Ensures: every value has the best type that the rules and
/// the file give together; `isConstant` holds for all that inputs cannot change.
package struct ShapeInference {
  /// Whether the file's shapes are binding (TFLite), or hints that inference overrules (ONNX).
  let shapesAreBinding: Bool
  /// Sizes that a user states for dimensions that depend on data.
  private(set) var bindings: [String: Int]
  /// Whether sizes that depend on data are taken to be the most that they can be.
  let takesMaxima: Bool
  /// The most that sizes which depend on data can be.
  private(set) var maxima: [String: SymbolicInt] = [:]
  /// Names of `bindings` that stand for such a size.
  private(set) var boundSymbols: Set<String> = []
  /// How often each region runs, each time that the node that runs it does; nil for a branch whose
  /// condition depends on data.
  private(set) var repetitions: [SymbolicInt?] = []
  /// How often bodies of loops run in all iterations of the loop around them, by region, where the limit depends on
  /// the iteration.
  private(set) var iterationSums: [Int: SymbolicInt] = [:]
  /// Names of sizes that the inputs leave open.
  private var inputSymbols: Set<String> = []
  /// By the node that they are about.
  private var reports: [(node: Int, diagnostic: Diagnostic)] = []
  /// Nodes whose operands contradict their definition, by index.
  private(set) var contradictions: Set<Int> = []
  /// Results whose stated shape cannot be.
  private(set) var recomputed: Set<ValueID> = []
  /// Elements that may still be followed; a hostile graph could fold without end.
  private var foldedElements = 1 << 20
  /// Nodes of loops that may still be evaluated, for the same reason.
  private var evaluations = 1 << 18
  /// Regions of loops that were followed as long as one may be, and did not end.
  private var endless: Set<Int> = []
  private var loops = LoopTypes()

  /// Conditions that a binding of some node decides, for all nodes that have them.
  private var boundConditions: [ValueID: Int] = [:]
  /// Conditions of branches that are taken to be so, by the names that bind them.
  private let assumed: [String: Int]

  package init(
    shapesAreBinding: Bool, bindings: [String: Int], takesMaxima: Bool,
    assumed: [String: Int] = [:]
  ) {
    self.assumed = assumed
    self.shapesAreBinding = shapesAreBinding
    self.bindings = bindings
    self.takesMaxima = takesMaxima
  }

  var diagnostics: [Diagnostic] { reports.map(\.diagnostic) }

  package mutating func run(on graph: inout Graph) throws(Problem) {
    inputSymbols = Set(graph.dynamicSymbols(in: graph.inputs))
    repetitions = [SymbolicInt?](repeating: nil, count: graph.regions.count)
    let starting = Dictionary(grouping: graph.regions.indices) {
      graph.regions[$0].nodes.lowerBound
    }
    let running = Dictionary(grouping: graph.regions.indices) { graph.regions[$0].owner }
    loops = LoopTypes(graph)
    for region in graph.regions {
      guard case .branch(let condition?, _) = region.rule else { continue }
      if let value = bindings[graph.nodes[region.owner].conditionName] {
        boundConditions[condition] = value
      }
    }
    var index = 0
    while index < graph.nodes.count {
      var next = index
      for region in starting[index] ?? [] {
        enter(region, in: &graph)
        // Results of a branch that is not taken are irrelevant.
        if repetitions[region] == 0 { next = max(next, graph.regions[region].nodes.upperBound) }
      }
      if next > index {
        index = next
        continue
      }
      if let regions = running[index] { followConditions(of: regions, in: &graph) }
      try infer(index, in: &graph)
      if let regions = running[index], let start = finish(regions, of: index, in: &graph) {
        reports.removeAll { $0.node >= start }
        contradictions = contradictions.filter { $0 < start }
        index = start
      } else {
        index += 1
      }
    }
  }

  /// Initializes the types of a region before its nodes are visited.
  private mutating func enter(_ id: Int, in graph: inout Graph) {
    let region = graph.regions[id]
    switch region.rule {
    case .call: repetitions[id] = 1
    case .initialization: repetitions[id] = 0
    case .branch(let condition, let branch):
      let name = graph.nodes[region.owner].conditionName
      let known = condition.flatMap { graph[$0].constant?.integers?.first?.fixedValue }
      // What is bound is bound, whether it is followed or not.
      if bindings[name] != nil { boundSymbols.insert(name) }
      let shared = condition.flatMap { boundConditions[$0] }
      guard let value = known ?? bindings[name] ?? shared ?? assumed[name] else { return }
      repetitions[id] = branch.isTaken(for: value) ? 1 : 0
      // The results are those of the branch.
      if known == nil, let condition { graph[condition].constant = .integers([.fixed(value)]) }
    case .loop:
      for parameter in region.parameters {
        loops.setType(of: parameter, in: &graph, keepsShape: shapesAreBinding)
        graph[parameter.value].type.shape = graph[parameter.value].type.shape.map { bound($0) }
      }
    }
  }

  /// Takes note of how often a node runs its regions.
  /// - Returns: Where to go on if the types in a loop are to be found again: the body's results for
  ///   its carried values differ from the assumed types.
  private mutating func finish(
    _ regions: [Int], of index: Int, in graph: inout Graph
  ) -> Int? {
    let node = graph.nodes[index]
    guard let loop = node.operation as? any LoopOperator else { return nil }
    for id in regions where graph.regions[id].rule == .loop {
      if loops.widen(id, in: &graph) { return graph.regions[id].nodes.lowerBound }
      var count = loop.repetitions(graph.operands(of: node))
      if count == .unknown { count = .symbol("\(node.sourceOperator)(\(node.name))") }
      repetitions[id] = bound(count)
      sumInnerLoops(of: id, in: graph)
      for (output, shape) in loops.finalShapes(of: id, loop, count: bound(count), in: graph) {
        var type = graph[output].type
        type.shape = shape
        settle(&type, of: output, in: graph)
        graph[output].type.shape = type.shape
      }
    }
    return nil
  }

  /// Adds up how often loops in the body of a loop run whose limits differ from one iteration to the next.
  private mutating func sumInnerLoops(of id: Int, in graph: Graph) {
    guard let count = repetitions[id] else { return }
    for (inner, region) in graph.regions.enumerated()
    where region.parent == id && region.rule == .loop && repetitions[inner]?.fixedValue == nil {
      let node = graph.nodes[region.owner]
      guard let loop = node.operation as? any LoopOperator, startsAlways(loop, node, in: graph)
      else { continue }
      let around = LoopCount(id, in: graph)
      let body = LoopCount(inner, in: graph)
      let condition = loop.conditionOperand.flatMap { node.inputs[$0] }
      if let limit = loop.limitOperand.flatMap({ node.inputs[$0] }) {
        guard graph[limit].constant == nil else { continue }
        var left = evaluations
        iterationSums[inner] = around.sum(of: limit, over: count, budget: &evaluations) { limit in
          let limit = limit.fixedValue.map { .fixed(max(0, $0)) } ?? limit
          guard let condition else { return limit }
          return body.iterations(while: condition, atMost: limit, budget: &left).count
        }
        evaluations = min(evaluations, left)
      } else if let found = condition.flatMap(body.runs(while:)) {
        iterationSums[inner] = around.sum(
          of: found.number, over: count, budget: &evaluations
        ) { $0.fixedValue.map(found.count) }
      }
    }
  }

  /// Whether the condition before the first iteration holds, if there is one.
  private func startsAlways(_ loop: any LoopOperator, _ node: Node, in graph: Graph) -> Bool {
    guard let place = loop.startOperand, let start = node.inputs[place] else { return true }
    return graph[start].constant?.floats?.first.map { $0 != 0 } ?? false
  }

  /// Finds how often loops run from what their bodies compute.
  private mutating func followConditions(of regions: [Int], in graph: inout Graph) {
    for id in regions where graph.regions[id].rule == .loop {
      let node = graph.nodes[graph.regions[id].owner]
      guard var loop = node.operation as? any LoopOperator, let place = loop.conditionOperand,
        let condition = node.inputs.indices.contains(place) ? node.inputs[place] : nil
      else { continue }
      loop.followed = nil
      let operands = graph.operands(of: node)
      if loop.repetitions(operands).fixedValue == nil, !endless.contains(id) {
        let limit = loop.limit(operands)
        let before = evaluations
        var found = LoopCount(id, in: graph).iterations(
          while: condition, atMost: limit, budget: &evaluations)
        if before - evaluations >= LoopCount.mostEvaluations { endless.insert(id) }
        // A limit that is not known can end it before.
        let isLimited = loop.limitOperand.map { node.inputs[$0] != nil } ?? false
        if isLimited, limit == nil { found = (nil, found.most ?? found.count) }
        (loop.followed, loop.followedMaximum) = found
      }
      graph.nodes[graph.regions[id].owner].operation = loop
    }
  }

  private mutating func infer(_ index: Int, in graph: inout Graph) throws(Problem) {
    let operands = graph.operands(of: graph.nodes[index])
    findSpatialAxes(of: index, operands, in: &graph)
    let node = graph.nodes[index]
    var types: [TensorType]
    do throws(ShapeError) {
      types = try node.operation.outputTypes(for: operands)
    } catch {
      report(error, index, node)
      if !contradictions.contains(index) {
        let elementTypes = node.operation.elementTypes(for: operands)
        for (output, type) in zip(node.outputs, elementTypes) {
          if let output, graph[output].type.elementType == .undefined {
            graph[output].type.elementType = type
          }
        }
        markConstants(node, operands, in: &graph)
      }
      return
    }
    for (symbol, maximum) in node.operation.maxima(for: operands) {
      maxima[symbol] = maximum
      if takesMaxima, bindings[symbol] == nil, let number = maximum.fixedValue {
        bindings[symbol] = number
      }
    }
    for (place, output) in node.outputs.enumerated() where place < types.count {
      if let output { settle(&types[place], of: output, in: graph) }
    }
    for type in types {
      guard let problem = type.sizeProblem else { continue }
      if type.isTooLarge {
        throw Problem(
          "node '\(node.name)' (\(node.sourceOperator)): its result has \(problem)")
      }
      return report(.invalid("its result has \(problem)"), index, node)
    }
    for (output, type) in zip(node.outputs, types) {
      if let output { merge(type, into: output, of: index, in: &graph) }
    }
    markConstants(node, operands, in: &graph)
  }

  /// Gives a convolution that states none of its sizes the spatial axes of its weights.
  private func findSpatialAxes(of index: Int, _ operands: Operands, in graph: inout Graph) {
    guard
      graph.nodes[index].runs(Convolution.self)
        || graph.nodes[index].runs(TransposedConvolution.self),
      var operation = graph.nodes[index].operation as? any WindowOperator,
      operation.window.hasOpenRank, let rank = operands[1]?.type.shape?.rank
    else { return }
    operation.window = operation.window.over(spatialAxes: rank - 2)
    graph.nodes[index].operation = operation
  }

  /// Gives sizes that a rule does not know the file's names or, without any, names of their own,
  /// and puts bound sizes in place.
  private mutating func settle(_ type: inout TensorType, of output: ValueID, in graph: Graph) {
    if let shape = type.shape, !shape.isStatic {
      let value = graph[output]
      for axis in shape.dimensions.indices
      where shape[axis] == .unknown && (!shapesAreBinding || value.dynamicAxes.contains(axis)) {
        if let declared = value.type.shape, declared.rank == shape.rank,
          declared[axis] != .unknown, !shapesAreBinding
        {
          type.shape?[axis] = declared[axis]
        } else {
          type.shape?[axis] = .symbol("\(ending(of: value.name, 100)).\(axis)")
        }
      }
      type.shape = type.shape.map { bound($0) }
    }
    if var sequence = type.sequence {
      if sequence.length == .unknown {
        sequence.length = .symbol("\(ending(of: graph[output].name, 100)).length")
      }
      sequence.length = bound(sequence.length)
      type.sequence = sequence
    }
  }

  private mutating func bound(_ shape: Shape) -> Shape {
    guard !bindings.isEmpty, !shape.isStatic else { return shape }
    return Shape(shape.dimensions.map { bound($0) })
  }

  private mutating func bound(_ size: SymbolicInt) -> SymbolicInt {
    guard !bindings.isEmpty, size.fixedValue == nil else { return size }
    boundSymbols.formUnion(size.symbols.intersection(bindings.keys))
    return size.substituting(bindings)
  }

  private mutating func merge(
    _ inferred: TensorType, into id: ValueID, of index: Int, in graph: inout Graph
  ) {
    var declared = graph[id].type
    if shapesAreBinding {
      declared.shape = declared.shape?.open(along: graph[id].dynamicAxes, from: inferred.shape)
    }
    let isContradiction = contradicts(inferred.shape, declared.shape)
    let usesStated = shapesAreBinding && !(isContradiction && computesShape(index, declared, graph))
    if isContradiction, let shape = inferred.shape, let own = declared.shape {
      let node = graph.nodes[index]
      report(
        .warning, "shape-disagreement",
        "the file states \(own) for '\(graph[id].name)', \(node.operation.title) gives \(shape); "
          + "\(usesStated ? "the file's" : "the latter") is used", index, node)
    }
    if shapesAreBinding && !usesStated {
      recomputed.insert(id)
      graph[id].type.shape = inferred.shape
      return
    }
    if shapesAreBinding {
      graph[id].type.shape = declared.shape ?? inferred.shape
      return
    }
    var merged = inferred
    if merged.elementType == .undefined { merged.elementType = declared.elementType }
    merged.shape = merged.shape.map { filled($0, from: declared.shape) } ?? declared.shape
    graph[id].type = merged
  }

  /// Whether runtimes compute the shape of a result that TFLite files state: where the elements of a
  /// Reshape do not fill the stated one, and in all that follows from it.
  private func computesShape(_ index: Int, _ stated: TensorType, _ graph: Graph) -> Bool {
    let node = graph.nodes[index]
    if node.inputs.contains(where: { $0.map(recomputed.contains) ?? false }) { return true }
    guard node.runs(Reshape.self), let source = node.inputs.first ?? nil,
      let count = graph[source].type.elementCount.fixedValue
    else { return false }
    return stated.elementCount.fixedValue != count
  }

  /// Takes the file's numbers for sizes that do not follow from the inputs'.
  private func filled(_ inferred: Shape, from declared: Shape?) -> Shape {
    guard let declared, declared.rank == inferred.rank, !inferred.isStatic else { return inferred }
    return Shape(
      zip(inferred.dimensions, declared.dimensions).map { own, stated in
        guard own.fixedValue == nil, stated.fixedValue != nil,
          !own.symbols.isSubset(of: inputSymbols)
        else { return own }
        return stated
      })
  }

  private func contradicts(_ inferred: Shape?, _ declared: Shape?) -> Bool {
    guard let inferred, let declared else { return false }
    guard inferred.rank == declared.rank else { return true }
    return zip(inferred.dimensions, declared.dimensions).contains { a, b in
      a.fixedValue != nil && b.fixedValue != nil && a != b
    }
  }

  private mutating func report(_ error: ShapeError, _ index: Int, _ node: Node) {
    switch error {
    case .invalid(let reason):
      contradictions.insert(index)
      report(.error, "invalid-operands", "\(node.sourceOperator): \(reason)", index, node)
    case .blocked: break
    case .unknown(let reason):
      // The coverage reports the unknown results of an opaque operator once.
      if node.operation is Opaque || shapesAreBinding { return }
      report(.warning, "unknown-shape", "\(node.sourceOperator): \(reason)", index, node)
    }
  }

  private mutating func report(
    _ severity: Diagnostic.Severity, _ code: String, _ message: String, _ index: Int, _ node: Node
  ) {
    reports.append((index, Diagnostic(severity, code: code, message, layer: node.name)))
  }

  private mutating func markConstants(_ node: Node, _ operands: Operands, in graph: inout Graph) {
    guard !node.outputs.isEmpty else { return }
    let types = graph.outputTypes(of: node)
    // Values of elements are not propagated through activations.
    let isFollowed = node.fusedActivation == nil && foldedElements > 0
    let values = isFollowed ? node.operation.fold(operands, outputs: types) : []
    foldedElements -= values.reduce(0) { $0 + ($1?.count ?? 0) }
    let isKnown = !node.runs(Opaque.self) && node.operation.isRepeatable
    let dependsOnConstants = isKnown && operands.allSatisfy { $0?.isConstant ?? true }
    for (index, output) in node.outputs.enumerated() {
      guard let output else { continue }
      if values.indices.contains(index), let value = values[index] {
        graph[output].constant = value
        graph[output].isConstant = dependsOnConstants || !value.isSymbolic
      } else if dependsOnConstants {
        graph[output].isConstant = true
      }
    }
  }
}

extension ConstantValue {
  /// Whether an element depends on a size that is not bound.
  fileprivate var isSymbolic: Bool {
    integers?.contains { $0.fixedValue == nil } ?? false
  }
}
