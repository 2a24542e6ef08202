import Analysis
import HardwareMapping
import OpGraph

/// Operators that an accelerator leaves to its host.
///
/// Those that it has, but not in reals, could be quantized; those that it does not have would have to
/// give way to others. A model without any integers is the matter of another rule.
struct AcceleratorFallback: HotspotRule {
  let name = "accelerator-fallback"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let estimate = evaluation.estimate, let target = evaluation.scenario.target,
      !FloatModel.applies(to: evaluation.workload)
    else { return [] }
    let refused = estimate.kernels.filter { $0.kernel.refusal != nil }
    let accepted = Set(target.stack.units.compactMap(\.accepts).flatMap(\.kinds))
    let byPrecision = refused.filter { kernel in
      kernel.kernel.layers.allSatisfy { accepted.contains(evaluation.workload.layers[$0].kind) }
    }
    var proposals: [Proposal] = []
    let reals = byPrecision.flatMap(\.kernel.layers).filter { index in
      let precision = evaluation.workload.layers[index].precision
      return precision.isReal || precision == .hybrid8
    }.sorted()
    if !reals.isEmpty {
      var changed = evaluation.scenario
      changed.quantize(reals)
      proposals.append(
        proposal(
          reals, kernels: byPrecision.count, evaluation,
          why: "the accelerator has the operators, but not in real numbers",
          advice: "quantize them", changed))
    }
    let missing = Dictionary(
      grouping: refused.flatMap(\.kernel.layers).filter {
        !accepted.contains(evaluation.workload.layers[$0].kind)
      }
    ) { evaluation.workload.layers[$0].operatorName }
    for (operatorName, layers) in missing.sorted(by: { $0.key < $1.key }) {
      guard evaluation.workload.layers[layers[0]].kind != .opaque else { continue }
      proposals.append(
        proposal(
          layers.sorted(), kernels: layers.count, evaluation,
          why: "the accelerator has no kernel for \(operatorName)",
          advice: "put an operator in its place that the accelerator has",
          accepting(layers, target, evaluation)))
    }
    return proposals
  }

  private func proposal(
    _ layers: [Int], kernels: Int, _ evaluation: Evaluation, why: String, advice: String,
    _ changed: Scenario
  ) -> Proposal {
    let unit = evaluation.kernel(of: layers[0])?.unit ?? "the host"
    let crossings = crossings(of: Set(layers), evaluation)
    return Proposal(
      layers: layers,
      reason: "\(why): \(counted(layers.count, "layer")) on \(unit)"
        + (crossings == 0 ? "" : ", with \(counted(crossings, "tensor")) brought across"),
      advice: advice, changed: changed)
  }

  /// Tensors that cross between the units because of some layers.
  private func crossings(of layers: Set<Int>, _ evaluation: Evaluation) -> Int {
    let makers = evaluation.workload.graph.makersByValue()
    return (evaluation.estimate?.kernels ?? []).map { kernel in
      let isRefused = !layers.isDisjoint(with: kernel.kernel.layers)
      return kernel.kernel.transfers.filter { value in
        isRefused || makers[value.index].map(layers.contains) ?? false
      }.count
    }.reduce(0, +)
  }

  /// The same with an accelerator that takes the layers' kinds, in integers where they are real.
  private func accepting(
    _ layers: [Int], _ target: Scenario.Target, _ evaluation: Evaluation
  ) -> Scenario {
    var changed = evaluation.scenario
    let kinds = Set(layers.map { evaluation.workload.layers[$0].kind })
      .sorted { $0.rawValue < $1.rawValue }
    for index in target.stack.units.indices {
      changed.target?.stack.units[index].accepts?.kinds += kinds
    }
    changed.quantize(layers)
    return changed
  }
}
