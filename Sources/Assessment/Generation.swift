package import Analysis
import Carbon
package import HardwareMapping
import OpGraph
package import Quantities

/// A text that a decoder makes, with what it takes.
package struct Generation: Sendable {
  package var workload: GenerationWorkload
  /// Nil without a device.
  package var estimate: GenerationEstimate?

  package var request: GenerationRequest { workload.request }
}

extension GenerationRequest {
  /// What reports that know of inferences only have to say.
  var diagnostic: Diagnostic {
    let texts = batch > 1 ? ", for \(grouped(batch)) texts at once" : ""
    return Diagnostic(
      .note, code: "text",
      "all numbers are those of making \(counted(tokens, "token")) after a prompt of "
        + "\(grouped(prompt))\(texts)")
  }
}

/// What limits the time of a phase of a text.
package enum GenerationBound: String, Sendable, CaseIterable {
  /// Reading weights from memory.
  case weights
  /// Reading and writing keys and values.
  case cache
  /// Reading and writing activations.
  case activations
  case compute
  /// Starts of kernels and of inferences.
  case overhead

  /// Which parts of the time of an estimate each limits, the largest first.
  ///
  /// Time of a kernel that a memory limits divides over what it moves. Empty where the time is not known, or only a lower bound.
  package static func shares(
    of estimate: InferenceEstimate
  ) -> [(bound: GenerationBound, share: Double)] {
    guard let whole = estimate.latency, whole.value > 0, !whole.isLowerBound else { return [] }
    let latency = whole.value
    var seconds: [GenerationBound: Double] = [:]
    for kernel in estimate.kernels {
      guard let time = kernel.time?.value, let bound = kernel.bound else { continue }
      switch bound {
      case .compute: seconds[.compute, default: 0] += time
      case .overhead: seconds[.overhead, default: 0] += time
      case .memory:
        let traffic = kernel.kernel.traffic
        let bytes: [(GenerationBound, Double)] = [
          (.weights, Double(traffic.constants.fixedValue ?? 0)),
          (.cache, Double(traffic.state.fixedValue ?? 0)),
          (
            .activations,
            Double((traffic.activationsRead + traffic.activationsWritten).fixedValue ?? 0)
          ),
        ]
        let all = max(1, bytes.reduce(0) { $0 + $1.1 })
        for (part, count) in bytes { seconds[part, default: 0] += time * count / all }
      }
    }
    // What no kernel takes is the start of an inference.
    seconds[.overhead, default: 0] += max(0, latency - seconds.values.reduce(0, +))
    return allCases.compactMap { bound in
      seconds[bound].map { (bound: bound, share: $0 / latency) }
    }.filter { $0.share > 0 }.sorted { $0.share > $1.share }
  }
}

extension ModelAssessment {
  /// Operational carbon of a part of the energy; nil without a footprint.
  package func operationalCarbon(of energy: Energy?) -> CarbonMass? {
    guard let footprint, let energy else { return nil }
    return energy.divided(byEfficiency: footprint.inputs.efficiency) * footprint.use.meanIntensity
  }
}
