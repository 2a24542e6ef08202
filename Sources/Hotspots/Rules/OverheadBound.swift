import DeviceProfiles
import Analysis
import HardwareMapping
import Quantities

/// Kernels whose start overhead exceeds their computation.
struct OverheadBound: HotspotRule {
  let name = "overhead-bound"

  /// Threshold of the share of kernels.
  private static let leastShare = 0.3

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let estimate = evaluation.estimate, let target = evaluation.scenario.target else {
      return []
    }
    let kernels = estimate.kernels
    // Places, since kernels would be copies.
    let small = kernels.indices.filter { kernels[$0].bound == .overhead }
    guard !small.isEmpty, Double(small.count) >= Self.leastShare * Double(kernels.count) else {
      return []
    }
    let known = FusionCatalog.patterns.map(\.name).filter { !target.runtime.fusions.contains($0) }
    guard let changed = try? evaluation.with({ $0.runtime.fusions += known }) else { return [] }
    return [
      Proposal(
        layers: small.flatMap { kernels[$0].kernel.layers }.sorted(),
        reason:
          "\(small.count) of \(counted(kernels.count, "kernel")) "
          + "\(small.count == 1 ? "computes" : "compute") for less time than "
          + "their start overhead",
        advice: "use a runtime that fuses chains of small operators, or fewer and wider layers",
        changed: changed)
    ]
  }
}
