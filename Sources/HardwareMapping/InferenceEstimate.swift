package import DeviceProfiles
package import Analysis
package import OpGraph
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Time and energy of one inference on a device.
package struct InferenceEstimate: Sendable {
  /// What limits a kernel's time.
  package enum Bound: String, Sendable { case compute, memory, overhead }

  /// A kernel with its time and energy.
  package struct KernelEstimate: Sendable {
    package var kernel: Kernel
    /// Name of the compute unit.
    package var unit: String
    /// Nil when the cost of a layer in it, or the rate for it, is unknown.
    package var time: Time?
    package var energy: Energy?
    /// The part of the time for transfers of operands from another unit.
    package var crossing: Time?
    package var bound: Bound?
    /// The memory that takes longest, where memory is the bound.
    package var boundMemory: String?
    /// What limits it in a word: the memory, where one is the bound.
    package var limitingPart: String? { boundMemory ?? bound?.rawValue }
    /// Operations, two for a multiply-accumulate, for each byte that the kernel moves.
    package var operationsPerByte: Double?
    /// Which part of its time the unit would take if it multiplied at its best rate throughout.
    package var utilisation: Double?

    /// Takes another time as a whole.
    fileprivate mutating func scale(by factor: Double) {
      time = time?.scaled(by: factor)
      energy = energy?.scaled(by: factor)
      crossing = crossing?.scaled(by: factor)
      utilisation = utilisation.map { $0 / factor }
    }
  }

  /// The same where more runs, and lies in memory, than was counted.
  package var asLeast: InferenceEstimate {
    var result = self
    result.latency = latency?.asLowerBound
    result.energy = energy?.asLowerBound
    for index in result.memoryFits.indices { result.memoryFits[index].isLowerBound = true }
    return result
  }

  /// The device.
  package var device: DeviceProfile
  /// The runtime that runs the model.
  package var runtime: Runtime
  /// Ratio of measured to predicted time of models similar to this one, or of this one if it was measured;
  /// times and energies have it.
  package var discrepancyFactor: Double
  /// Measured over predicted time where this network was measured on the device; nil where it was not.
  package var measuredRatio: Double?
  /// Where each layer runs, those that cost nothing included.
  package var placements: [PlacementPlan.Placement]
  /// Seconds of each term of the first unit; nil where one is unknown.
  package var termSeconds: [CostTerm: Double]?
  /// Kernels in execution order.
  package var kernels: [KernelEstimate]
  /// Time of one inference; nil when no kernel's is known, a lower bound while some are not.
  package var latency: Time?
  /// Energy of one inference within the device's energy boundary.
  package var energy: Energy?
  /// The rooflines of the runtime's units.
  package var rooflines: [Roofline]
  /// For each unit, name and version of its formulas; nil where it has rates.
  package var costModels: [String?]
  /// The documents that numbers of the profile and of the cost models name, by their identifiers.
  package var sources: [String: Source]
  /// Whether weights and activations fit.
  package var memoryFits: [MemoryFit]
  /// What Vela needs for the operators that it compiles, nil on other devices.
  package var compiledMemory: CompiledMemory?
  /// Diagnostics for the user of the mapping.
  package var diagnostics: [Diagnostic]

  /// Kernels whose time is not known.
  package var unknownKernels: Int { kernels.count(where: { $0.time == nil }) }

  /// Maps a workload to a device and predicts time and energy, kernel by kernel.
  ///
  /// time = max(compute, memory) + overhead; energy = power * time + what single operations and
  /// bytes add. See `docs/method/mapping.md`.
  ///
  /// A network that was measured with the runtime on the device has the measured time and energy, and its kernels
  /// have their shares of it.
  /// - Parameters:
  ///   - ratio: Measured over predicted time of the network that this one is a change of; nil to look for a
  ///     measurement of this one.
  ///   - makeModel: The cost model of a unit.
  package init(
    _ workload: Workload, on device: DeviceProfile, runtime: Runtime, ratio: Double? = nil,
    models makeModel: (UnitAssignment) -> any CostModel = CostModels.standard
  ) {
    self.device = device
    self.runtime = runtime
    let flow = DataFlow(workload)
    let placements = PlacementPlan(workload, on: runtime)
    let assignments = runtime.units.enumerated().map { index, unit in
      UnitAssignment(
        workload: workload, flow: flow, device: device, unit: unit,
        isOnUnit: placements.placements.map { $0.unit == index })
    }
    let models = assignments.map(makeModel)
    let plan = KernelPlanner(
      workload, on: runtime, flow: flow, placements: placements,
      copiedViews: models.reduce(into: []) { $0.formUnion($1.copiedViews) }
    ).kernels()
    self.placements = placements.placements
    diagnostics = []
    rooflines = zip(runtime.units, models).map(Roofline.init)
    costModels = models.map(\.version)
    sources = models.reduce(into: device.sources) { known, model in
      known.merge(model.sources) { own, _ in own }
    }
    var estimator = KernelEstimator(workload, flow, plan, runtime: runtime, models: models)
    let seconds = estimator.termSeconds
    termSeconds = seconds
    discrepancyFactor = seconds.flatMap { runtime.discrepancy?.factor($0) } ?? 1
    kernels = estimator.takeEstimates()
    for index in kernels.indices where kernels[index].kernel.unit == 0 {
      kernels[index].scale(by: discrepancyFactor)
    }
    // What does not fit comes first: it makes the rest idle.
    memoryFits = MemoryFit.all(workload, on: device, runtime: runtime)
    compiledMemory = CompiledMemory(workload, assignments)
    diagnostics += MemoryFit.diagnostics(memoryFits, on: device)
    let deviation = seconds.flatMap { runtime.spread?.deviation($0, runtime.discrepancy) }
    if let deviation, let spread = runtime.spread {
      diagnostics += Self.unlikeDiagnostics(
        estimator.assumedShares, times: deviation / spread.ofMeasured,
        on: runtime.units.count > 1 ? runtime.units[0].name : nil)
    }
    diagnostics += Self.pipelineDiagnostics(runtime)
    if let reason = runtime.experimental {
      diagnostics.append(
        Diagnostic(
          .warning, code: "experimental",
          "the profile of \(device.name):\(runtime.name) is experimental: \(reason)"))
    }
    if let borrowed = runtime.borrowed {
      diagnostics.append(Diagnostic(.note, code: "unmeasured-board", borrowed.note))
    }
    if let note = runtime.releaseNote {
      diagnostics.append(Diagnostic(.note, code: "unmeasured-release", note))
    }
    diagnostics += Self.fallbackDiagnostics(kernels)
    diagnostics += Self.rateDiagnostics(kernels, workload, on: runtime)
    diagnostics += Self.arithmeticDiagnostics(workload, on: runtime)
    guard kernels.isEmpty || kernels.contains(where: { $0.time != nil }) else { return }
    // Lazy, since a copy of the kernels would be the largest part of an estimate's memory.
    let first = kernels.lazy.filter { $0.kernel.unit == 0 }
    let others = kernels.lazy.filter { $0.kernel.unit != 0 }
    let start = runtime.overheadPerInference.scaled(by: discrepancyFactor)
    let power = runtime.units[0].staticPower
    let sum = first.compactMap(\.time).reduce(start, +)
    var (work, used) = (sum, first.compactMap(\.energy).reduce(power * start, +))
    if let deviation, let spread = runtime.spread {
      work = Self.whole(
        sum, logWidth: deviation * spread.quantile,
        outside: estimator.timeOutsideTerms.scaled(by: discrepancyFactor),
        atLeast: Self.leastSeconds(first.map(\.kernel), workload, on: runtime.units[0]))
      used = Self.whole(used, power: power, in: sum, interval: work)
    }
    latency = others.compactMap(\.time).reduce(work, +)
    energy = others.compactMap(\.energy).reduce(used, +)
    if unknownKernels > 0 {
      latency = latency?.asLowerBound
      energy = energy?.asLowerBound
    }
    if let ratio {
      scale(by: ratio)
    } else if let measurement = runtime.measurement(ofNetwork: workload.identity) {
      take(measurement)
    }
  }

  /// Takes the measured time and energy instead of the predicted ones.
  private mutating func take(_ measured: MeasuredModel) {
    guard let predicted = latency, predicted.value > 0 else { return }
    let ratio = measured.latency.value / predicted.value
    measuredRatio = ratio
    scale(by: ratio)
    energy = measured.energy ?? power(of: measured.latency)
    latency = measured.latency
    diagnostics.removeAll { $0.code == Self.unlikeCode }
    diagnostics.append(
      Diagnostic(
        .note, code: "measured",
        "this network was measured with \(runtime.name) on \(device.name) ('\(measured.model)'); its rates alone "
          + "would say \(engineering(predicted.value, unit: "s")), "
          + "\(significant(1 / ratio)) times as long"))
  }

  /// The energy of a measured time at the power of the predicted one.
  private func power(of time: Time) -> Energy? {
    guard let energy, let latency, latency.value > 0 else { return energy }
    let power = runtime.units[0].staticPower
    let value = energy.value / latency.value * time.value
    let mean = max(power.value, .leastNormalMagnitude)
    return Energy(
      value, low: min(value, value * power.low / mean * time.low / time.value),
      high: max(value, value * power.high / mean * time.high / time.value),
      provenance: energy.provenance, sources: Set(energy.sources + time.sources).sorted())
  }

  /// Takes another time as a whole.
  private mutating func scale(by factor: Double) {
    for index in kernels.indices { kernels[index].scale(by: factor) }
    latency = latency?.scaled(by: factor)
    energy = energy?.scaled(by: factor)
    discrepancyFactor *= factor
  }

  /// A note where times are those of a stream.
  private static func pipelineDiagnostics(_ runtime: Runtime) -> [Diagnostic] {
    guard let factor = runtime.pipelineFactor else { return [] }
    return [
      Diagnostic(
        .note, code: "pipeline",
        "times are those between two results while a stream keeps the accelerator busy; from an input to its "
          + "result it takes \(significant(factor.low)) to \(significant(factor.high)) times as long, about "
          + significant(factor.value))
    ]
  }

  /// One diagnostic for each reason why an accelerator left kernels to its host; a warning where these take most of the time.
  private static func fallbackDiagnostics(_ kernels: [KernelEstimate]) -> [Diagnostic] {
    let refused = kernels.filter { $0.kernel.refusal != nil }
    let byReason = Dictionary(grouping: refused) { $0.kernel.refusal ?? "" }
    func seconds(_ kernels: [KernelEstimate]) -> Double {
      kernels.reduce(0) { $0 + ($1.time?.value ?? 0) }
    }
    let half = seconds(kernels) / 2
    return byReason.sorted { $0.key < $1.key }.map { reason, group in
      let verb = group.count == 1 ? "runs" : "run"
      return Diagnostic(
        seconds(group) > half ? .warning : .note, code: "fallback",
        "\(reason): \(counted(group.count, "kernel")) \(verb) on \(group[0].unit)")
    }
  }

  /// The time of all kernels of a unit with the interval of the inference.
  ///
  /// Errors of rates partly cancel between kernels, which the sum of their ends does not know.
  /// - Parameters:
  ///   - outside: The part that no rate of the fit is for, which has an interval of its own.
  ///   - least: Seconds below which no error can take it.
  private static func whole(
    _ sum: Time, logWidth: Double, outside: Time, atLeast least: Double
  ) -> Time {
    let computing = max(0, sum.value - outside.value)
    let factor = exp(logWidth)
    return Time(
      sum.value, low: min(sum.value, max(least, computing / factor + outside.low)),
      high: max(sum.value, computing * factor + outside.high), provenance: sum.provenance,
      sources: sum.sources)
  }

  /// Winograd's algorithm for tiles of 4 x 4 results of 3 x 3 kernels (Lavin and Gray, 2015: F(4x4, 3x3)).
  private static let mostMACsPerProduct = 4.0

  /// What multiplying takes at the width of the unit's instructions, or reading weights that no cache keeps at the
  /// most that their memory gives to a text: whichever is longer, kernel by kernel.
  private static func leastSeconds(
    _ kernels: some Sequence<Kernel>, _ workload: Workload, on unit: ComputeUnit
  ) -> Double {
    let streamed = unit.leastStreamedShare(ofWeights: kernels.constantBytes)
    let peak = unit.nominalMACsPerCycle.map { $0.high * unit.clock.high }
    let bandwidth = unit.streamsWeights ? unit.streamingBandwidth?.values.map(\.high).max() : nil
    return kernels.reduce(0) { sum, kernel in
      // Of multiply-accumulates of floats.
      var macs = 0.0
      for layer in kernel.layers.lazy.map({ workload.layers[$0] }) {
        let fewer = layer.kind == .convolution ? mostMACsPerProduct : 1
        macs +=
          Double(layer.work.macs.fixedValue ?? 0)
          / (ComputeUnit.macsPerFloat(in: layer.precision) * fewer)
      }
      let constants = Double(kernel.traffic.constants.fixedValue ?? 0) * streamed
      return sum + max(peak.map { macs / $0 } ?? 0, bandwidth.map { constants / $0 } ?? 0)
    }
  }

  /// The energy of all kernels with the interval of the inference.
  ///
  /// Errors of time and of power are independent, so the logarithms of their factors add up as squares.
  /// - Parameters:
  ///   - power: What the unit draws in `time`; single operations and bytes take the rest.
  ///   - time: The sum of the times of kernels, with their ends.
  ///   - interval: The same with the interval of the inference.
  private static func whole(
    _ sum: Energy, power: Power, in time: Time, interval: Time
  ) -> Energy {
    let drawn = power * time
    guard time.value > 0, power.low > 0 else { return sum }
    func factor(_ time: Double, _ power: Double) -> Double {
      let logarithms = (log(time), log(power))
      return exp((logarithms.0 * logarithms.0 + logarithms.1 * logarithms.1).squareRoot())
    }
    let whole = drawn.within(
      below: factor(interval.value / interval.low, power.value / power.low),
      above: factor(interval.high / interval.value, power.high / power.value))
    return Energy(
      sum.value, low: min(sum.value, whole.low + max(0, sum.low - drawn.low)),
      high: max(sum.value, whole.high + max(0, sum.high - drawn.high)),
      provenance: sum.provenance, sources: sum.sources)
  }

  /// The code of the diagnostic that a model is unlike those that were measured.
  static let unlikeCode = "unlike-measured"

  /// So many times as wide as those of measured networks, an interval makes a network unlike them.
  private static let unlikeWidth = 1.5

  /// - Parameter unit: The unit that the shares are of; nil where there is one only.
  private static func unlikeDiagnostics(
    _ shares: [(kernels: String, share: Double)], times width: Double, on unit: String?
  ) -> [Diagnostic] {
    guard width > unlikeWidth else { return [] }
    let time = unit.map { "time on \($0)" } ?? "time"
    func percent(_ share: Double) -> String { fixed(100 * share, decimals: 0) + " %" }
    let kinds = shares.filter { $0.share >= 0.01 }.map { "\($0.kernels) (\(percent($0.share)))" }
    let what =
      kinds.isEmpty
      ? "its \(time) divides over kinds of kernels as that of none"
      : "\(percent(shares.reduce(0) { $0 + $1.share })) of the \(time) is in kernels that none has "
        + "(\(kinds.joined(separator: ", ")))"
    return [
      Diagnostic(
        .warning, code: unlikeCode,
        "unlike every measured network: \(what); errors are likely \(significant(width)) times "
          + "as large")
    ]
  }

  /// A note where weights that are packed in blocks are multiplied as onnxruntime does, and something else runs them.
  private static func arithmeticDiagnostics(
    _ workload: Workload, on runtime: Runtime
  ) -> [Diagnostic] {
    let packed = workload.layers.filter(\.multipliesPackedBlocks)
    guard !runtime.isONNXRuntime, let first = packed.first else { return [] }
    return [
      Diagnostic(
        .note, code: "assumed-arithmetic",
        "\(counted(packed.count, "layer")) with weights in blocks, '\(first.name)' first: in which "
          + "arithmetic \(runtime.name) multiplies them is not known; onnxruntime's rule is used")
    ]
  }

  /// One diagnostic for each unit, precision and kind that the profile has no rate for.
  private static func rateDiagnostics(
    _ kernels: [KernelEstimate], _ workload: Workload, on runtime: Runtime
  ) -> [Diagnostic] {
    var missing: [String: Int] = [:]
    // By sentence, the layers that a unit has no kernels for.
    var refused: [String: Int] = [:]
    for estimate in kernels where estimate.time == nil {
      let unit = runtime.units[estimate.kernel.unit]
      for index in estimate.kernel.layers where workload.layers[index].isCosted {
        let layer = workload.layers[index]
        let precision = layer.precision.rawValue
        if unit.computes(layer.kind, in: layer.precision) {
          missing["\(estimate.unit) in \(precision)", default: 0] += 1
        } else {
          let own = (unit.precisions ?? []).map(\.rawValue).joined(separator: ", ")
          refused["\(unit.name) computes in \(own), not in \(precision)", default: 0] += 1
        }
      }
    }
    let unsupported = refused.sorted { $0.key < $1.key }.map { sentence, count in
      Diagnostic(
        .warning, code: "unsupported-precision",
        "\(sentence): \(counted(count, "layer")) of unknown time, which is not counted as zero")
    }
    return unsupported
      + missing.sorted { $0.key < $1.key }.map { what, count in
        Diagnostic(
          .warning, code: "no-rate",
          "the device profile has no rate for \(what) (\(count)x); their time is unknown and not counted as zero"
        )
      }
  }
}
