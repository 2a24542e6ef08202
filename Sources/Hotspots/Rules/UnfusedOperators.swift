import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// Activations and additions that are not fused into the convolution or matmul before them.
struct UnfusedOperators: HotspotRule {
  let name = "unfused-operators"

  private static let patterns: [FusionPatternName] = [
    .contractionActivation, .contractionNormalization, .contractionBias,
    .contractionResidual,
  ]

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let target = evaluation.scenario.target else { return [] }
    let missing = Self.patterns.filter { !target.runtime.fusions.contains($0) }
    guard !missing.isEmpty, evaluation.workload.layers.contains(where: \.kind.isContraction),
      let fused = try? evaluation.with({ $0.runtime.fusions += missing })
    else { return [] }
    let joined = evaluation.workload.layers.map(\.index).filter { index in
      evaluation.kernel(of: index)?.kernel.layers.first == index
        && fused.kernel(of: index).map { $0.kernel.layers.first != index } ?? false
    }
    guard let first = joined.first else { return [] }
    return [
      Proposal(
        layers: joined,
        reason:
          "\(counted(joined.count, "layer")) after a convolution or matmul not fused into its kernel on "
          + "\(target.runtime.name), the first '\(evaluation.workload.layers[first].shortName)'",
        advice:
          "use a runtime that fuses them (\(missing.map { words($0.rawValue) }.joined(separator: ", ")))",
        changed: fused)
    ]
  }
}
