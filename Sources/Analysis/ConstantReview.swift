import Quantities
import OpGraph

/// What a file stores to no use: tensors that nothing reads, and weights in floating point that are
/// only used as integers.
enum ConstantReview {
  /// - Parameter isRead: For each value, whether something reads it.
  static func diagnostics(_ graph: Graph, isRead: [Bool]) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    let unread = unreadTensors(graph, isRead)
    if !unread.isEmpty {
      diagnostics.append(
        Diagnostic(
          .note, code: "unused-constants",
          "\(bytes(unread, graph)) bytes of \(counted(unread.count, "stored tensor")), the first "
            + "'\(graph[unread[0]].name)', are read by no operator: the file is larger than the model"
        ))
    }
    let wide = quantizedAtLoad(graph)
    if !wide.isEmpty {
      diagnostics.append(
        Diagnostic(
          .note, code: "quantized-at-load",
          "\(bytes(wide, graph)) bytes of \(counted(wide.count, "tensor")) of weights, the first "
            + "'\(graph[wide[0]].name)', are stored in floating point and quantized when the model is "
            + "loaded: the file is no smaller"))
    }
    return diagnostics
  }

  private static func unreadTensors(_ graph: Graph, _ isRead: [Bool]) -> [ValueID] {
    var usedPlaces: Set<Int32> = []
    for index in graph.values.indices where isRead[index] {
      if let place = graph.values[index].storage { usedPlaces.insert(place) }
    }
    return graph.values.indices.map(ValueID.init).filter { id in
      let value = graph[id]
      return value.origin == .stored && !isRead[id.index] && value.type.elementBytes != 0
        && !(value.storage.map(usedPlaces.contains) ?? false)
    }
  }

  private static func quantizedAtLoad(_ graph: Graph) -> [ValueID] {
    graph.nodes.compactMap { node in
      guard node.runs(Quantize.self), let source = node.inputs.first ?? nil,
        graph[source].origin == .stored, graph[source].type.elementType.isFloat,
        graph[source].type.shape?.rank ?? 0 > 0
      else { return nil }
      return source
    }
  }

  private static func bytes(_ ids: [ValueID], _ graph: Graph) -> SymbolicInt {
    ids.map { graph[$0].type.elementBytes }.sum
  }
}
