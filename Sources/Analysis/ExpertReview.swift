import OpGraph
import Quantities

/// Says where the traffic of a mixture of experts is an upper bound.
enum ExpertReview {
  private static let code = "most-experts"

  static func diagnostics(_ graph: Graph, layers: [Layer]) -> [Diagnostic] {
    let mixtures = layers.filter { layer in
      guard layer.isCosted, graph.node(layer.index, runs: MixtureOfExperts.self),
        let rows = layer.inputs.first ?? nil
      else { return false }
      // The experts of a single row differ from each other.
      return graph[rows].type.shape?.dimensions.dropLast().product != 1
    }
    guard let first = mixtures.first else { return [] }
    return [
      Diagnostic(
        .note, code: code,
        "which experts several rows go through depends on data: weights of "
          + "\(counted(mixtures.count, "mixture")) of experts are counted for the most that there can be",
        layer: first.name)
    ]
  }

  /// The diagnostics of a run that a text has beside those of its steps.
  static func ofPrompt(_ diagnostics: [Diagnostic], beside steps: [Diagnostic]) -> [Diagnostic] {
    steps.contains { $0.code == code } ? [] : diagnostics.filter { $0.code == code }
  }
}
