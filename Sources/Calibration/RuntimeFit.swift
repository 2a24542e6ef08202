package import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Rates of all devices of a family of runtimes, in one joint fit with partial pooling.
///
/// The logarithm of a rate in cycles is a sum of effects: of the family, the runtime, the processor core,
/// the device, the device's speed as a whole, the software's release, and the ratio of floating point to
/// integers. Each effect has a normal prior, with mean zero except for the family, whose mean is a
/// plausible number of cycles. So a device with three measurements stays near similar devices, and a
/// term that no measured model has keeps a plausible rate.
package struct RuntimeFit: Sendable {
  /// Prior standard deviations of the effects, of natural logarithms.
  package struct Spreads: Sendable {
    package var family = 0.8
    package var runtime = 0.6
    package var core = 0.2
    package var device = 0.15
    package var familySpeed = 2.0
    package var runtimeSpeed = 0.7
    package var speed = 0.5
    package var release = 0.15
    package var releaseOfTerm = 0.2
    package var precision = 0.5
    package var precisionOfCore = 0.5
    package var precisionOfTerm = 0.3
    /// Standard deviation of a row's log time: the error of the model's form exceeds the jitter of measurements.
    package var noise = 0.03
    /// The same of an accelerator, whose compiler divides work in ways that the form does not have.
    package var noiseOfAccelerators = 0.1

    /// The spreads that the shipped profiles are fitted with.
    package init() {}
  }

  private let index: [Coefficient: Int]
  private let solution: [Double]
  /// The rows that are fitted: those with a time, of a model whose terms are known.
  package let rows: [MeasuredInference]

  /// One effect in the logarithm of a rate.
  private enum Coefficient: Hashable {
    case family(CostTerm)
    case runtime(String, CostTerm)
    case core(runtime: String, String, CostTerm)
    case device(String, CostTerm)
    case familySpeed
    case runtimeSpeed(String)
    case speed(runtime: String, device: String)
    case release(runtime: String, String)
    case releaseOfTerm(runtime: String, String, CostTerm)
    /// Ratio of a precision to int8, for multiply-accumulates or for results: of the runtime, on a core, and
    /// on a core for one kernel kind.
    case precision(runtime: String, CostTerm)
    case precisionOfCore(runtime: String, String, CostTerm)
    case precisionOfTerm(runtime: String, String, CostTerm)
  }

  /// Fits the rows of one runtime.
  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, spreads: Spreads = Spreads()
  ) {
    let rows = measurements.filter { $0.seconds != nil && terms.amounts[$0.model] != nil }
    self.rows = rows
    var index: [Coefficient: Int] = [:]
    var means: [Double] = []
    var deviations: [Double] = []
    func add(_ coefficient: Coefficient, _ mean: Double, _ spread: Double) {
      guard index[coefficient] == nil else { return }
      index[coefficient] = means.count
      means.append(mean)
      deviations.append(spread)
    }
    for row in rows {
      for term in (row.amounts(terms) ?? [:]).keys.sorted(by: { $0.rawValue < $1.rawValue }) {
        let shared = row.form.shared(term)
        add(.family(shared), log(row.form.plausibleCycles(shared)), spreads.family)
        add(.runtime(row.runtime, shared), 0, spreads.runtime)
        add(.core(runtime: row.runtime, row.core, shared), 0, spreads.core)
        add(.device(row.device, shared), 0, spreads.device)
        add(.releaseOfTerm(runtime: row.runtime, row.version, shared), 0, spreads.releaseOfTerm)
        if let ofPrecision = term.ofPrecision {
          add(
            .precision(runtime: row.runtime, ofPrecision), log(ofPrecision.plausibleFactor),
            spreads.precision)
          add(
            .precisionOfCore(runtime: row.runtime, row.core, ofPrecision), 0,
            spreads.precisionOfCore)
          add(.precisionOfTerm(runtime: row.runtime, row.core, term), 0, spreads.precisionOfTerm)
        }
      }
      add(.familySpeed, 0, spreads.familySpeed)
      add(.runtimeSpeed(row.runtime), 0, spreads.runtimeSpeed)
      add(.speed(runtime: row.runtime, device: row.device), 0, spreads.speed)
      add(.release(runtime: row.runtime, row.version), 0, spreads.release)
    }
    self.index = index
    let problem = LogLinearProblem(
      rows: rows.map { row in
        LogLinearProblem.Row(
          amounts: Self.amounts(of: row, terms, index),
          logarithm: log((row.seconds ?? 1) * row.clock))
      }, means: means, spreads: deviations,
      noise: rows.first?.form == .accelerator ? spreads.noiseOfAccelerators : spreads.noise)
    solution = problem.solution()
  }

  private static func amounts(
    of row: MeasuredInference, _ terms: ModelTerms, _ index: [Coefficient: Int]
  ) -> [(amount: Double, coefficients: [Int])] {
    (row.amounts(terms) ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map {
      term, amount in
      (
        amount * row.subject.nominalFactor(of: term),
        coefficients(of: term, row.subject).compactMap { index[$0] }
      )
    }
  }

  private static func coefficients(of term: CostTerm, _ subject: Subject) -> [Coefficient] {
    let shared = subject.form.shared(term)
    var parts: [Coefficient] = [
      .family(shared), .runtime(subject.runtime, shared),
      .core(runtime: subject.runtime, subject.core, shared), .device(subject.device, shared),
      .familySpeed, .runtimeSpeed(subject.runtime),
      .speed(runtime: subject.runtime, device: subject.device),
    ]
    if let release = subject.release {
      parts.append(.release(runtime: subject.runtime, release))
      parts.append(.releaseOfTerm(runtime: subject.runtime, release, shared))
    }
    if let ofPrecision = term.ofPrecision {
      parts.append(.precision(runtime: subject.runtime, ofPrecision))
      parts.append(.precisionOfCore(runtime: subject.runtime, subject.core, ofPrecision))
      parts.append(.precisionOfTerm(runtime: subject.runtime, subject.core, term))
    }
    return parts
  }

  /// The most frequent release among the rows of a runtime on a device, the later one in a tie; among all
  /// rows of the runtime if the device has none.
  package func usualRelease(of runtime: String, on device: String) -> String? {
    let ofRuntime = rows.filter { $0.runtime == runtime }
    let own = ofRuntime.filter { $0.device == device }
    let counts = Dictionary(grouping: own.isEmpty ? ofRuntime : own, by: \.version)
      .mapValues(\.count)
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  /// Seconds of an inference with the row's release; the terms need not have been fitted.
  package func seconds(_ row: MeasuredInference, _ terms: ModelTerms) -> Double? {
    guard let times = termSeconds(row, terms) else { return nil }
    let factor = discrepancy(of: row.runtime, on: row.device, terms)?.factor(times) ?? 1
    return factor * times.values.sorted().reduce(0, +)
  }

  /// Seconds of each term of an inference, at the fitted rates.
  private func termSeconds(_ row: MeasuredInference, _ terms: ModelTerms) -> [CostTerm: Double]? {
    guard let amounts = row.amounts(terms) else { return nil }
    return Dictionary(
      uniqueKeysWithValues: amounts.map { term, amount in
        (term, amount * cycles(term, on: row.subject) / row.clock)
      })
  }

  /// The least number of measured networks for which a discrepancy is fitted.
  private static let leastNetworks = 8

  /// Ratio of measured to predicted time of the rows of a runtime on a device; nil with too few networks.
  package func discrepancy(
    of runtime: String, on device: String, _ terms: ModelTerms
  ) -> Discrepancy? {
    let own = rows.filter { $0.runtime == runtime && $0.device == device && $0.layer == nil }
    guard Set(own.map(\.network)).count >= Self.leastNetworks else { return nil }
    let times = own.compactMap { termSeconds($0, terms) }
    let kinds = Set(times.flatMap(\.keys)).sorted { $0.rawValue < $1.rawValue }
    let points = times.compactMap { Discrepancy.point($0, terms: kinds) }
    guard points.count == own.count else { return nil }
    let residuals = zip(own, times).map { row, times in
      log((row.seconds ?? 1) / times.values.sorted().reduce(0, +))
    }
    return Discrepancy.fitted(terms: kinds, points: points, logarithms: residuals)
  }

  /// Cycles of one unit of a term; effects without rows keep their prior mean.
  package func cycles(_ term: CostTerm, on subject: Subject) -> Double {
    var logarithm = Self.coefficients(of: term, subject).reduce(0.0) {
      $0 + (index[$1].map { solution[$0] } ?? 0)
    }
    let shared = subject.form.shared(term)
    if index[.family(shared)] == nil { logarithm += log(subject.form.plausibleCycles(shared)) }
    if let ofPrecision = term.ofPrecision,
      index[.precision(runtime: subject.runtime, ofPrecision)] == nil
    {
      logarithm += log(ofPrecision.plausibleFactor)
    }
    return exp(logarithm) * subject.nominalFactor(of: term)
  }

  /// Which terms the time of a runtime is a sum of; nil when the fit has no rows of it.
  func form(of runtime: String) -> CostForm? { rows.first { $0.runtime == runtime }?.form }

  /// Whether rows of a runtime have a term, and the precision of the term.
  package func hasSeen(_ term: CostTerm, in runtime: String) -> Bool {
    guard let form = form(of: runtime), index[.runtime(runtime, form.shared(term))] != nil else {
      return false
    }
    return term.ofPrecision.map { index[.precision(runtime: runtime, $0)] != nil } ?? true
  }
}

extension CostTerm {
  /// The term of the precision's factor, one for all kernel kinds; nil for int8 and for terms without precision.
  var ofPrecision: CostTerm? {
    switch self {
    case .mac(let precision, _) where precision != .int8:
      return .mac(precision, .kind(.pointwiseConvolution))
    case .result(let precision, _) where precision != .int8:
      return .result(precision, .kind(.pointwiseConvolution))
    default: return nil
    }
  }

  /// Ratio of its cost to that of 8-bit integers.
  var plausibleFactor: Double {
    switch self {
    case .mac(let precision, _): return precision.plausibleFactor
    default: return 1
    }
  }
}

extension Precision {
  /// Ratio of the cost of a multiply-accumulate to that of 8-bit integers.
  var plausibleFactor: Double {
    switch self {
    // 32 products of bits in an operation of 32 bits.
    case .binary: return 0.1
    case .int8: return 1
    case .int16: return 1.2
    case .float16, .hybrid8: return 2
    case .float32, .int32: return 3
    case .other: return 4
    }
  }
}
