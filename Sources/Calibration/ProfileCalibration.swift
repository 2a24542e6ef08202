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
  package static let source = CalibrationRecord.source

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
        let fit = RuntimeFit(rows, terms)
        func predictions(_ split: CrossValidation.Split) -> [CrossValidation.Prediction] {
          CrossValidation(rows, terms, split: split, near: fit).predictions
        }
        return (
          family,
          Family(
            rows: rows, terms: terms, fit: fit, byNetwork: predictions(.network),
            byArchitecture: predictions(.architecture), byDevice: predictions(.device))
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
    return DeviceRates(
      name: profile.name, runtimes: runtimes,
      sources: [Self.source: CalibrationRecord.description(of: sets)])
  }

  private func rates(
    of runtime: Runtime, on profile: DeviceProfile
  ) -> DeviceRates.RuntimeRates? {
    let fits = runtime.units.indices.compactMap { index in
      fit(ofUnit: index, of: runtime, on: profile)
    }
    guard let first = fits.first else { return nil }
    // The errors are those of the accelerator, or of the host where no accelerator is measured.
    var rates = DeviceRates.RuntimeRates(
      overheadPerInference: nil, units: [:], discrepancy: nil, spread: nil, releases: nil,
      calibration: first.record)
    for fit in fits {
      rates.units[fit.unit.name] = fit.rates.rates(of: fit.unit)
      rates.units[fit.unit.name]?.staticPower = power(of: fit.subject, fit.family)
    }
    guard first.unit.name == runtime.units[0].name else { return rates }
    rates.overheadPerInference = first.rates.overheadPerInference(at: first.unit.clock)
    rates.discrepancy = first.family.fit.discrepancy(
      of: first.subject.runtime, on: profile.name, first.family.terms
    ).map(\.inFourPlaces)
    rates.spread = spread(of: first)
    // Rates of a release that the profile names are of that one alone.
    if runtime.statedRelease == nil { rates.releases = releases(of: first.subject, first.family) }
    return rates
  }

  /// What determines the rates of a unit.
  private struct UnitFit {
    var unit: ComputeUnit
    var family: Family
    var subject: Subject
    var record: CalibrationRecord
    /// Half the width of intervals, in standard deviations.
    var quantile: Double
    var rates: FittedRates {
      FittedRates(SubjectRates(fit: family.fit, subject: subject), quantile: quantile)
    }
  }

  /// The fit of a unit; nil where its software was not measured.
  private func fit(ofUnit index: Int, of runtime: Runtime, on profile: DeviceProfile) -> UnitFit? {
    let unit = runtime.units[index]
    guard case .rates = unit.costMethod, let software = runtime.software(ofUnit: index),
      let family = families.values.first(where: { $0.fit.form(of: software) != nil }),
      let form = family.fit.form(of: software)
    else { return nil }
    let isOfRelease = software == runtime.software ?? runtime.name
    let core = unit.core ?? profile.name
    let newest = family.fit.newestRelease(of: software, on: profile.name, core: core)
    let subject = Subject(
      runtime: software, core: core, device: profile.name,
      nominalMACsPerCycle: unit.nominalMACsPerCycle?.value,
      release: isOfRelease ? runtime.statedRelease ?? newest : newest, form: form)
    let record = record(of: software, on: profile.name, family)
    let references =
      record.errorsBy == .device ? family.byDevice : family.byNetwork + family.byArchitecture
    return UnitFit(
      unit: unit, family: family, subject: subject, record: record,
      quantile: references.nearest(runtime: software, device: profile.name).quantile)
  }

  /// The measured releases of a subject's runtime with what their rates are to those of its own; nil
  /// where no release is known.
  private func releases(
    of subject: Subject, _ family: Family
  ) -> ReleaseLine? {
    let fit = family.fit
    let versions = fit.releases(of: subject)
    guard let release = subject.release, Version(release) != nil else { return nil }
    let terms = fit.terms(of: subject.runtime)
    func cycles(_ subject: Subject) -> [Double] { terms.map { fit.cycles($0, on: subject) } }
    func ratios(_ cycles: [Double], to base: [Double]) -> [Double] {
      zip(cycles, base).map { rounded($0 / $1) }
    }
    let base = cycles(subject)
    let measured = versions.map { version in
      let own = family.rows.filter {
        $0.runtime == subject.runtime && $0.device == subject.device
          && Version($0.version) == version
      }
      var other = subject
      other.release = version.text
      return ReleaseLine.Release(
        version: own.first?.version ?? version.text, rows: own.count,
        ratios: ratios(cycles(other), to: base),
        power: own.contains { $0.joules != nil } ? power(of: other, family) : nil)
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
    let used = errors.nearest(runtime: software, device: device)
    let logarithms = used.map(\.timeError)
    let factor = intervalFactor(logarithms)
    let apart = family.byArchitecture.nearest(runtime: software, device: device)
    let summary = ErrorSummary(logarithms)
    return CalibrationRecord(
      rows: own.count, networks: family.terms.networks(of: own),
      architectures: Set(own.map(\.architecture)).count, rowsFittedTogether: family.rows.count,
      measurements: Set((own.isEmpty ? family.rows : own).map(\.source)).sorted(),
      errorsBy: own.isEmpty ? .device : .network, errors: logarithms.count,
      devices: Set(used.map(\.row.device)).count, median: summary.map { rounded($0.median) },
      ninetiethPercentile: summary.map { rounded($0.ninetieth) }, intervalFactor: rounded(factor),
      architectureFactor: rounded(max(factor, intervalFactor(apart.map(\.timeError)))))
  }

  /// Mean power of the rows with energy; its interval holds the errors of networks that were left out, and
  /// how far units and supplies can differ.
  private func power(
    of subject: Subject, _ family: Family
  ) -> Power? {
    guard
      let active = ActivePower(
        family.rows, device: subject.device, runtime: subject.runtime, release: subject.release)
    else { return nil }
    let factor = exp(
      family.byNetwork.filter { $0.energyError != nil }
        .nearest(runtime: subject.runtime, device: subject.device).logPowerWidth)
    return Power(
      rounded(active.watts), low: rounded(active.watts / factor),
      high: rounded(active.watts * factor), provenance: .derived, sources: [Self.source],
      note: "energy over time of \(active.count) measured inferences, "
        + "\(rounded(active.low)) to \(rounded(active.high)) W")
  }

  /// What the interval of an inference needs.
  private func spread(of fit: UnitFit) -> PredictionSpread {
    let left = (fit.record.errorsBy == .device ? fit.family.byDevice : fit.family.byNetwork)
      .nearest(runtime: fit.subject.runtime, device: fit.subject.device)
    // Of a single network, nothing can be left out.
    return fit.rates.spread(
      deviations: left.isEmpty
        ? fit.family.fit.deviations(fit.family.terms) : left.map(\.deviation))
  }
}
