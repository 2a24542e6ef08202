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

/// The rates of one unit, as a file of rates has them.
struct FittedRates {
  private let source: any RateSource
  /// Half the width of intervals, in standard deviations.
  private let quantile: Double

  init(_ source: any RateSource, quantile: Double) {
    self.source = source
    self.quantile = quantile
  }

  static let kinds: [RateKind] =
    KernelKind.allCases.filter(\.isContraction).map(RateKind.kind) + [.shallowConvolution]

  static let precisions: [Precision] = [.int8, .int16, .float16, .float32, .hybrid8]

  /// The rates of a unit in the precisions that it takes.
  func rates(of unit: ComputeUnit) -> DeviceRates.UnitRates {
    var macs: [Precision: Rates<CyclesPerMAC>] = [:]
    var results: [Precision: Rates<CyclesPerOperation>] = [:]
    var factors: [Precision: Estimate<Ratio>] = [:]
    for precision in Self.precisions where unit.accepts?.precisions?.contains(precision) != false {
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
    var operations: Rates<CyclesPerOperation> = [.others: estimate(.operation(.elementwise))]
    if source.form == .accelerator {
      for kind in KernelKind.allCases where source.hasRate(.operation(kind)) {
        operations[.only(.kind(kind))] = estimate(.operation(kind))
      }
    }
    return DeviceRates.UnitRates(
      cyclesPerMAC: macs, cyclesPerOp: operations,
      cyclesPerResult: results, precisionFactors: factors,
      cyclesPerWeightByte: source.form.charges(.weights) ? estimate(.weights) : nil,
      cyclesPerUncachedByte: source.form.charges(.uncachedWeights)
        ? estimate(.uncachedWeights) : nil,
      overheadPerKernel: time(of: .kernel, at: unit.clock), staticPower: nil)
  }

  /// The time of one inference outside kernels.
  func overheadPerInference(at clock: Frequency) -> Time {
    guard source.form.charges(.inference) else {
      return Time(
        0, low: 0, high: 0, provenance: .derived, sources: [ProfileCalibration.source],
        note: "not identifiable: confounded with overheadPerKernel, which includes it")
    }
    return time(of: .inference, at: clock)
  }

  /// What the interval of an inference needs.
  /// - Parameter deviations: Of predictions of measured networks that were left out.
  func spread(deviations: [Double]) -> PredictionSpread {
    let terms = CostTerm.allCases.filter { term in
      switch term {
      case .mac(let precision, let kind), .result(let precision, let kind):
        Self.precisions.contains(precision) && Self.kinds.contains(kind) && source.hasRate(term)
      case .operation:
        // A processor has one rate for operations of all kinds.
        source.form.shared(term) == term && source.hasRate(term)
      case .kernel, .weights, .uncachedWeights, .inference: source.form.charges(term)
      }
    }
    let covariances = source.covariances(of: terms)
    return PredictionSpread(
      terms: terms,
      covariances: terms.indices.flatMap { row in covariances[row][row...].map(rounded) },
      quantile: rounded(quantile),
      ofMeasured: rounded(Statistics.quantile(0.9, of: deviations.sorted())))
  }

  /// The time of one unit of a term.
  func time(of term: CostTerm, at clock: Frequency) -> Time {
    let cycles: Estimate<CyclesPerOperation> = estimate(term)
    var time = cycles.time(operations: 1, at: clock)
    time.value = rounded(time.value)
    time.low = min(rounded(time.low), time.value)
    time.high = max(rounded(time.high), time.value)
    time.sources = [ProfileCalibration.source]
    return time
  }

  /// Whether the precision has rates of its own, in any kernel kind; others get an assumed factor.
  private func isIdentifiable(_ precision: Precision) -> Bool {
    Self.kinds.contains { source.hasRate(.mac(precision, $0)) }
  }

  /// Whether the kernel kind has a rate of its own, in any precision; others get the default rate.
  private func isIdentifiable(_ kind: RateKind) -> Bool {
    source.hasRate(.mac(.int8, kind))
  }

  private func estimate<U>(_ term: CostTerm, isOther: Bool = false) -> Estimate<U> {
    let cycles = source.cycles(term)
    let isSeen = source.isMeasured(term) && !isOther
    let factor = exp(quantile * deviation(of: term, isOwn: source.hasRate(term) && !isOther))
    let value = rounded(cycles)
    return Estimate(
      value, low: min(value, rounded(cycles / factor)), high: max(value, rounded(cycles * factor)),
      provenance: isSeen ? .derived : .assumed, sources: [ProfileCalibration.source],
      note: isSeen
        ? nil
        : "no measured model of this runtime uses this kernel kind; its interval is that of the priors"
    )
  }

  /// Standard deviation of the logarithm of a rate.
  private func deviation(of term: CostTerm, isOwn: Bool) -> Double {
    let unseen = isOwn ? 0 : PredictionSpread.unseen
    let variance = source.covariances(of: [term])[0][0] + unseen * unseen
    return (variance + PredictionSpread.noise * PredictionSpread.noise).squareRoot()
  }
}

/// Rounds to four significant digits: finer than any fit, and equal on every machine.
func rounded(_ value: Double) -> Double {
  guard value != 0 else { return value }
  let scale = pow(10, 3 - floor(log10(abs(value))))
  return (value * scale).rounded() / scale
}

extension Discrepancy {
  /// The same with four places: a hundredth of a percent of the time.
  var inFourPlaces: Discrepancy {
    func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
    return Discrepancy(
      terms: terms,
      points: points.map { point in
        Discrepancy.Point(
          shares: point.shares.map(rounded), logSeconds: rounded(point.logSeconds),
          weight: rounded(point.weight))
      })
  }
}
