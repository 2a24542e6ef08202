package import OpGraph
package import Quantities

/// How a decoder takes tokens, and which of its values are the cache that its caller keeps.
///
/// A cache is an input that comes back, longer, as a result: `past_key_values.0.key` and `present.0.key`.
package struct DecoderInterface: Sendable {
  /// The name of a length in formulas; no file's symbol has a space.
  static let openLength = "open length"

  /// Keys or values of one block.
  package struct Cache: Sendable {
    package var past: ValueID
    package var present: ValueID
    /// The axis of positions.
    var axis: Int
  }

  package private(set) var caches: [Cache]
  /// The input that holds the new tokens, or their embeddings.
  package let tokens: ValueID
  /// By name, what the file's symbols stand for.
  private var meanings: [String: Meaning] = [:]
  /// Sizes that an input leaves open and a result states.
  private var sizes: [String: SymbolicInt] = [:]

  private enum Meaning { case batch, new, past, total }

  /// Finds the cache of a model whose sizes are as the file states them.
  /// - Throws: `Problem` when there is none, or when its length is fixed.
  package init(_ graph: Graph) throws(Problem) {
    let pairs = Self.pairs(graph)
    guard !pairs.isEmpty else {
      throw Problem(
        "has no cache of keys and values: no input comes back as a result, as 'past_key_values.0.key' does "
          + "as 'present.0.key'; its inputs are " + Self.names(graph.inputs, in: graph),
        expected: "a decoder that was exported with its cache")
    }
    caches = pairs.compactMap { pair in
      Self.axis(graph[pair.past].type.shape, graph[pair.present].type.shape).map {
        Cache(past: pair.past, present: pair.present, axis: $0)
      }
    }
    guard let first = caches.first, let length = graph.symbol(of: first.past, at: first.axis)
    else {
      throw Problem(
        "the cache has a fixed length: '\(graph[pairs[0].past].name)' is "
          + "\(graph[pairs[0].past].type.shape?.description ?? "of unknown shape")",
        expected: "a symbolic dimension for the past length")
    }
    guard let tokens = Self.tokens(graph, besides: Set(pairs.map(\.past))) else {
      throw Problem(
        "no input holds tokens; its inputs are " + Self.names(graph.inputs, in: graph),
        expected: "'input_ids' or 'inputs_embeds' of rank 2 or 3")
    }
    self.tokens = tokens
    guard let new = graph.symbol(of: tokens, at: 1) else {
      throw Problem(
        "'\(graph[tokens].name)' takes a fixed number of tokens: "
          + "\(graph[tokens].type.shape?.description ?? "?")",
        expected: "a symbolic dimension for the sequence length")
    }
    if let batch = graph.symbol(of: tokens, at: 0) { meanings[batch] = .batch }
    meanings[new] = .new
    meanings[length] = .past
    for cache in caches { read(cache, in: graph) }
    // A mask has a place for each position.
    for id in graph.inputs where graph[id].name.hasSuffix("attention_mask") {
      if let total = graph.symbol(of: id, at: 1) { meanings[total] = meanings[total] ?? .total }
    }
  }

  /// Takes sizes that a cache's input leaves open from the shape of its result, where that is inferred.
  ///
  /// onnxruntime-genai writes the width of a head as a symbol.
  /// - Parameters:
  ///   - graph: The graph as the file states it.
  ///   - inferred: The same with shapes inferred.
  /// - Returns: Whether there are any.
  mutating func takeSizes(of graph: Graph, from inferred: Graph) -> Bool {
    let before = sizes.count
    for cache in caches {
      guard let past = graph[cache.past].type.shape,
        let present = inferred[cache.present].type.shape, past.rank == present.rank
      else { continue }
      for axis in past.dimensions.indices
      where axis != cache.axis && present[axis].fixedValue != nil {
        if let name = past[axis].name, meanings[name] == nil { sizes[name] = present[axis] }
      }
    }
    return sizes.count > before
  }

  /// - Throws: `Problem` for a binding of what the text states: lengths, the batch, and inputs that have them.
  func check(_ bindings: Bindings, in graph: Graph) throws(Problem) {
    let inputs = graph.inputs.filter { id in
      graph[id].type.shape?.dimensions.contains { $0.name.map { meanings[$0] != nil } ?? false }
        ?? false
    }
    let stated = Set(meanings.keys).union(inputs.map { graph[$0].name }).union([Self.openLength])
    let bound = Array(bindings.symbols.keys) + Array(bindings.shapes.keys)
    if let name = bound.filter(stated.contains).min() {
      throw Problem("'\(name)' is bound", expected: "no binding of what --generate states")
    }
  }

  /// The graph for some new tokens after a past; both may be expressions.
  package func graph(_ graph: Graph, new: SymbolicInt, past: SymbolicInt, batch: Int) -> Graph {
    var graph = graph
    for index in graph.values.indices {
      guard let shape = graph.values[index].type.shape, !shape.isStatic else { continue }
      graph.values[index].type.shape = Shape(
        shape.dimensions.map { dimension in
          dimension.replacing { name in
            switch meanings[name] {
            case .batch: .fixed(batch)
            case .new: new
            case .past: past
            case .total: past + new
            case nil: sizes[name]
            }
          }
        })
    }
    return graph
  }

  /// Takes from a cache's shapes what else they tell: the batch, and the length with the new tokens.
  private mutating func read(_ cache: Cache, in graph: Graph) {
    if let batch = graph.symbol(of: cache.past, at: 0) {
      meanings[batch] = meanings[batch] ?? .batch
    }
    if let total = graph.symbol(of: cache.present, at: cache.axis) {
      meanings[total] = meanings[total] ?? .total
    }
  }

  /// Inputs and the results that they come back as, by their names.
  private static func pairs(_ graph: Graph) -> [(past: ValueID, present: ValueID)] {
    let results = Dictionary(
      graph.outputs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    return graph.inputs.compactMap { id in
      let name = graph[id].name
      guard name.hasPrefix("past"), graph[id].type.shape?.rank ?? 0 >= 3 else { return nil }
      let rest = name.hasPrefix("past_key_values") ? name.dropFirst(15) : name.dropFirst(4)
      return results["present" + rest].map { (id, $0) }
    }
  }

  /// The axis on which the result is longer.
  private static func axis(_ past: Shape?, _ present: Shape?) -> Int? {
    guard let past, let present, past.rank == present.rank else { return nil }
    let open = past.dimensions.indices.dropFirst().filter { past[$0].name != nil }
    return open.first { past[$0] != present[$0] && present[$0].fixedValue == nil } ?? open.first
  }

  private static func tokens(_ graph: Graph, besides caches: Set<ValueID>) -> ValueID? {
    let candidates = graph.inputs.filter {
      !caches.contains($0) && [2, 3].contains(graph[$0].type.shape?.rank)
    }
    return ["input_ids", "inputs_embeds"].lazy
      .compactMap { name in candidates.first { graph[$0].name.hasSuffix(name) } }.first
  }

  private static func names(_ ids: [ValueID], in graph: Graph) -> String {
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
  fileprivate func symbol(of id: ValueID, at axis: Int) -> String? {
    self[id].type.shape.flatMap { $0.rank > axis ? $0[axis].name : nil }
  }
}
