package import OpGraph
package import Quantities

/// A decoder whose sizes are fixed, with a graph for a step and graphs for parts of a prompt, as litert-torch writes it.
package struct FixedDecoder: Sendable {
  /// A graph that takes some tokens of a prompt at once.
  package struct Prefill: Sendable {
    var model: Model
    var tokens: Int
  }

  let step: Model
  /// Those of fewer tokens first.
  let prefills: [Prefill]
  /// Whether the result of a prompt is its next token; if not, the last token of the prompt takes a step.
  let prefillGivesToken: Bool
  let cache: CacheSize

  /// - Parameters:
  ///   - step: The model with the signature of a step, the one that runs.
  ///   - prefills: The model with each signature of a prompt.
  /// - Throws: `Problem` when a signature has no cache, or does not state how many tokens it takes.
  package init(step: Model, prefills: [Model]) throws(Problem) {
    self.step = Self.withCaches(step)
    cache = try Self.cache(step)
    var found: [Prefill] = []
    for model in prefills {
      guard let signature = model.runningSignature,
        let tokens = ["input_pos", "tokens", "embeddings"].lazy
          .compactMap({ model.input($0, of: signature)?.type.shape }).first,
        let count = (tokens.rank == 1 ? tokens[0] : tokens[1]).fixedValue, count > 0
      else {
        throw Problem(
          "signature '\(model.runningSignature?.key ?? "")' does not state how many tokens it takes",
          expected: "an input 'input_pos' or 'tokens' of fixed size")
      }
      found.append(Prefill(model: Self.withCaches(model), tokens: count))
    }
    self.prefills = found.sorted { $0.tokens < $1.tokens }
    prefillGivesToken = prefills.allSatisfy {
      $0.runningSignature?.outputs["logits"] != nil
    }
  }

  /// An input of a step, by the name that callers have for it.
  func input(_ name: String) -> ValueID? {
    step.runningSignature.flatMap { step.inputID(name, of: $0) }
  }

  /// A result of a step, by the name that callers have for it.
  func result(_ name: String) -> ValueID? {
    let tensor = step.runningSignature?.outputs[name]
    return step.graph.outputs.first { step.graph[$0].name == tensor }
  }

  /// The model with its caches marked: a result that nothing else reads does not show that it is one.
  private static func withCaches(_ model: Model) -> Model {
    guard let signature = model.runningSignature else { return model }
    var model = model
    for name in signature.inputs.keys {
      guard let tensor = signature.outputs[name], let past = model.inputID(name, of: signature),
        let present = model.graph.outputs.first(where: { model.graph[$0].name == tensor })
      else { continue }
      for id in [past, present] { model.graph[id].isState = true }
    }
    return model
  }

  /// Inputs that come back under the name that callers have for them, or variables that the model reads and writes.
  private static func cache(_ model: Model) throws(Problem) -> CacheSize {
    guard let signature = model.runningSignature else {
      throw Problem("has no signature of a step", expected: "'decode'")
    }
    let graph = model.graph
    let returned = signature.inputs.keys.filter { signature.outputs[$0] != nil }
      .compactMap { model.inputID($0, of: signature) }
    let kept = returned.isEmpty ? variables(graph) : returned
    guard !kept.isEmpty else {
      throw Problem(
        "signature '\(signature.key)' has no cache of keys and values",
        expected:
          "inputs that come back as results, such as 'kv_cache_k_0', or variables of rank 3 or 4")
    }
    // A mask has a place for each position.
    let mask = model.input("mask", of: signature)?.type.shape?.dimensions.last?.fixedValue
    return CacheSize(
      positions: mask
        ?? kept.prefix(mostExamined).lazy.compactMap { positions(of: $0, in: graph) }.first,
      bytes: kept.map { graph[$0].type.storageBytes }.sum.fixedValue)
  }

  /// What is read of variables that hold keys or values, each variable once.
  private static func variables(_ graph: Graph) -> [ValueID] {
    var handles: Set<ValueID> = []
    return graph.nodes.compactMap { node in
      guard node.operation.name == .readVariable, let handle = node.inputs.first ?? nil,
        let value = node.outputs.first ?? nil, graph[value].type.shape?.rank ?? 0 >= 3,
        handles.insert(handle).inserted
      else { return nil }
      return value
    }
  }

  /// All caches of a file have one length.
  private static let mostExamined = 8

  /// The length of a cache: along one axis, an update is shorter than what it goes into.
  private static func positions(of cache: ValueID, in graph: Graph) -> Int? {
    // Another shape of it is still the cache.
    var forms: Set<ValueID> = [cache]
    for node in graph.nodes {
      guard let source = node.inputs.first ?? nil, forms.contains(source) else { continue }
      if node.runs(Reshape.self) || node.runs(Transpose.self), let form = node.outputs.first ?? nil
      {
        forms.insert(form)
      }
      guard node.runs(Scatter.self), node.inputs.count > 2, let update = node.inputs[2],
        let whole = graph[source].type.shape, let part = graph[update].type.shape,
        whole.rank == part.rank
      else { continue }
      let axes = whole.dimensions.indices.filter { whole[$0] != part[$0] }
      if axes.count == 1, let length = whole[axes[0]].fixedValue { return length }
    }
    return nil
  }
}

extension Model {
  fileprivate var runningSignature: Signature? {
    signatures.first { $0.subgraph == runningSubgraph }
  }

  /// An input by the name that callers have for it.
  fileprivate func input(_ name: String, of signature: Signature) -> Value? {
    inputID(name, of: signature).map { graph[$0] }
  }

  fileprivate func inputID(_ name: String, of signature: Signature) -> ValueID? {
    guard let tensor = signature.inputs[name] else { return nil }
    return graph.inputs.first { graph[$0].name == tensor }
  }
}
