import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// Depthwise convolutions that wait for memory: few operations for each byte.
struct MemoryBoundDepthwise: HotspotRule {
  let name = "memory-bound-depthwise"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let target = evaluation.scenario.target,
      !target.runtime.fusions.contains(.depthwisePointwise)
    else { return [] }
    let layers = evaluation.workload.layers
    let bound = layers.filter { layer in
      layer.kind == .depthwiseConvolution && evaluation.kernel(of: layer.index)?.bound == .memory
    }
    guard let first = bound.first, let kernel = evaluation.kernel(of: first.index),
      let fused = try? evaluation.with({ $0.runtime.fusions.append(.depthwisePointwise) })
    else { return [] }
    let intensity =
      kernel.operationsPerByte.map { " (\(fixed($0, decimals: 1)) operations per byte)" } ?? ""
    return [
      Proposal(
        layers: bound.map(\.index),
        reason:
          "\(counted(bound.count, "depthwise convolution")) bound by \(kernel.boundMemory ?? "memory")"
          + intensity,
        advice: "fuse each with the pointwise convolution after it, so that the activation between "
          + "them stays in near memory", changed: fused)
    ]
  }
}
