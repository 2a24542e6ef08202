package import DeviceProfiles
import HardwareMapping
import Analysis
import OpGraph
import Quantities
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Puts fitted rates into device profiles.
///
/// Facts of a profile (clock, memories, units) are unchanged; rates of its runtimes are
/// replaced, with intervals from the cross-validation errors.
package struct ProfileCalibration {
  /// The source that fitted rates name.
  package static let source = "calibration"

  private let families: [String: Family]

  /// Runtimes with a joint fit, and their cross-validation errors.
  private struct Family {
    var rows: [MeasuredInference]
    var terms: ModelTerms
    var fit: RuntimeFit
    var byNetwork: [CrossValidation.Prediction]
    var byArchitecture: [CrossValidation.Prediction]
    var byDevice: [CrossValidation.Prediction]
  }

  /// Fits the families that some runtimes belong to.
  package init(_ measurements: [MeasuredInference], _ terms: ModelTerms, runtimes: Set<String>) {
    let wanted = Set(measurements.filter { runtimes.contains($0.runtime) }.map(\.family))
    families = Dictionary(
      uniqueKeysWithValues: wanted.map { family in
        let rows = measurements.filter { $0.family == family && $0.isFitted }
        return (
          family,
          Family(
            rows: rows, terms: terms, fit: RuntimeFit(rows, terms),
            byNetwork: CrossValidation(rows, terms, split: .network).predictions,
            byArchitecture: CrossValidation(rows, terms, split: .architecture).predictions,
            byDevice: CrossValidation(rows, terms, split: .device).predictions)
        )
      })
  }

  /// The profile with fitted rates in every measured runtime, on this device or others.
  package func calibrated(_ profile: DeviceProfile) -> DeviceProfile {
    rates(of: profile).map(profile.with) ?? profile
  }

  /// Rates of a profile's runtimes; nil without measurements.
  package func rates(of profile: DeviceProfile) -> DeviceRates? {
    var runtimes: [String: DeviceRates.RuntimeRates] = [:]
    for runtime in profile.runtimes {
      runtimes[runtime.name] = rates(of: runtime, on: profile)
    }
    guard !runtimes.isEmpty else { return nil }
    let sets = Set(runtimes.values.flatMap(\.calibration.measurements)).sorted()
    let source = Source(
      title: "Fitted by `iotco2-graph calibrate` to measured inferences: "
        + sets.joined(separator: "; "),
      locator: "each runtime's `calibration` gives the number of rows and the left-out errors")
    return DeviceRates(
      name: profile.name, runtimes: runtimes, sources: [Self.source: source])
  }

  private func rates(
    of runtime: Runtime, on profile: DeviceProfile
  ) -> DeviceRates.RuntimeRates? {
    let software = runtime.software ?? runtime.name
    // This fit does not cover accelerators. The rates of an accelerator's host come from the
    // software that the runtime names.
    guard let family = families.values.first(where: { $0.fit.hasRows(of: software) }),
      let unit = runtime.units.last, runtime.units.count == 1 || runtime.software != nil
    else { return nil }
    let record = record(of: software, on: profile.name, family)
    let subject = Subject(
      runtime: software, core: unit.core ?? profile.name, device: profile.name,
      nominalMACsPerCycle: unit.nominalMACsPerCycle?.value,
      release: runtime.statedRelease
        ?? family.fit.newestRelease(of: software, on: profile.name, core: unit.core ?? profile.name)
    )
    let fitted = FittedRates(family.fit, subject, factor: record.intervalFactor)
    var rates = DeviceRates.RuntimeRates(
      overheadPerInference: nil, units: [unit.name: fitted.rates(at: unit.clock)],
      discrepancy: nil, releases: nil, calibration: record)
    guard runtime.units.count == 1 else { return rates }
    rates.overheadPerInference = Time(
      0, low: 0, high: 0, provenance: .derived, sources: [Self.source],
      note: "not identifiable: confounded with overheadPerKernel, which includes it")
    rates.discrepancy = family.fit.discrepancy(
      of: software, on: profile.name, family.terms
    ).map(Self.fourPlaces)
    rates.units[unit.name]?.staticPower = power(of: subject, family, record)
    // Rates of a release that the profile names are of that one alone.
    rates.releases =
      runtime.statedRelease == nil ? releases(of: subject, family, record) : nil
    return rates
  }

  /// The measured releases of a subject's runtime with what their rates are to those of its own; nil
  /// where no release is known.
  private func releases(
    of subject: Subject, _ family: Family, _ record: CalibrationRecord
  ) -> ReleaseLine? {
    let fit = family.fit
    let versions = fit.releases(of: subject)
    guard let release = subject.release, Version(release) != nil else { return nil }
    let terms = fit.terms(of: subject.runtime)
    func cycles(_ release: String) -> [Double] {
      var other = subject
      other.release = release
      return terms.map { fit.cycles($0, on: other) }
    }
    func ratios(_ cycles: [Double], to base: [Double]) -> [Double] {
      zip(cycles, base).map { rounded($0 / $1) }
    }
    let base = cycles(release)
    let measured = versions.map { version in
      let own = family.rows.filter {
        $0.runtime == subject.runtime && $0.device == subject.device
          && Version($0.version) == version
      }
      var other = subject
      other.release = version.text
      return ReleaseLine.Release(
        version: own.first?.version ?? version.text, rows: own.count,
        ratios: ratios(cycles(version.text), to: base),
        power: own.contains { $0.joules != nil } ? power(of: other, family, record) : nil)
    }
    return ReleaseLine(
      ratesOf: release, terms: terms, measured: measured,
      drift: ratios(fit.driftRatios(of: terms, in: subject.runtime), to: terms.map { _ in 1 }),
      spread: rounded(fit.releaseSpread(of: subject)))
  }

  private func record(
    of software: String, on device: String, _ family: Family
  ) -> CalibrationRecord {
    let own = family.rows.filter { $0.runtime == software && $0.device == device }
    let errors = own.isEmpty ? family.byDevice : family.byNetwork
    let used = Self.nearest(errors, runtime: software, device: device)
    let logarithms = used.map(\.timeError)
    let factor = intervalFactor(logarithms)
    let apart = Self.nearest(family.byArchitecture, runtime: software, device: device)
    let summary = ErrorSummary(logarithms, factor: factor)
    return CalibrationRecord(
      rows: own.count, networks: family.terms.networks(of: own),
      architectures: Set(own.map(\.architecture)).count, rowsFittedTogether: family.rows.count,
      measurements: Set((own.isEmpty ? family.rows : own).map(\.source)).sorted(),
      errorsBy: own.isEmpty ? .device : .network, errors: logarithms.count,
      devices: Set(used.map(\.row.device)).count, median: rounded(summary?.median ?? 0),
      ninetiethPercentile: rounded(summary?.ninetieth ?? 0), intervalFactor: rounded(factor),
      architectureFactor: rounded(max(factor, intervalFactor(apart.map(\.timeError)))))
  }

  private static func fourPlaces(_ discrepancy: Discrepancy) -> Discrepancy {
    // Four places are a hundredth of a percent of the time.
    func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
    return Discrepancy(
      terms: discrepancy.terms,
      points: discrepancy.points.map { point in
        Discrepancy.Point(
          shares: point.shares.map(rounded), logSeconds: rounded(point.logSeconds),
          weight: rounded(point.weight))
      })
  }

  /// The errors of the device if they are enough for a quantile, else of its runtime, else of the family.
  private static func nearest(
    _ errors: [CrossValidation.Prediction], runtime: String, device: String
  ) -> [CrossValidation.Prediction] {
    let ofRuntime = errors.filter { $0.row.runtime == runtime }
    let own = ofRuntime.filter { $0.row.device == device }
    if own.count >= leastErrors { return own }
    return ofRuntime.count >= leastErrors ? ofRuntime : errors
  }

  /// With fewer errors, the 90 % quantile would be the largest of them.
  private static let leastErrors = 10

  /// Mean power of the rows with energy; its interval is the part of the energy errors beyond the time errors.
  private func power(
    of subject: Subject, _ family: Family, _ record: CalibrationRecord
  ) -> Power? {
    guard
      let active = ActivePower(
        family.rows, device: subject.device, runtime: subject.runtime, release: subject.release)
    else { return nil }
    let errors = Self.nearest(
      family.byNetwork.filter { $0.energyError != nil }, runtime: subject.runtime,
      device: subject.device
    ).compactMap(\.energyError)
    let factor = max(1.02, intervalFactor(errors) / record.intervalFactor)
    return Power(
      rounded(active.watts), low: rounded(active.watts / factor),
      high: rounded(active.watts * factor), provenance: .derived, sources: [Self.source],
      note: "energy over time of \(active.count) measured inferences, "
        + "\(rounded(active.low)) to \(rounded(active.high)) W")
  }
}

/// The rates of one unit.
private struct FittedRates {
  private let fit: RuntimeFit
  private let subject: Subject
  private let factor: Double

  init(_ fit: RuntimeFit, _ subject: Subject, factor: Double) {
    self.fit = fit
    self.subject = subject
    self.factor = factor
  }

  private static let kinds: [RateKind] =
    KernelKind.allCases.filter(\.isContraction).map(RateKind.kind) + [.shallowConvolution]

  private static let precisions: [Precision] = [.int8, .int16, .float16, .float32, .hybrid8]

  func rates(at clock: Frequency) -> DeviceRates.UnitRates {
    var macs: [Precision: Rates<CyclesPerMAC>] = [:]
    var results: [Precision: Rates<CyclesPerOperation>] = [:]
    var factors: [Precision: Estimate<Ratio>] = [:]
    for precision in Self.precisions {
      guard precision == .int8 || isIdentifiable(precision) else {
        let factor = precision.plausibleFactor
        factors[precision] = Estimate(
          factor, low: factor / 2, high: factor * 2, provenance: .assumed,
          sources: [ProfileCalibration.source],
          note: "no measured model of this runtime uses this precision")
        continue
      }
      for kind in Self.kinds where isIdentifiable(kind) {
        macs[precision, default: [:]][.only(kind)] = estimate(.mac(precision, kind))
        results[precision, default: [:]][.only(kind)] = estimate(.result(precision, kind))
      }
      let other = RateKind.kind(.pointwiseConvolution)
      macs[precision, default: [:]][.others] = estimate(.mac(precision, other), isOther: true)
      results[precision, default: [:]][.others] = estimate(
        .result(precision, other), isOther: true)
    }
    let start: Estimate<CyclesPerOperation> = estimate(.kernel)
    var overhead = start.time(operations: 1, at: clock)
    overhead.value = rounded(overhead.value)
    overhead.low = min(rounded(overhead.low), overhead.value)
    overhead.high = max(rounded(overhead.high), overhead.value)
    overhead.sources = [ProfileCalibration.source]
    return DeviceRates.UnitRates(
      cyclesPerMAC: macs, cyclesPerOp: [.others: estimate(.operation(.elementwise))],
      cyclesPerResult: results, precisionFactors: factors, overheadPerKernel: overhead,
      staticPower: nil)
  }

  /// Whether rows of the runtime use the precision, in any kernel kind; others get an assumed factor.
  private func isIdentifiable(_ precision: Precision) -> Bool {
    Self.kinds.contains { fit.hasSeen(.mac(precision, $0), in: subject.runtime) }
  }

  /// Whether rows of the runtime use the kernel kind, in any precision; others get the default rate.
  private func isIdentifiable(_ kind: RateKind) -> Bool {
    fit.hasSeen(.mac(.int8, kind), in: subject.runtime)
  }

  private func estimate<U>(_ term: CostTerm, isOther: Bool = false) -> Estimate<U> {
    let cycles = fit.cycles(term, on: subject)
    let isSeen = fit.hasSeen(term, in: subject.runtime) && !isOther
    let factor = isSeen ? factor : factor * 2
    let value = rounded(cycles)
    return Estimate(
      value, low: min(value, rounded(cycles / factor)), high: max(value, rounded(cycles * factor)),
      provenance: isSeen ? .derived : .assumed, sources: [ProfileCalibration.source],
      note: isSeen
        ? nil
        : "no measured model of this runtime uses this kernel kind; twice the interval factor")
  }
}

/// Rounds to four significant digits: finer than any fit, and equal on every machine.
private func rounded(_ value: Double) -> Double {
  guard value > 0 else { return value }
  let scale = pow(10, 3 - floor(log10(value)))
  return (value * scale).rounded() / scale
}
