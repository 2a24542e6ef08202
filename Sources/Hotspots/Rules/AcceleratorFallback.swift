import Analysis
import HardwareMapping
import OpGraph

/// Operators that an accelerator leaves to its host, for one reason.
struct AcceleratorFallback: HotspotRule {
  let name = "accelerator-fallback"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let estimate = evaluation.estimate, let target = evaluation.scenario.target else {
      return []
    }
    let refused = estimate.kernels.filter { $0.kernel.refusal != nil }
    let reasons = Dictionary(grouping: refused) { $0.kernel.refusal ?? "" }
    return reasons.sorted { $0.key < $1.key }.map { reason, kernels in
      let layers = kernels.flatMap(\.kernel.layers).sorted()
      let crossings = crossings(of: Set(layers), evaluation)
      return Proposal(
        layers: layers,
        reason: "\(reason): \(counted(kernels.count, "kernel")) on \(kernels[0].unit)"
          + (crossings == 0 ? "" : ", with \(counted(crossings, "tensor")) brought across"),
        advice: advice(layers, evaluation),
        changed: accepting(layers, target, evaluation))
    }
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

  private func advice(_ layers: [Int], _ evaluation: Evaluation) -> String {
    let isReal = layers.contains { evaluation.workload.layers[$0].precision.isReal }
    return isReal
      ? "quantize them" : "put operators in their place that the accelerator has"
  }

  /// The same with an accelerator that takes the layers, in integers where they are real.
  private func accepting(
    _ layers: [Int], _ target: Scenario.Target, _ evaluation: Evaluation
  ) -> Scenario {
    var changed = evaluation.scenario
    let kinds = Set(layers.map { evaluation.workload.layers[$0].kind })
    for index in target.stack.units.indices {
      let missing = kinds.filter {
        !(target.stack.units[index].accepts?.kinds.contains($0) ?? true) && $0 != .opaque
      }
      changed.target?.stack.units[index].accepts?.kinds += missing.sorted {
        $0.rawValue < $1.rawValue
      }
    }
    changed.quantize(layers)
    return changed
  }
}
