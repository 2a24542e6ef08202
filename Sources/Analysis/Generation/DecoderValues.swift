import OpGraph

/// How the values of a decoder are found by their names and shapes.
extension DecoderInterface {
  /// Inputs and the results that they come back as, by their names.
  static func pairs(_ graph: Graph) -> [(past: ValueID, present: ValueID)] {
    let results = Dictionary(
      graph.outputs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    return graph.inputs.compactMap { id in
      guard isPast(graph[id]) else { return nil }
      return results[present(of: graph[id].name)].map { (id, $0) }
    }
  }

  static func isPast(_ value: Value) -> Bool {
    value.name.hasPrefix("past") && value.type.shape?.rank ?? 0 >= 3
  }

  /// The name of the result that an input comes back as.
  static func present(of past: String) -> String {
    "present" + past.dropFirst(past.hasPrefix("past_key_values") ? 15 : 4)
  }

  /// The axis on which the result is longer.
  static func axis(_ past: Shape?, _ present: Shape?) -> Int? {
    guard let past, let present, past.rank == present.rank else { return nil }
    let open = past.dimensions.indices.dropFirst().filter { past[$0].name != nil }
    return open.first { past[$0] != present[$0] && present[$0].fixedValue == nil } ?? open.first
  }

  /// Whether an input has keys or values of an encoder's results, which are the same in all steps.
  ///
  /// Names tell where sizes do not: `past_key_values.0.encoder.key` of optimum, `past_key_cross_0`
  /// of onnxruntime.
  static func isCross(_ past: Value) -> Bool {
    past.name.contains("encoder") || past.name.contains("cross")
  }

  /// Whether a result has the shape of an input, and this one fixed size for any batch.
  static func isState(_ past: Shape?, _ present: Shape?) -> Bool {
    guard let past, let present, past.rank == present.rank else { return false }
    let sizes = past.dimensions.dropFirst()
    return sizes == present.dimensions.dropFirst() && sizes.allSatisfy { $0.fixedValue != nil }
  }

  static func tokens(_ graph: Graph, besides caches: Set<ValueID>) -> ValueID? {
    let candidates = graph.inputs.filter {
      !caches.contains($0) && [2, 3].contains(graph[$0].type.shape?.rank)
    }
    return ["input_ids", "inputs_embeds"].lazy
      .compactMap { name in candidates.first { graph[$0].name.hasSuffix(name) } }.first
  }

  static func names(_ ids: [ValueID], in graph: Graph) -> String {
    let shown = ids.prefix(6).map { "'\(graph[$0].name)'" }.joined(separator: ", ")
    return ids.count > 6 ? "\(shown) and \(ids.count - 6) more" : shown
  }
}

extension SymbolicInt {
  /// The name of an expression that is one symbol alone.
  fileprivate var name: String? { symbols.first.flatMap { self == .symbol($0) ? $0 : nil } }
}

extension Graph {
  /// The name of a size that is one symbol alone.
  func symbol(of id: ValueID, at axis: Int) -> String? {
    self[id].type.shape.flatMap { $0.rank > axis ? $0[axis].name : nil }
  }

  /// The values, or what branches give for them.
  func branchResults(of ids: [ValueID]) -> [ValueID] {
    let producers = producersByValue()
    return ids.flatMap { branchResults(of: $0, producers) }
  }

  /// The value, or what branches give for it.
  func branchResults(of id: ValueID, _ producers: [Int?]) -> [ValueID] {
    guard let node = producers[id.index].map({ nodes[$0] }), let choice = node.operation as? If,
      let place = node.outputs.firstIndex(of: id)
    else { return [id] }
    return choice.branches.indices.compactMap { branch in
      let operand = choice.operand(place, of: branch)
      return node.inputs.indices.contains(operand) ? node.inputs[operand] : nil
    }
  }
}
