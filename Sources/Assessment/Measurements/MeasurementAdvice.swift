package import Analysis
package import DeviceProfiles
import GraphImport
import HardwareMapping
import OpGraph
package import Quantities

/// The models that a user is advised to measure on a device.
package struct MeasurementAdvice: Sendable {
  /// A model to measure.
  package struct Advised: Encodable, Sendable {
    package var file: String
    /// The kinds of kernels that take most of its time.
    package var kernels: String
    /// In seconds, as the profile predicts it.
    package var latency: Interval
    /// The factor that nine of ten times of the middle target are within, once this one and those before it are
    /// measured.
    package var factor: Double
  }

  package var device, runtime: String
  /// How many models the intervals are of.
  package var targets: Int
  /// The factor that nine of ten times of the middle target are within now.
  package var factor: Double
  package var models: [Advised]

  /// A generated model on the device.
  private struct Candidate {
    var file: String
    var workload: Workload
    var estimate: InferenceEstimate
    var terms: [CostTerm: Double]

    /// Nil where its time is not known, or where it does not fit.
    init?(
      _ file: String, _ bytes: [UInt8], on device: DeviceProfile, _ runtime: Runtime
    ) throws(Problem) {
      let model = try Model(bytes: bytes, named: file)
      workload = try Workload(
        InferredGraph(model, bindings: Bindings(), keepsUnpacked: runtime.keepsUnpacked))
      estimate = InferenceEstimate(workload, on: device, runtime: runtime)
      guard let terms = estimate.termSeconds, estimate.unknownKernels == 0,
        !estimate.memoryFits.contains(where: { $0.fits == false })
      else { return nil }
      (self.file, self.terms) = (file, terms)
    }

    /// The kinds of kernels with more than a fifth of the time, the longest first.
    var kernels: String {
      var seconds: [String: Double] = [:]
      for kernel in estimate.kernels {
        guard let first = kernel.kernel.layers.first else { continue }
        seconds[workload.layers[first].kind.title, default: 0] += kernel.time?.value ?? 0
      }
      let total = seconds.values.sorted().reduce(0, +)
      return seconds.filter { $0.value > total / 5 }
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key).joined(separator: ", ")
    }
  }

  /// - Parameters:
  ///   - targets: Models whose intervals become narrow; the generated ones in measured precisions if there are none.
  ///   - measured: Models that are measured already, which the profile's rates do not know of.
  ///   - count: How many models to measure.
  ///   - isONNX: Whether models are in ONNX, and not in TFLite.
  /// - Throws: `Problem` where the runtime's intervals are not known by rates.
  package init(
    on device: DeviceProfile, runtime: Runtime, targets: [Workload], measured: [Workload],
    count: Int, isONNX: Bool
  ) throws(Problem) {
    guard let spread = runtime.spread else {
      throw Problem(
        "\(device.name):\(runtime.name): how its rates are off together is not known, so no model is better than "
          + "another")
    }
    let suffix = isONNX ? ".onnx" : ".tflite"
    var candidates: [Candidate] = []
    for (file, bytes) in MeasurementModels.files.sorted(by: { $0.key < $1.key })
    where file.hasSuffix(suffix) {
      if let candidate = try Candidate(file, bytes, on: device, runtime) {
        candidates.append(candidate)
      }
    }
    func terms(_ workloads: [Workload]) -> [[CostTerm: Double]] {
      workloads.compactMap {
        InferenceEstimate($0, on: device, runtime: runtime).termSeconds
      }
    }
    var wanted = terms(targets)
    // A runtime may not run the precisions that nobody measured with it.
    let usual = candidates.filter { spread.hasSeen($0.workload.precisions) }
    if !usual.isEmpty, targets.allSatisfy({ spread.hasSeen($0.precisions) }) { candidates = usual }
    if targets.isEmpty { wanted = candidates.map(\.terms) }
    guard !wanted.isEmpty, !candidates.isEmpty else {
      throw Problem(
        "\(device.name):\(runtime.name): no model has a time that is known and fits the memories")
    }
    let design = MeasurementDesign(
      spread, targets: wanted, candidates: candidates.map(\.terms), measured: terms(measured))
    self.device = device.name
    self.runtime = runtime.name
    self.targets = wanted.count
    factor = design.factor
    models = design.steps(count).map { step in
      let candidate = candidates[step.candidate]
      return Advised(
        file: candidate.file, kernels: candidate.kernels,
        latency: candidate.estimate.latency.map { Interval($0) } ?? Interval(0),
        factor: step.factor)
    }
  }
}

extension MeasurementAdvice: Encodable {}

extension Workload {
  /// Kinds of layers that any runtime has in any precision.
  private static let converting: Set<KernelKind> = [
    .quantization, .dataMovement, .view, .embedding,
  ]

  /// The precisions that it computes in.
  fileprivate var precisions: Set<Precision> {
    Set(layers.filter { $0.isCosted && !Self.converting.contains($0.kind) }.map(\.precision))
  }
}

extension PredictionSpread {
  /// Whether rows of the runtime have multiply-accumulates in all of some precisions.
  fileprivate func hasSeen(_ precisions: Set<Precision>) -> Bool {
    precisions.isSubset(
      of: terms.compactMap { term in
        if case .mac(let precision, _) = term { return precision }
        return nil
      })
  }
}
