import Analysis
import DeviceProfiles
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

/// The fit of one unit of a board's runtime.
struct UnitCalibration {
  let unit: ComputeUnit
  /// Its place in the runtime.
  let index: Int
  let fit: BoardFit
  /// Predictions with each network, and each architecture, left out.
  let byNetwork, byArchitecture: [CrossValidation.Prediction]
  private let before: BoardFit
  private let rows: [MeasuredInference]
  private let amounts: ModelTerms
  private let family: RuntimeFit
  /// Rows of the same device and runtime among those of other boards: of a copy of a built-in profile.
  private let sameDevice: [MeasuredInference]

  /// - Parameter own: Rows that were measured on this unit.
  init(
    _ unit: ComputeUnit, index: Int, of runtime: Runtime, on profile: DeviceProfile,
    _ own: [MeasuredInference], _ amounts: ModelTerms, others: RuntimeFit
  ) {
    self.unit = unit
    self.index = index
    self.amounts = amounts
    family = others
    rows = own
    let software = runtime.software(ofUnit: index) ?? runtime.name
    let core = unit.core ?? own.first?.core ?? profile.name
    sameDevice = others.rows.filter { $0.runtime == software && $0.device == profile.name }
    let stated = own.map(\.version).filter { !$0.isEmpty }
    let newest = stated.compactMap { Version($0) }.max()?.text ?? stated.max()
    let subject = Subject(
      runtime: software, core: core, device: profile.name,
      nominalMACsPerCycle: unit.nominalMACsPerCycle?.value ?? own.first?.nominalMACsPerCycle,
      release: newest ?? runtime.statedRelease
        ?? others.newestRelease(of: software, on: profile.name, core: core),
      form: others.form(of: software) ?? (unit.accepts == nil ? .processor : .accelerator))
    var fitted = own
    for row in fitted.indices { fitted[row].form = subject.form }
    let measured = Set(fitted.flatMap { ($0.amounts(amounts) ?? [:]).keys.map { $0 } })
    let prior = BoardPrior(of: subject, measured: measured, others: others)
    before = BoardFit([], amounts, prior: prior)
    fit = BoardFit(fitted, amounts, prior: prior)
    byNetwork = fit.leftOut(.network)
    let isGrouped = Set(own.map(\.architecture)) != Set(own.map(\.network))
    byArchitecture = isGrouped ? fit.leftOut(.architecture) : []
  }

  /// Rows of other boards that the prior comes from.
  var others: Int { family.rows.count }

  /// With fewer left-out networks, the 90 % quantile would be the largest of their errors.
  private static let leastErrors = 10
  /// Half the width of an interval in standard deviations, where too few errors say it: what nine of ten normal errors
  /// stay within, and a little more since errors have heavier tails.
  private static let usualQuantile = 2.0

  private var quantile: Double {
    let errors = byNetwork + byArchitecture
    let own = errors.quantile
    return errors.count < Self.leastErrors ? max(own, Self.usualQuantile) : own
  }

  var fitted: FittedRates { FittedRates(fit, quantile: quantile) }

  /// Standard deviations of predictions of networks that were left out, or where none can be of all that there are.
  var deviations: [Double] {
    if !byNetwork.isEmpty { return byNetwork.map(\.deviation) }
    let own = fit.rows.compactMap { fit.prediction($0)?.deviation }
    return own.isEmpty ? [1] : own
  }

  /// How many left-out networks lie within their intervals.
  var covered: Int {
    byNetwork.count { abs($0.timeError) <= quantile * $0.deviation }
  }

  var record: CalibrationRecord {
    let summary = ErrorSummary(byNetwork.map(\.timeError))
    let factor = intervalFactor(byNetwork.map(\.timeError))
    let all = rows + sameDevice
    return CalibrationRecord(
      rows: all.count, networks: amounts.networks(of: rows) + Set(sameDevice.map(\.network)).count,
      architectures: Set(all.map(\.architecture)).count,
      rowsFittedTogether: rows.count + family.rows.count,
      measurements: Set((all.isEmpty ? family.rows : all).map(\.source)).sorted(),
      errorsBy: .network, errors: byNetwork.count, devices: byNetwork.isEmpty ? 0 : 1,
      median: summary.map { rounded($0.median) },
      ninetiethPercentile: summary.map { rounded($0.ninetieth) },
      intervalFactor: rounded(factor),
      architectureFactor: rounded(
        max(factor, byArchitecture.isEmpty ? 1 : intervalFactor(byArchitecture.map(\.timeError)))))
  }

  /// The measured rows of the unit with their predictions.
  func comparisons(with used: [BoardMeasurements.Used]) -> [BoardCalibration.Comparison] {
    let left = Dictionary(byNetwork.map { ([$0.row.model, "\($0.row.clock)"], $0) }) {
      first, _ in first
    }
    return zip(used, fit.rows).compactMap { one, row in
      guard let measured = row.seconds, let old = one.before ?? before.prediction(row)?.seconds,
        let new = fit.prediction(row)?.seconds
      else { return nil }
      let without = left[[row.model, "\(row.clock)"]]
      return BoardCalibration.Comparison(
        row: one.row.number, model: one.row.model, layer: row.layer, measured: measured,
        before: old, after: new, leftOut: without?.seconds, deviation: without?.deviation ?? 0)
    }
  }

  /// Kinds of kernels of the models that runtimes usually run, without a measured one.
  var assumedKernels: [String] {
    let precisions = Set(
      CostTerm.allCases.compactMap { term -> Precision? in
        guard case .mac(let precision, _) = term, fit.isMeasured(term) else { return nil }
        return precision
      })
    let kinds = FittedRates.kinds.compactMap { kind -> KernelKind? in
      guard case .kind(let kernel) = kind else { return nil }
      return precisions.contains { fit.isMeasured(.mac($0, kind)) } ? nil : kernel
    }
    return kinds.map { words($0.rawValue) }
  }

  // MARK: Power

  private var measuredPower: ActivePower? {
    let own = rows.contains { $0.joules != nil } ? rows : sameDevice
    return own.first.flatMap {
      ActivePower(own, device: $0.device, runtime: $0.runtime, release: fit.prior.subject.release)
    }
  }

  /// Whether nothing says what the unit draws.
  var assumesPower: Bool { measuredPower == nil && unit.staticPower.isLeftOut }

  func rates(assumingPowerOf device: DeviceProfile.Class) -> DeviceRates.UnitRates {
    var rates = fitted.rates(of: unit)
    if let power = measuredPower {
      let factor = exp(byNetwork.filter { $0.energyError != nil }.logPowerWidth)
      rates.staticPower = Power(
        rounded(power.watts), low: rounded(power.watts / factor),
        high: rounded(power.watts * factor), provenance: .derived,
        sources: [CalibrationRecord.source],
        note: "energy over time of \(power.count) measured inferences, "
          + "\(rounded(power.low)) to \(rounded(power.high)) W")
    } else if unit.staticPower.isLeftOut {
      rates.staticPower = Self.assumedPower(of: device)
    }
    return rates
  }

  /// What built-in devices of a class draw while they compute: the median, from the least to the most.
  private static func assumedPower(of device: DeviceProfile.Class) -> Power {
    let known = DeviceCatalog.activePowers(of: device).sorted()
    guard let low = known.first, let high = known.last else {
      return Power(
        1, low: 0.001, high: 1000, provenance: .assumed, sources: [CalibrationRecord.source],
        note: "no energy was measured, and no built-in device is of the class")
    }
    return Power(
      rounded(Statistics.quantile(0.5, of: known)), low: rounded(low), high: rounded(high),
      provenance: .assumed, sources: [CalibrationRecord.source],
      note: "no energy was measured: from the least to the most that "
        + "\(known.count) built-in devices of the class draw")
  }
}
