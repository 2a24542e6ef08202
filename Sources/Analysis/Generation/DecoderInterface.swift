package import OpGraph
package import Quantities

/// How a decoder takes tokens, and which of its values are the cache that its caller keeps.
///
/// A cache is an input that comes back, longer, as a result: `past_key_values.0.key` and `present.0.key`.
/// A state comes back with the same size: `past_conv.0` and `present_conv.0`.
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

  /// What a convolution over steps or a recurrence keeps for the next run, in place of the old one.
  package struct State: Sendable {
    package var past: ValueID
    package var present: ValueID
  }

  /// Those that grow.
  package private(set) var caches: [Cache] = []
  /// Those that each run replaces, and that have one size at any length of the text.
  package private(set) var states: [State] = []
  /// Inputs with keys and values of an encoder's results, the same in all steps.
  package private(set) var crossCaches: [ValueID] = []
  /// The input that holds the new tokens, or their embeddings.
  package let tokens: ValueID
  /// The input that chooses between the branch of the first run and that of a step, where one file has both.
  private let choice: ValueID?
  /// The input that says how many of a run's last tokens get scores: 0 stands for all of them.
  ///
  /// The shape of the scores depends on its value. Only those of the last token choose the next
  /// one, so a runtime that makes text needs no others: `generate` of transformers.js passes 1 in
  /// each run, that of the prompt included (`setNumLogitsToKeep` in its `modeling_utils.js`).
  private let scoredTokens: ValueID?
  /// Inputs with a place for each position, whatever files call their size.
  ///
  /// Merged files may give them the symbol of the new tokens, and others an expression such as
  /// `past_sequence_length + 1`, which holds for steps alone.
  private var masks: [ValueID] = []
  /// Inputs of rank 1 with a place for each new token, which exporters may fix at the 1 of a step.
  private var newPositions: [ValueID] = []
  /// Inputs with a row for each position of the encoder's result; files may state half of a size.
  private var encoderResults: [ValueID] = []
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
  var hasEncoder: Bool {
    !crossCaches.isEmpty || !encoderResults.isEmpty || meanings.values.contains(.source)
  }

  static let lacksEncoder = Problem(
    "is a decoder that reads the results of an encoder",
    expected:
      "the folder with both, such as one of 'encoder_model.onnx' and 'decoder_model_merged.onnx'")

  /// Finds the cache of a model whose sizes are as the file states them.
  /// - Parameters:
  ///   - graph: The graph as the file states it.
  ///   - isStep: Whether the decoder's first run is another graph: then each run of this one takes
  ///     one new token, and the file may fix that.
  /// - Throws: `Problem` when there is none, or when its length is fixed.
  package init(_ graph: Graph, isStep: Bool = false) throws(Problem) {
    let pairs = Self.pairs(graph).filter { !Self.isCross(graph[$0.past]) }
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
    try self.init(graph, caches: caches, pastLength: length, isStep: isStep)
  }

  /// The first run of a decoder whose steps are another file: it makes the caches.
  /// - Throws: `Problem` when it takes no tokens.
  package init(firstRun graph: Graph) throws(Problem) {
    try self.init(graph, caches: [], pastLength: nil, isStep: false)
  }

  private init(
    _ graph: Graph, caches: [Cache], pastLength: String?, isStep: Bool
  ) throws(Problem) {
    let pasts = graph.inputs.filter { Self.isPast(graph[$0]) }
    guard let tokens = Self.tokens(graph, besides: Set(pasts)) else {
      throw Problem(
        "no input holds tokens; its inputs are " + Self.names(graph.inputs, in: graph),
        expected: "'input_ids' or 'inputs_embeds' of rank 2 or 3")
    }
    self.caches = caches
    self.tokens = tokens
    choice = graph.inputs.first { graph[$0].name == "use_cache_branch" }
    scoredTokens = graph.inputs.first {
      graph[$0].name.hasSuffix("logits_to_keep")
        && graph[$0].type.shape?.elementCount.fixedValue == 1
    }
    let growing = Set(caches.map(\.past))
    let results = Set(graph.outputs.map { graph[$0].name })
    crossCaches = pasts.filter { id in
      let isReturned = results.contains(Self.present(of: graph[id].name))
      return !growing.contains(id)
        && (!isReturned || Self.isCross(graph[id]) || graph.symbol(of: id, at: 2) != nil)
    }
    let others = growing.union(crossCaches)
    states = Self.pairs(graph).filter { pair in
      !others.contains(pair.past)
        && Self.isState(graph[pair.past].type.shape, graph[pair.present].type.shape)
    }.map { State(past: $0.past, present: $0.present) }
    let crossNames = Set(crossCaches.map { Self.present(of: graph[$0].name) })
    if choice != nil { crossResults = graph.outputs.filter { crossNames.contains(graph[$0].name) } }
    let new = graph.symbol(of: tokens, at: 1)
    let isOneToken = graph[tokens].type.shape?[1].fixedValue == 1
    guard new != nil || isStep && isOneToken else {
      throw Problem(
        "'\(graph[tokens].name)' takes a fixed number of tokens: "
          + "\(graph[tokens].type.shape?.description ?? "?")",
        expected: "a symbolic dimension for the sequence length"
          + (isOneToken ? ", or the folder that has the decoder's first run too" : ""))
    }
    if let batch = graph.symbol(of: tokens, at: 0) { meanings[batch] = .batch }
    if let new { meanings[new] = .new }
    if let pastLength { meanings[pastLength] = .past }
    for cache in caches { read(cache, in: graph) }
    for state in states { take(graph.symbol(of: state.past, at: 0), as: .batch) }
    for id in graph.inputs { read(id, in: graph) }
    for id in crossCaches { take(graph.symbol(of: id, at: 2), as: .source) }
    let returned =
      choice != nil || caches.isEmpty
      ? graph.outputs.filter { graph[$0].name.hasPrefix("present") }
      : caches.map(\.present) + states.map(\.present)
    kept = graph.branchResults(of: returned).filter { graph[$0].origin == .computed }
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
        if let name = graph.symbol(of: cache.past, at: axis), meanings[name] == nil {
          sizes[name] = present[axis]
        }
      }
    }
    return sizes.count > before
  }

  /// Checks that what is bound is not what a text states.
  ///
  /// How many tokens get scores is no length of the text: a binding may state another number.
  /// - Throws: `Problem` for a binding of what the text states: lengths, the batch, and inputs that have them.
  func check(_ bindings: Bindings, in graph: Graph) throws(Problem) {
    let inputs = graph.inputs.filter { id in
      graph[id].type.shape?.dimensions.indices.contains { axis in
        graph.symbol(of: id, at: axis).map { meanings[$0] != nil } ?? false
      } ?? false
    }
    var sized = inputs + masks + newPositions + encoderResults
    if let choice { sized.append(choice) }
    let stated = Set(meanings.keys).union(sized.map { graph[$0].name }).union([Self.openLength])
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
    if let scoredTokens { graph[scoredTokens].constant = .integers([1]) }
    for id in crossCaches + kept { graph[id].isState = true }
    for state in states { graph[state.past].isState = true }
    for cache in caches { graph[cache.past].isState = true }
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
    for id in newPositions { graph[id].type.shape?[0] = lengths.new }
    if let source = lengths.source {
      for id in encoderResults { graph[id].type.shape?[1] = source }
    }
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

  /// Takes from an input's name and shape what else has lengths of the text.
  private mutating func read(_ input: ValueID, in graph: Graph) {
    let name = graph[input].name
    guard let shape = graph[input].type.shape else { return }
    if name.hasPrefix("encoder_") {
      take(graph.symbol(of: input, at: 0), as: .batch)
      take(graph.symbol(of: input, at: 1), as: .source)
      if shape.rank > 1, shape[1].fixedValue == nil { encoderResults.append(input) }
    } else if name.hasSuffix("attention_mask"), shape.rank == 2 {
      take(graph.symbol(of: input, at: 1), as: .total)
      masks.append(input)
    } else if name.hasSuffix("cache_position"), shape.rank == 1 {
      take(graph.symbol(of: input, at: 0), as: .new)
      newPositions.append(input)
    }
  }
}
