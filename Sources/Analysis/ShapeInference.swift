import OpGraph

/// Completes the types of all values and finds out which are the same in every inference.
///
/// Requires: nodes in execution order. Ensures: every value has the best type that the rules and
/// the file give together; `isConstant` holds for all that inputs cannot change.
struct ShapeInference {
  /// Whether the file's shapes are binding (TFLite), or hints that inference overrules (ONNX).
  let shapesAreBinding: Bool
  private(set) var diagnostics: [Diagnostic] = []

  init(shapesAreBinding: Bool) { self.shapesAreBinding = shapesAreBinding }

  mutating func run(on graph: inout Graph) throws(AnalysisError) {
    for index in graph.nodes.indices { try infer(graph.nodes[index], in: &graph) }
  }

  private mutating func infer(_ node: Node, in graph: inout Graph) throws(AnalysisError) {
    let operands = graph.operands(of: node)
    do throws(ShapeError) {
      let types = try node.operation.outputTypes(for: operands)
      for (output, type) in zip(node.outputs, types) {
        if let output { try merge(type, into: output, of: node, in: &graph) }
      }
    } catch {
      report(error, node)
    }
    for output in node.outputs.compactMap({ $0 }) { try checkSize(output, node, graph) }
    markConstants(node, operands, in: &graph)
  }

  private mutating func merge(
    _ inferred: TensorType, into id: ValueID, of node: Node, in graph: inout Graph
  ) throws(ShapeError) {
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
    if merged.shape == nil { merged.shape = declared.shape }
    graph[id].type = merged
  }

  private func contradicts(_ inferred: Shape?, _ declared: Shape?) -> Bool {
    guard let inferred, let declared else { return false }
    guard inferred.rank == declared.rank else { return true }
    return zip(inferred.dimensions, declared.dimensions).contains { a, b in
      a.fixedValue != nil && b.fixedValue != nil && a != b
    }
  }

  private mutating func report(_ error: ShapeError, _ node: Node) {
    switch error {
    case .invalid(let reason):
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

  private func checkSize(_ id: ValueID, _ node: Node, _ graph: Graph) throws(AnalysisError) {
    let count = graph[id].type.elementCount
    guard count == .overflow || count.fixedValue ?? 0 > TensorType.maximumElements else { return }
    throw AnalysisError(
      "node '\(node.name)' (\(node.sourceOperator)): its result has shape "
        + "\(graph[id].type.shape ?? []), more elements than the largest accepted, 2^48")
  }

  private func markConstants(_ node: Node, _ operands: Operands, in graph: inout Graph) {
    let types = graph.outputTypes(of: node)
    let values = node.operation.fold(operands, outputs: types)
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
