import Quantities
import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph

/// Operators that an accelerator leaves to its host.
///
/// Those that it supports, but not in floating point, could be quantized; the others would have to
/// be replaced. Another rule covers a model without any integers.
struct AcceleratorFallback: HotspotRule {
  let name = "accelerator-fallback"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let estimate = evaluation.estimate, let target = evaluation.scenario.target,
      !FloatModel.applies(to: evaluation.workload)
    else { return [] }
    let refused = estimate.kernels.filter { $0.kernel.refusal != nil }.map(\.kernel)
    let accelerators = target.runtime.units.compactMap(\.accepts)
    func hasKernels(_ kernel: Kernel) -> Bool {
      kernel.layers.allSatisfy { index in
        accelerators.contains { $0.hasKernel(for: evaluation.workload.layers[index]) }
      }
    }
    var proposals: [Proposal] = []
    let inReals = refused.filter { hasKernels($0) && !floatLayers(of: $0, evaluation).isEmpty }
    let reals = inReals.flatMap { floatLayers(of: $0, evaluation) }.sorted()
    if !reals.isEmpty {
      var changed = evaluation.scenario
      changed.quantize(reals)
      proposals.append(
        proposal(
          reals, kernels: inReals.count, evaluation,
          why: "the accelerator supports the operators, but not in floating point",
          advice: "quantize them", changed))
    }
    let others = refused.filter { !hasKernels($0) || floatLayers(of: $0, evaluation).isEmpty }
    // Operators that are refused for an earlier one need no change.
    let own = others.filter { $0.refusal != PlacementPlan.comesLater }
    for (reason, kernels) in Dictionary(grouping: own, by: { Self.rule(of: $0.refusal ?? "") })
      .sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) })
      .prefix(Self.mostGroups)
    {
      let layers = kernels.flatMap(\.layers).filter {
        evaluation.workload.layers[$0].kind != .opaque
      }.sorted()
      guard !layers.isEmpty else { continue }
      let advice =
        kernels.contains(where: hasKernels)
        ? "change them to a form that the accelerator supports"
        : "replace them by operators that the accelerator supports"
      proposals.append(
        proposal(
          layers, kernels: kernels.count, evaluation,
          why: reason.prefix(1).lowercased() + reason.dropFirst(), advice: advice,
          accepting(layers, target, evaluation)))
    }
    return proposals
  }

  /// More reasons than these are no list that anybody reads.
  private static let mostGroups = 20

  /// A refusal without the found values, to group layers that break one rule.
  private static func rule(of refusal: String) -> String {
    String(refusal.prefix { $0 != ";" })
  }

  private func floatLayers(of kernel: Kernel, _ evaluation: Evaluation) -> [Int] {
    kernel.layers.filter { index in
      let precision = evaluation.workload.layers[index].precision
      return precision.isFloat || precision == .hybrid8
    }
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
        + (crossings == 0 ? "" : ", \(counted(crossings, "tensor")) transferred"),
      advice: advice, changed: changed)
  }

  /// Tensors that cross between the units because of some layers.
  private func crossings(of layers: Set<Int>, _ evaluation: Evaluation) -> Int {
    let made = Set(layers.flatMap { evaluation.workload.layers[$0].outputs })
    return (evaluation.estimate?.kernels ?? []).map { kernel in
      let isRefused = !layers.isDisjoint(with: kernel.kernel.layers)
      return kernel.kernel.transfers.filter { value in
        isRefused || made.contains(value)
      }.count
    }.reduce(0, +)
  }

  /// The same with an accelerator that accepts the layers' operators, in integers instead of floating point.
  private func accepting(
    _ layers: [Int], _ target: Scenario.Target, _ evaluation: Evaluation
  ) -> Scenario {
    var changed = evaluation.scenario
    let names = Set(layers.map { evaluation.workload.layers[$0].operatorName })
    for index in target.runtime.units.indices {
      changed.target?.runtime.units[index].accepts?.also =
        (target.runtime.units[index].accepts?.also ?? []) + names
    }
    changed.quantize(layers)
    return changed
  }
}
