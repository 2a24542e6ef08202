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
    /// Mean change of speed from a release to the next, of a runtime and of one of its terms.
    package var drift = 0.15
    package var driftOfTerm = 0.1
    /// What a release differs by from the one before it and that mean.
    package var release = 0.2
    package var releaseOfTerm = 0.4
    package var releaseOfCore = 0.1
    package var unknownRelease = 0.15
    package var precision = 0.5
    package var precisionOfCore = 0.5
    package var precisionOfTerm = 0.3
    /// Standard deviation of a row's log time: the error of the model's form exceeds the jitter of measurements.
    package var noise = 0.03
    /// The same of an accelerator, whose compiler divides work in ways that the form does not have.
    package var noiseOfAccelerators = 0.1
    /// The same of a runtime that only rows of one's own board are of: nothing says how well the form fits it.
    package var noiseOfUntriedRuntime = 0.1

    /// The spreads that the shipped profiles are fitted with.
    package init() {}
  }

  let spreads: Spreads
  let index: [Coefficient: Int]
  private let solution: [Double]
  /// What the rows leave unknown of the effects.
  let posterior: LogLinearProblem.Posterior
  /// The rows that are fitted: those with a time, of a model whose terms are known.
  package let rows: [MeasuredInference]
  /// The measured releases of each runtime, oldest first.
  let releases: [String: [Version]]

  /// One effect in the logarithm of a rate.
  enum Coefficient: Hashable {
    case family(CostTerm)
    case runtime(String, CostTerm)
    case core(runtime: String, String, CostTerm)
    case device(String, CostTerm)
    case familySpeed
    case runtimeSpeed(String)
    case speed(runtime: String, device: String)
    case drift(runtime: String)
    case driftOfTerm(runtime: String, CostTerm)
    /// The change from the release before to that of an index, without the drift.
    case release(runtime: String, Int)
    case releaseOfTerm(runtime: String, Int, CostTerm)
    case releaseOfCore(runtime: String, String, Int)
    /// A release whose source does not say which it is.
    case unknownRelease(runtime: String, String)
    /// Ratio of a precision to int8, for multiply-accumulates or for results: of the runtime, on a core, and
    /// on a core for one kernel kind.
    case precision(runtime: String, CostTerm)
    case precisionOfCore(runtime: String, String, CostTerm)
    case precisionOfTerm(runtime: String, String, CostTerm)
  }

  /// Fits the rows of one family.
  /// - Parameter similar: A fit of nearly the same rows, whose solution is near.
  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, spreads: Spreads = Spreads(),
    from similar: RuntimeFit? = nil
  ) {
    let rows = measurements.filter { $0.seconds != nil && terms.amounts[$0.model] != nil }
    self.rows = rows
    self.spreads = spreads
    let releases = Dictionary(grouping: rows, by: \.runtime).mapValues { rows in
      Set(rows.compactMap { Version($0.version) }).sorted()
    }
    self.releases = releases
    var index: [Coefficient: Int] = [:]
    var means: [Double] = []
    var deviations: [Double] = []
    func add(_ coefficient: Coefficient, _ mean: Double) {
      guard index[coefficient] == nil else { return }
      index[coefficient] = means.count
      means.append(mean)
      deviations.append(spreads.spread(of: coefficient))
    }
    for row in rows {
      let form = row.form
      for term in (row.amounts(terms) ?? [:]).keys.sorted(by: { $0.rawValue < $1.rawValue }) {
        let shared = form.shared(term)
        add(.family(shared), log(form.plausibleCycles(shared)))
        add(.runtime(row.runtime, shared), 0)
        add(.core(runtime: row.runtime, row.core, shared), 0)
        add(.device(row.device, shared), 0)
        if let ofPrecision = term.ofPrecision {
          add(
            .precision(runtime: row.runtime, ofPrecision), log(ofPrecision.plausibleFactor))
          add(.precisionOfCore(runtime: row.runtime, row.core, ofPrecision), 0)
          add(.precisionOfTerm(runtime: row.runtime, row.core, term), 0)
        }
      }
      add(.familySpeed, 0)
      add(.runtimeSpeed(row.runtime), 0)
      add(.speed(runtime: row.runtime, device: row.device), 0)
      if Version(row.version) == nil {
        add(.unknownRelease(runtime: row.runtime, row.version), 0)
      }
    }
    for (runtime, versions) in releases.sorted(by: { $0.key < $1.key }) where versions.count > 1 {
      let own = rows.filter { $0.runtime == runtime }
      let form = own[0].form
      let changing = Set(own.flatMap { $0.amounts(terms)?.keys.map(form.shared) ?? [] })
        .sorted { $0.rawValue < $1.rawValue }
      add(.drift(runtime: runtime), 0)
      for term in changing { add(.driftOfTerm(runtime: runtime, term), 0) }
      for step in 1..<versions.count {
        add(.release(runtime: runtime, step), 0)
        for term in changing {
          add(.releaseOfTerm(runtime: runtime, step, term), 0)
        }
        for core in Set(own.map(\.core)).sorted() {
          add(.releaseOfCore(runtime: runtime, core, step), 0)
        }
      }
    }
    self.index = index
    let problem = LogLinearProblem(
      rows: rows.map { row in
        LogLinearProblem.Row(
          amounts: Self.amounts(of: row, terms, index, releases),
          logarithm: log((row.seconds ?? 1) * row.clock))
      }, means: means, spreads: deviations,
      noise: rows.first?.form == .accelerator ? spreads.noiseOfAccelerators : spreads.noise)
    var start = means
    for (coefficient, place) in index {
      if let near = similar?.index[coefficient] { start[place] = similar?.solution[near] ?? 0 }
    }
    solution = problem.solution(from: start)
    posterior = problem.posterior(at: solution)
  }

  private static func amounts(
    of row: MeasuredInference, _ terms: ModelTerms, _ index: [Coefficient: Int],
    _ releases: [String: [Version]]
  ) -> [(amount: Double, coefficients: [Int])] {
    let place = row.subject.place(among: releases)
    return (row.amounts(terms) ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map {
      term, amount in
      let all =
        coefficients(of: term, row.subject) + release(at: place, of: term, row.subject)
      return (amount * row.subject.nominalFactor(of: term), all.compactMap { index[$0] })
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
    if let release = subject.release, Version(release) == nil {
      parts.append(.unknownRelease(runtime: subject.runtime, release))
    }
    if let ofPrecision = term.ofPrecision {
      parts.append(.precision(runtime: subject.runtime, ofPrecision))
      parts.append(.precisionOfCore(runtime: subject.runtime, subject.core, ofPrecision))
      parts.append(.precisionOfTerm(runtime: subject.runtime, subject.core, term))
    }
    return parts
  }

  /// The effects of a release: a random walk with drift, a step for each measured release after the
  /// first.
  ///
  /// Each step of the drift is named once, so that its effect counts as often. A release between two
  /// measured ones has those of the older; `cycles` takes the middle.
  private static func release(
    at place: ReleasePlace?, of term: CostTerm, _ subject: Subject
  ) -> [Coefficient] {
    let (last, further) =
      switch place {
      case .measured(let index), .after(let index): (index, 0)
      case .newer(let index, let steps): (index, steps)
      case .older, nil: (0, 0)
      }
    let runtime = subject.runtime
    var parts: [Coefficient] = []
    for step in stride(from: 1, through: last, by: 1) {
      parts.append(.release(runtime: runtime, step))
      parts.append(.releaseOfTerm(runtime: runtime, step, subject.form.shared(term)))
      parts.append(.releaseOfCore(runtime: runtime, subject.core, step))
    }
    for _ in 0..<(last + further) {
      parts.append(.drift(runtime: runtime))
      parts.append(.driftOfTerm(runtime: runtime, subject.form.shared(term)))
    }
    return parts
  }

  /// The newest release among the rows of a runtime on a device; on devices with the same core if it has
  /// none, else on any.
  ///
  /// A version counts before a text that is none.
  package func newestRelease(of runtime: String, on device: String, core: String) -> String? {
    let ofRuntime = rows.filter { $0.runtime == runtime }
    let ofCore = ofRuntime.filter { $0.core == core }
    let own = ofRuntime.filter { $0.device == device }
    return newestRelease(of: own.isEmpty ? ofCore.isEmpty ? ofRuntime : ofCore : own)
  }

  /// The releases of a runtime that were measured with a subject's core, oldest first; all where none was.
  ///
  /// A release makes other kernels faster on one core than on another.
  func releases(of subject: Subject) -> [Version] {
    let own = rows.filter { $0.runtime == subject.runtime && $0.core == subject.core }
    let versions = Set(own.compactMap { Version($0.version) }).sorted()
    return versions.isEmpty ? releases[subject.runtime] ?? [] : versions
  }

  private func newestRelease(of rows: [MeasuredInference]) -> String? {
    let texts = rows.map(\.version)
    return texts.compactMap { Version($0) }.max()?.text ?? texts.max()
  }

  /// Seconds of each term of an inference, at the fitted rates.
  func termSeconds(_ row: MeasuredInference, _ terms: ModelTerms) -> [CostTerm: Double]? {
    guard let amounts = row.amounts(terms) else { return nil }
    return Dictionary(
      uniqueKeysWithValues: amounts.map { term, amount in
        (term, amount * cycles(term, on: row.subject) / row.clock)
      })
  }

  /// The least number of measured networks for which a discrepancy is fitted.
  static let leastNetworks = 8

  /// Ratio of measured to predicted time of the rows of a runtime on a device; nil with too few networks.
  package func discrepancy(
    of runtime: String, on device: String, _ terms: ModelTerms
  ) -> Discrepancy? {
    // A model is one point, that of its newest release: those of others can be noisier.
    let own = Dictionary(
      grouping: rows.filter {
        $0.runtime == runtime && $0.device == device && $0.layer == nil
      }, by: \.model
    ).sorted { $0.key < $1.key }.compactMap { _, rows in
      newestRelease(of: rows).flatMap { newest in rows.first { $0.version == newest } }
    }
    guard terms.networks(of: own) >= Self.leastNetworks else { return nil }
    let times = own.map { termSeconds($0, terms) ?? [:] }
    return Discrepancy.fitted(to: zip(times, own).map { ($0, $1.seconds ?? 1) })
  }

  /// The effects whose sum is the logarithm of a rate, with how often each counts.
  func effects(of term: CostTerm, on subject: Subject) -> [(Coefficient, Double)] {
    let place = subject.place(among: releases)
    let own = Self.release(at: place, of: term, subject)
    var parts = (Self.coefficients(of: term, subject) + own).map { ($0, 1.0) }
    if case .after(let index) = place {
      // Half way to the next release.
      parts += Self.release(at: .measured(index + 1), of: term, subject).map { ($0, 0.5) }
      parts += own.map { ($0, -0.5) }
    }
    return parts
  }

  /// Cycles of one unit of a term; effects without rows keep their prior mean.
  package func cycles(_ term: CostTerm, on subject: Subject) -> Double {
    var logarithm = effects(of: term, on: subject).reduce(0.0) { sum, effect in
      sum + (index[effect.0].map { solution[$0] * effect.1 } ?? 0)
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

  /// The terms that a release of a runtime can change: those that rows of it have.
  func terms(of runtime: String) -> [CostTerm] {
    index.keys.compactMap { coefficient in
      guard case .runtime(runtime, let term) = coefficient else { return nil }
      return term
    }.sorted { $0.rawValue < $1.rawValue }
  }

  /// Ratio of the cycles of terms in a release after the newest measured one.
  func driftRatios(of terms: [CostTerm], in runtime: String) -> [Double] {
    terms.map { term in
      let parts = [Coefficient.drift(runtime: runtime), .driftOfTerm(runtime: runtime, term)]
      return exp(parts.reduce(0) { $0 + (index[$1].map { solution[$0] } ?? 0) })
    }
  }

  /// Standard deviation of what a release changes the speed by beyond the drift, as the logarithm of a
  /// factor: of the steps between measured releases, and of one more with the prior's.
  func releaseSpread(of subject: Subject) -> Double {
    let terms = terms(of: subject.runtime)
    let drift = driftRatios(of: terms, in: subject.runtime)
    let speeds = (releases[subject.runtime] ?? []).map { version in
      var subject = subject
      subject.release = version.text
      return terms.map { log(cycles($0, on: subject)) }
    }
    let changes = zip(speeds, speeds.dropFirst()).map { old, new in
      let changes = zip(zip(old, new), drift).map { $0.1 - $0.0 - log($1) }
      return changes.reduce(0, +) / Double(max(1, changes.count))
    }
    let squares = changes.reduce(spreads.release * spreads.release) { $0 + $1 * $1 }
    return (squares / Double(changes.count + 1)).squareRoot()
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

  /// Whether rows of any runtime have a term that is shared by precisions.
  func hasSeen(_ shared: CostTerm) -> Bool { index[.family(shared)] != nil }
}

extension RuntimeFit.Spreads {
  /// The prior standard deviation of an effect.
  func spread(of effect: RuntimeFit.Coefficient) -> Double {
    switch effect {
    case .family: family
    case .runtime: runtime
    case .core: core
    case .device: device
    case .familySpeed: familySpeed
    case .runtimeSpeed: runtimeSpeed
    case .speed: speed
    case .drift: drift
    case .driftOfTerm: driftOfTerm
    case .release: release
    case .releaseOfTerm: releaseOfTerm
    case .releaseOfCore: releaseOfCore
    case .unknownRelease: unknownRelease
    case .precision: precision
    case .precisionOfCore: precisionOfCore
    case .precisionOfTerm: precisionOfTerm
    }
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
