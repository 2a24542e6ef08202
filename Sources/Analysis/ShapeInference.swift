import OpGraph

/// Completes the types of all values and finds out which are the same in every inference.
///
/// Requires: nodes in execution order. Ensures: every value has the best type that the rules and
/// the file give together; `isConstant` holds for all that inputs cannot change.
struct ShapeInference {
  /// Whether the file's shapes are binding (TFLite), or hints that inference overrules (ONNX).
  let shapesAreBinding: Bool
  /// Sizes that a user gives for what depends on data.
  let bindings: [String: Int]
  /// Names of `bindings` that stand for such a size.
  private(set) var boundSymbols: Set<String> = []
  /// Names of sizes that the inputs leave open.
  private var inputSymbols: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Nodes whose operands contradict their definition, by index.
  private(set) var contradictions: Set<Int> = []
  /// Elements that may still be followed; a hostile graph could fold without end.
  private var foldedElements = 1 << 20

  init(shapesAreBinding: Bool, bindings: [String: Int]) {
    self.shapesAreBinding = shapesAreBinding
    self.bindings = bindings
  }

  mutating func run(on graph: inout Graph) throws(AnalysisError) {
    inputSymbols = Set(graph.openSymbols(in: graph.inputs))
    for index in graph.nodes.indices { try infer(index, in: &graph) }
  }

  private mutating func infer(_ index: Int, in graph: inout Graph) throws(AnalysisError) {
    let node = graph.nodes[index]
    let operands = graph.operands(of: node)
    var types: [TensorType]
    do throws(ShapeError) {
      types = try node.operation.outputTypes(for: operands)
    } catch {
      report(error, index, node)
      if !contradictions.contains(index) { markConstants(node, operands, in: &graph) }
      return
    }
    if !bindings.isEmpty { bindSizes(of: &types) }
    for type in types {
      guard let problem = type.sizeProblem else { continue }
      if type.isTooLarge {
        throw AnalysisError(
          "node '\(node.name)' (\(node.sourceOperator)): its result has \(problem)")
      }
      return report(.invalid("its result has \(problem)"), index, node)
    }
    for (output, type) in zip(node.outputs, types) {
      if let output { merge(type, into: output, of: node, in: &graph) }
    }
    markConstants(node, operands, in: &graph)
  }

  private mutating func bindSizes(of types: inout [TensorType]) {
    for index in types.indices {
      guard let shape = types[index].shape, !shape.isStatic else { continue }
      for dimension in shape.dimensions {
        boundSymbols.formUnion(dimension.symbols.intersection(bindings.keys))
      }
      types[index].shape = Shape(shape.dimensions.map { $0.substituting(bindings) })
    }
  }

  private mutating func merge(
    _ inferred: TensorType, into id: ValueID, of node: Node, in graph: inout Graph
  ) {
    let declared = graph[id].type
    let isContradiction = contradicts(inferred.shape, declared.shape)
    if isContradiction, let shape = inferred.shape, let own = declared.shape {
      diagnostics.append(
        Diagnostic(
          .warning, code: "shape-disagreement",
          "the file says \(own) for '\(graph[id].name)', \(node.operation.name) gives \(shape); "
            + "\(shapesAreBinding ? "the file's" : "the latter") is used",
          layer: node.name))
    }
    if shapesAreBinding {
      if declared.shape == nil { graph[id].type.shape = inferred.shape }
      return
    }
    var merged = inferred
    if merged.elementType == .undefined { merged.elementType = declared.elementType }
    merged.shape = merged.shape.map { filled($0, from: declared.shape) } ?? declared.shape
    graph[id].type = merged
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
      diagnostics.append(
        Diagnostic(
          .error, code: "invalid-operands", "\(node.sourceOperator): \(reason)", layer: node.name))
    case .blocked: break
    case .unknown(let reason):
      // What an opaque operator leaves open is told once, by the coverage.
      if node.operation is Opaque || shapesAreBinding { return }
      diagnostics.append(
        Diagnostic(
          .warning, code: "unknown-shape", "\(node.sourceOperator): \(reason)", layer: node.name))
    }
  }

  private mutating func markConstants(_ node: Node, _ operands: Operands, in graph: inout Graph) {
    guard !node.outputs.isEmpty else { return }
    let types = graph.outputTypes(of: node)
    // What an activation makes of the elements is not followed.
    let isFollowed = node.fusedActivation == nil && foldedElements > 0
    let values = isFollowed ? node.operation.fold(operands, outputs: types) : []
    foldedElements -= values.reduce(0) { $0 + ($1?.count ?? 0) }
    let isOpaque = node.operation is Opaque
    let dependsOnConstants = !isOpaque && operands.allSatisfy { $0?.isConstant ?? true }
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
