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
    self.step = step
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
      found.append(Prefill(model: model, tokens: count))
    }
    self.prefills = found.sorted { $0.tokens < $1.tokens }
    prefillGivesToken = prefills.allSatisfy {
      $0.runningSignature?.outputs["logits"] != nil
    }
  }

  /// An input of a step, by the name that callers have for it.
  func input(_ name: String) -> ValueID? {
    let tensor = step.runningSignature?.inputs[name]
    return step.graph.inputs.first { step.graph[$0].name == tensor }
  }

  /// A result of a step, by the name that callers have for it.
  func result(_ name: String) -> ValueID? {
    let tensor = step.runningSignature?.outputs[name]
    return step.graph.outputs.first { step.graph[$0].name == tensor }
  }

  /// Inputs that come back under the name that callers have for them; a mask has a place for each position.
  private static func cache(_ model: Model) throws(Problem) -> CacheSize {
    guard let signature = model.runningSignature else {
      throw Problem("has no signature of a step", expected: "'decode'")
    }
    let kept = signature.inputs.keys.filter { signature.outputs[$0] != nil }
      .compactMap { model.input($0, of: signature) }
    guard !kept.isEmpty else {
      throw Problem(
        "signature '\(signature.key)' has no cache of keys and values",
        expected: "inputs that come back as results, such as 'kv_cache_k_0'")
    }
    return CacheSize(
      positions: model.input("mask", of: signature)?.type.shape?.dimensions.last?.fixedValue,
      bytes: kept.map(\.type.storageBytes).sum.fixedValue)
  }
}

extension Model {
  fileprivate var runningSignature: Signature? {
    signatures.first { $0.subgraph == runningSubgraph }
  }

  /// An input by the name that callers have for it.
  fileprivate func input(_ name: String, of signature: Signature) -> Value? {
    guard let tensor = signature.inputs[name] else { return nil }
    return graph.inputs.lazy.map { graph[$0] }.first { $0.name == tensor }
  }
}
