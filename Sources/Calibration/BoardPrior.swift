import DeviceProfiles
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is known of the rates of a runtime on a board before any measurement on it: the posterior of the joint fit of
/// other boards.
struct BoardPrior {
  let subject: Subject
  /// The fit of similar runtimes on other boards, which may be one of no rows.
  private let others: RuntimeFit
  /// Terms that the board's own rows have, and their precisions.
  private let ownTerms, ownPrecisions: Set<CostTerm>
  /// The terms that a rate is found for, each with a rate of its own.
  let terms: [CostTerm]
  let places: [CostTerm: Int]
  let rates: LogRates

  /// - Parameters:
  ///   - measured: The terms that the board's own rows have.
  ///   - others: The fit of the family of runtimes.
  init(of subject: Subject, measured: Set<CostTerm>, others: RuntimeFit) {
    self.subject = subject
    self.others = others
    let ownTerms = Set(measured.map(subject.form.shared))
    let ownPrecisions = Set(measured.compactMap(\.ofPrecision))
    self.ownTerms = ownTerms
    self.ownPrecisions = ownPrecisions
    let terms = CostTerm.allCases.filter { term in
      measured.contains(term) || Self.isWritten(term, subject.form)
    }
    self.terms = terms
    places = Dictionary(uniqueKeysWithValues: terms.enumerated().map { ($1, $0) })
    rates = LogRates(
      means: terms.map { log(others.cycles($0, on: subject)) },
      covariances: others.covariances(of: terms, on: subject))
  }

  /// Whether a file of rates can have a rate of the term.
  private static func isWritten(_ term: CostTerm, _ form: CostForm) -> Bool {
    switch term {
    case .mac(let precision, let kind), .result(let precision, let kind):
      FittedRates.precisions.contains(precision) && FittedRates.kinds.contains(kind)
    case .operation: form.shared(term) == term
    case .kernel, .weights, .uncachedWeights, .inference: form.charges(term)
    }
  }

  /// Standard deviation of the logarithm of the time of a row of the board.
  var noise: Double {
    let spreads = RuntimeFit.Spreads()
    if subject.form == .accelerator { return spreads.noiseOfAccelerators }
    return others.form(of: subject.runtime) == nil ? spreads.noiseOfUntriedRuntime : spreads.noise
  }

  /// Whether a row of the board, or one of the runtime on another, has the term.
  func isMeasured(_ term: CostTerm) -> Bool {
    isOwn(term, orKnown: false) || others.hasSeen(term, in: subject.runtime)
  }

  /// The same, or whether runtimes like it have kernels of the kind where nobody measured the runtime before.
  func hasRate(_ term: CostTerm) -> Bool {
    isMeasured(term) || others.form(of: subject.runtime) == nil && isOwn(term, orKnown: true)
  }

  private func isOwn(_ term: CostTerm, orKnown: Bool) -> Bool {
    let shared = subject.form.shared(term)
    guard ownTerms.contains(shared) || orKnown && others.hasSeen(shared) else { return false }
    return term.ofPrecision.map(ownPrecisions.contains) ?? true
  }

  /// What rows of a model have of each rate.
  func row(_ amounts: [CostTerm: Double], seconds: Double, clock: Double) -> LogRates.Row? {
    var parts: [(rate: Int, amount: Double)] = []
    for (term, amount) in amounts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let place = places[term] else { return nil }
      parts.append((place, amount))
    }
    return LogRates.Row(amounts: parts, logarithm: log(seconds * clock))
  }
}
