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

  /// Those that grow.
  package private(set) var caches: [Cache] = []
  /// Inputs with keys and values of an encoder's results, the same in all steps.
  package private(set) var crossCaches: [ValueID] = []
  /// The input that holds the new tokens, or their embeddings.
  package let tokens: ValueID
  /// The input that chooses between the branch of the first run and that of a step, where one file has both.
  private let choice: ValueID?
  /// Inputs with a place for each position; merged files may give them the symbol of the new tokens.
  private var masks: [ValueID] = []
  /// Results for keys and values of the encoder's; optimum's merged files state a shape that steps do not give.
  private var crossResults: [ValueID] = []
  /// Values that are written to be kept, where no operator of this file extends an input.
  private var kept: [ValueID] = []
  /// By name, what the file's symbols stand for.
  private var meanings: [String: Meaning] = [:]
  /// Sizes that an input leaves open and a result states.
  private var sizes: [String: SymbolicInt] = [:]

  private enum Meaning { case batch, new, past, total, source }

  /// What a run puts in place of the symbols; lengths may be expressions.
  package struct Lengths: Sendable {
    package var new: SymbolicInt
    package var past: SymbolicInt
    package var batch: Int
    /// Positions of the encoder's result.
    package var source: SymbolicInt?

    package init(new: SymbolicInt, past: SymbolicInt, batch: Int, source: SymbolicInt? = nil) {
      self.new = new
      self.past = past
      self.batch = batch
      self.source = source
    }
  }

  /// Whether it reads results of an encoder.
  var hasEncoder: Bool { !crossCaches.isEmpty || meanings.values.contains(.source) }

  static let lacksEncoder = Problem(
    "is a decoder that reads the results of an encoder",
    expected:
      "the folder with both, such as one of 'encoder_model.onnx' and 'decoder_model_merged.onnx'")

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
    var caches = pairs.compactMap { pair in
      Self.axis(graph[pair.past].type.shape, graph[pair.present].type.shape).map {
        Cache(past: pair.past, present: pair.present, axis: $0)
      }
    }
    // Keys and values of an encoder do not grow beside those that do.
    let growing = caches.filter { cache in
      graph[cache.past].type.shape?[cache.axis] != graph[cache.present].type.shape?[cache.axis]
    }
    if !growing.isEmpty { caches = growing }
    guard let first = caches.first, let length = graph.symbol(of: first.past, at: first.axis)
    else {
      throw Problem(
        "the cache has a fixed length: '\(graph[pairs[0].past].name)' is "
          + "\(graph[pairs[0].past].type.shape?.description ?? "of unknown shape")",
        expected: "a symbolic dimension for the past length")
    }
    try self.init(graph, caches: caches, pastLength: length)
  }

  /// The first run of a decoder whose steps are another file: it makes the caches.
  /// - Throws: `Problem` when it takes no tokens.
  package init(firstRun graph: Graph) throws(Problem) {
    try self.init(graph, caches: [], pastLength: nil)
  }

  private init(_ graph: Graph, caches: [Cache], pastLength: String?) throws(Problem) {
    let pasts = graph.inputs.filter { Self.isPast(graph[$0]) }
    guard let tokens = Self.tokens(graph, besides: Set(pasts)) else {
      throw Problem(
        "no input holds tokens; its inputs are " + Self.names(graph.inputs, in: graph),
        expected: "'input_ids' or 'inputs_embeds' of rank 2 or 3")
    }
    self.caches = caches
    self.tokens = tokens
    choice = graph.inputs.first { graph[$0].name == "use_cache_branch" }
    let growing = Set(caches.map(\.past))
    let results = Set(graph.outputs.map { graph[$0].name })
    crossCaches = pasts.filter { id in
      let isReturned = results.contains(Self.present(of: graph[id].name))
      return !growing.contains(id) && (!isReturned || graph.symbol(of: id, at: 2) != nil)
    }
    let crossNames = Set(crossCaches.map { Self.present(of: graph[$0].name) })
    if choice != nil { crossResults = graph.outputs.filter { crossNames.contains(graph[$0].name) } }
    guard let new = graph.symbol(of: tokens, at: 1) else {
      throw Problem(
        "'\(graph[tokens].name)' takes a fixed number of tokens: "
          + "\(graph[tokens].type.shape?.description ?? "?")",
        expected: "a symbolic dimension for the sequence length")
    }
    if let batch = graph.symbol(of: tokens, at: 0) { meanings[batch] = .batch }
    meanings[new] = .new
    if let pastLength { meanings[pastLength] = .past }
    for cache in caches { read(cache, in: graph) }
    for id in graph.inputs {
      let name = graph[id].name
      if name.hasPrefix("encoder_") {
        take(graph.symbol(of: id, at: 0), as: .batch)
        take(graph.symbol(of: id, at: 1), as: .source)
      } else if name.hasSuffix("attention_mask"), let length = graph.symbol(of: id, at: 1) {
        take(length, as: .total)
        masks.append(id)
      }
    }
    for id in crossCaches { take(graph.symbol(of: id, at: 2), as: .source) }
    if choice != nil || caches.isEmpty {
      kept = graph.branchResults(
        of: graph.outputs.filter { graph[$0].name.hasPrefix("present") }
      ).filter { graph[$0].origin == .computed }
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
    let stated = Set(meanings.keys).union(
      (inputs + (choice.map { [$0] } ?? [])).map { graph[$0].name }
    )
    .union([Self.openLength])
    let bound = Array(bindings.symbols.keys) + Array(bindings.shapes.keys)
    if let name = bound.filter(stated.contains).min() {
      throw Problem("'\(name)' is bound", expected: "no binding of what --generate states")
    }
  }

  /// The graph of a run.
  package func graph(_ graph: Graph, _ lengths: Lengths) -> Graph {
    var graph = graph
    // A prompt has no past.
    if let choice { graph[choice].constant = .integers([lengths.past == 0 ? 0 : 1]) }
    for id in crossCaches + kept { graph[id].isState = true }
    if choice != nil { for cache in caches { graph[cache.past].isState = true } }
    for index in graph.values.indices {
      guard let shape = graph.values[index].type.shape, !shape.isStatic else { continue }
      graph.values[index].type.shape = Shape(
        shape.dimensions.map { dimension in
          dimension.replacing { name in
            switch meanings[name] {
            case .batch: .fixed(lengths.batch)
            case .new: lengths.new
            case .past: lengths.past
            case .total: lengths.past + lengths.new
            case .source: lengths.source
            case nil: sizes[name]
            }
          }
        })
    }
    for id in crossResults { graph[id].type.shape = nil }
    for id in masks { graph[id].type.shape?[1] = lengths.past + lengths.new }
    return graph
  }

  private mutating func take(_ symbol: String?, as meaning: Meaning) {
    if let symbol { meanings[symbol] = meanings[symbol] ?? meaning }
  }

  /// Takes from a cache's shapes what else they tell: the batch, and the length with the new tokens.
  private mutating func read(_ cache: Cache, in graph: Graph) {
    take(graph.symbol(of: cache.past, at: 0), as: .batch)
    take(graph.symbol(of: cache.present, at: cache.axis), as: .total)
  }

  /// Inputs and the results that they come back as, by their names.
  private static func pairs(_ graph: Graph) -> [(past: ValueID, present: ValueID)] {
    let results = Dictionary(
      graph.outputs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    return graph.inputs.compactMap { id in
      guard isPast(graph[id]) else { return nil }
      return results[present(of: graph[id].name)].map { (id, $0) }
    }
  }

  private static func isPast(_ value: Value) -> Bool {
    value.name.hasPrefix("past") && value.type.shape?.rank ?? 0 >= 3
  }

  /// The name of the result that an input comes back as.
  private static func present(of past: String) -> String {
    "present" + past.dropFirst(past.hasPrefix("past_key_values") ? 15 : 4)
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
  func symbol(of id: ValueID, at axis: Int) -> String? {
    self[id].type.shape.flatMap { $0.rank > axis ? $0[axis].name : nil }
  }

  /// The values, or what branches give for them.
  func branchResults(of ids: [ValueID]) -> [ValueID] {
    let producers = producersByValue()
    return ids.flatMap { id -> [ValueID] in
      guard let node = producers[id.index].map({ nodes[$0] }), let choice = node.operation as? If,
        let place = node.outputs.firstIndex(of: id)
      else { return [id] }
      return choice.branches.indices.compactMap { branch in
        let operand = choice.operand(place, of: branch)
        return node.inputs.indices.contains(operand) ? node.inputs[operand] : nil
      }
    }
  }
}
