package import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
package import Quantities
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Fits the rates of a board to few measurements of its own, in seconds.
///
/// Rows of other boards are fitted once and are not left out in turn; that is what `ProfileCalibration` does for the
/// profiles that come with the tool.
package struct BoardCalibration {
  /// A measured row and what is predicted of it.
  package struct Comparison: Sendable {
    /// The row of the table.
    package var row: Int
    package var model: String
    package var layer: String?
    package var measured: Double
    /// Seconds predicted before, by the profile's rates or from other boards, from all rows, and from all rows
    /// but those of its network.
    package var before, after: Double
    package var leftOut: Double?
    /// Standard deviation of the logarithm of the last.
    var deviation = 0.0
  }

  /// What was fitted of one runtime.
  package struct Outcome: Sendable {
    package var runtime: String
    package var rows: [Comparison]
    /// How far off predictions of networks are that were left out; nil with fewer than two.
    package var errors: ErrorSummary?
    /// Of these networks, how many lie within their intervals.
    package var covered: Int
    /// Kinds of kernels whose rates no measured model of the runtime determines, in words.
    package var assumed: [String]
    /// Whether the power is that of a class of devices.
    package var assumesPower: Bool
    /// Rows of other boards that were fitted with them.
    package var others: Int

    /// Rows whose times are far from what the other rows, or those of other boards, say.
    package var warnings: [String] { rows.compactMap { $0.warning(comparesBoards: others > 0) } }
  }

  package private(set) var rates: DeviceRates?
  package private(set) var outcomes: [Outcome] = []
  /// What was fitted to texts, by runtime and memory.
  package private(set) var streaming: [StreamingFit] = []

  /// What is odd about rows.
  package var warnings: [String] {
    outcomes.flatMap(\.warnings) + streaming.flatMap(\.comparisons).compactMap(\.warning)
  }

  /// A calibration that changes nothing.
  package init() {}

  /// - Parameters:
  ///   - profile: Facts; rates may be missing.
  ///   - own: Measurements of the board; nil where there are none.
  ///   - progress: Is told of each fit.
  /// - Throws: `Problem` when a count of a measured text does not fit in 64 bits.
  package init(
    _ profile: DeviceProfile, own: BoardMeasurements?,
    others: (measurements: [MeasuredInference], terms: ModelTerms),
    progress: (String) -> Void = { _ in }
  ) throws(Problem) {
    var families = Families(others.measurements, others.terms)
    var runtimes: [String: DeviceRates.RuntimeRates] = [:]
    for runtime in profile.runtimes {
      let rows = own?.rows(device: profile.name, runtime: runtime.name) ?? []
      guard own == nil || !rows.isEmpty || runtime.lacksRates else { continue }
      let fit = RuntimeCalibration(
        runtime, of: profile, rows, own?.amounts ?? ModelTerms(), &families, progress)
      guard let fitted = fit.rates() else { continue }
      runtimes[runtime.name] = fitted
      outcomes.append(fit.outcome)
    }
    var found = DeviceRates(name: profile.name, runtimes: runtimes, sources: [:])
    if !runtimes.isEmpty {
      let sets = Set(runtimes.values.flatMap(\.calibration.measurements)).sorted()
      found.sources[CalibrationRecord.source] = CalibrationRecord.description(of: sets)
    }
    if let own, !own.texts.isEmpty {
      progress("fitting \(counted(own.texts.count, "text"))")
      let fitted = profile.with(found)
      for runtime in fitted.runtimes {
        let texts = own.texts.filter { $0.device == fitted.name && $0.runtime == runtime.name }
        streaming += try StreamingFit.fits(texts, of: runtime, on: fitted)
      }
      found.take(streaming, of: own.name)
    }
    if !found.isEmpty { rates = found }
  }
}

extension DeviceRates {
  /// - Parameter table: The file of the measurements.
  fileprivate mutating func take(_ fits: [StreamingFit], of table: String) {
    for fit in fits {
      guard let bandwidth = fit.bandwidth else { continue }
      var units = streamingBandwidth?[fit.runtime] ?? [:]
      units[fit.unit, default: [:]][fit.memory] = bandwidth
      streamingBandwidth = (streamingBandwidth ?? [:]).merging([fit.runtime: units]) { $1 }
      sources[CalibrationRecord.sourceOfTexts] = Source(
        title:
          "Fitted by `iotco2-graph calibrate` to measured tokens per second: \(fileName(table))")
    }
  }
}

extension BoardCalibration.Comparison {
  /// Times that differ by more from what other rows say, and from what other boards say, are odd.
  private static let (oddRatio, oddRatioOfBoards) = (3.0, 100.0)
  /// So many standard deviations are odd, where few rows say little.
  private static let oddDeviations = 3.0

  /// What is odd about the measured time; nil where nothing is.
  fileprivate func warning(comparesBoards: Bool) -> String? {
    let (expected, limit, others) =
      leftOut.map { ($0, Self.oddRatio, "the other rows") }
      ?? (before, Self.oddRatioOfBoards, "rows of other boards")
    guard leftOut != nil || comparesBoards else { return nil }
    let ratio = measured / expected
    guard max(ratio, 1 / ratio) > max(limit, exp(Self.oddDeviations * deviation)) else {
      return nil
    }
    let milliseconds = measured * 1e3
    let hint: String
    switch ratio {
    case 200...5000: hint = ": is it in microseconds? then write \(tidy(milliseconds / 1e3))"
    case 1 / 5000...1 / 200: hint = ": is it in seconds? then write \(tidy(milliseconds * 1e3))"
    default: hint = ""
    }
    return "row \(row): latency_ms \(tidy(milliseconds)) is "
      + (ratio > 1 ? "\(significant(ratio)) times" : "1 / \(significant(1 / ratio)) of")
      + " what \(others) say (\(significant(expected * 1e3)))\(hint)"
  }
}

/// The joint fits of rows of other boards, each made when it is first asked for.
struct Families {
  private let rows: [MeasuredInference]
  let terms: ModelTerms
  private var fits: [String: RuntimeFit] = [:]

  init(_ rows: [MeasuredInference], _ terms: ModelTerms) {
    self.rows = rows.filter(\.isFitted)
    self.terms = terms
  }

  /// The family that is fitted with a runtime: that of its own rows or, of a runtime that nobody measured, that of
  /// the same class of processor; empty for accelerators, which have little in common.
  func family(of software: String, on unit: ComputeUnit, of device: DeviceProfile.Class) -> String {
    if let own = rows.first(where: { $0.runtime == software })?.family { return own }
    guard unit.accepts == nil else { return "" }
    switch device {
    case .microcontroller: return "microcontroller"
    case .applicationProcessor: return "tflite"
    case .gpu: return "armnn-opencl"
    // The host of an accelerator can be either.
    case .npu: return ""
    }
  }

  mutating func fit(_ family: String, _ progress: (String) -> Void) -> RuntimeFit {
    if let known = fits[family] { return known }
    let own = rows.filter { $0.family == family }
    if !own.isEmpty { progress("fitting \(grouped(own.count)) measurements of other boards") }
    let fit = RuntimeFit(own, terms)
    fits[family] = fit
    return fit
  }
}

/// The fits of the units of one runtime.
struct RuntimeCalibration {
  private let runtime: Runtime
  private let profile: DeviceProfile
  private let rows: [BoardMeasurements.Used]
  private let units: [UnitCalibration]

  init(
    _ runtime: Runtime, of profile: DeviceProfile, _ rows: [BoardMeasurements.Used],
    _ amounts: ModelTerms, _ families: inout Families, _ progress: (String) -> Void
  ) {
    self.runtime = runtime
    self.profile = profile
    self.rows = rows
    var units: [UnitCalibration] = []
    for (index, unit) in runtime.units.enumerated() {
      guard case .rates = unit.costMethod else { continue }
      let own = rows.filter { $0.unit == index }.map(\.inference)
      let software = runtime.software(ofUnit: index) ?? runtime.name
      let fit = families.fit(families.family(of: software, on: unit, of: profile.class), progress)
      guard !own.isEmpty || fit.form(of: software) != nil || unit.lacksRates else { continue }
      progress(
        own.isEmpty
          ? "rates of \(runtime.name)" : "fitting \(counted(own.count, "row")) of \(runtime.name)")
      units.append(
        UnitCalibration(
          unit, index: index, of: runtime, on: profile, own, amounts, others: fit))
    }
    self.units = units
  }

  func rates() -> DeviceRates.RuntimeRates? {
    guard let first = units.first else { return nil }
    var rates = DeviceRates.RuntimeRates(
      overheadPerInference: nil, units: [:], discrepancy: nil, spread: nil, releases: nil,
      calibration: first.record, measured: measured)
    for unit in units { rates.units[unit.unit.name] = unit.rates(assumingPowerOf: profile.class) }
    guard first.index == 0 else { return rates }
    rates.overheadPerInference = first.fitted.overheadPerInference(at: first.unit.clock)
    rates.discrepancy = first.fit.discrepancy?.inFourPlaces
    rates.spread = first.fitted.spread(deviations: first.deviations)
    return rates
  }

  var outcome: BoardCalibration.Outcome {
    let comparisons = units.flatMap { unit in
      unit.comparisons(with: rows.filter { $0.unit == unit.index })
    }
    let first = units.first
    return BoardCalibration.Outcome(
      runtime: runtime.name, rows: comparisons,
      errors: first.flatMap { ErrorSummary($0.byNetwork.map(\.timeError)) },
      covered: first?.covered ?? 0, assumed: first?.assumedKernels ?? [],
      assumesPower: units.contains(where: \.assumesPower), others: first?.others ?? 0)
  }

  /// The networks that were measured as a whole, those in several rows once.
  private var measured: [MeasuredModel]? {
    struct Circumstances: Hashable {
      var network, version: String
      var clock: Double
    }
    let whole = rows.filter { $0.network != nil }
    let groups = Dictionary(grouping: whole) { one in
      Circumstances(
        network: one.network ?? "", version: one.inference.version, clock: one.inference.clock)
    }
    let models = groups.sorted {
      ($0.value[0].row.number, $0.key.network) < ($1.value[0].row.number, $1.key.network)
    }.map { MeasuredModel(network: $0.key.network, rows: $0.value) }
    return models.isEmpty ? nil : models
  }
}

extension MeasuredModel {
  /// Rows of one network in the same circumstances: their mean, and the spread that they state or have.
  fileprivate init(network: String, rows: [BoardMeasurements.Used]) {
    let first = rows[0].inference
    // Nine of ten lie within 1.645 standard deviations.
    let jitter = exp(1.645 * PredictionSpread.noise)
    func estimate<U>(_ values: [(value: Double, low: Double?, high: Double?)]) -> Estimate<U>? {
      guard !values.isEmpty else { return nil }
      let mean = rounded(exp(values.map { log($0.value) }.reduce(0, +) / Double(values.count)))
      let low = values.map { rounded($0.low ?? $0.value / jitter) }.min() ?? mean
      let high = values.map { rounded($0.high ?? $0.value * jitter) }.max() ?? mean
      return Estimate(
        mean, low: min(mean, low), high: max(mean, high), provenance: .measured,
        sources: [CalibrationRecord.source])
    }
    let latency: Time? = estimate(
      rows.compactMap { one in
        one.inference.seconds.map {
          (value: $0, low: one.row.lowSeconds, high: one.row.highSeconds)
        }
      })
    let energy: Energy? = estimate(
      rows.compactMap { one in one.inference.joules.map { (value: $0, low: nil, high: nil) } })
    self.init(
      model: rows[0].row.model, network: network, clock: first.clock,
      release: first.version.isEmpty ? nil : first.version, latency: latency ?? .zero,
      energy: energy)
  }
}

extension Runtime {
  /// Whether neither the file nor an earlier fit gave it rates.
  var lacksRates: Bool { units.contains(where: \.lacksRates) }
}

extension ComputeUnit {
  fileprivate var lacksRates: Bool {
    guard case .rates = costMethod else { return false }
    return overheadPerKernel.isLeftOut || cyclesPerMAC.isEmpty || staticPower.isLeftOut
  }
}

extension CalibrationRecord {
  /// What fitted numbers name as their source.
  /// - Parameter sets: The sets of measurements.
  static func description(of sets: [String]) -> Source {
    Source(
      title: "Fitted by `iotco2-graph calibrate` to measured inferences: "
        + sets.joined(separator: "; "),
      locator: "each runtime's `calibration` gives the number of rows and the left-out errors")
  }
}
