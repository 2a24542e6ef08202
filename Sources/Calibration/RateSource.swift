import DeviceProfiles

/// What a fit says of the rates of one runtime on one device.
protocol RateSource {
  /// Which terms its time is a sum of.
  var form: CostForm { get }
  /// Cycles of one unit of a term.
  func cycles(_ term: CostTerm) -> Double
  /// Covariances of the logarithms of the rates of terms.
  func covariances(of terms: [CostTerm]) -> [[Double]]
  /// Whether a table of rates has one for the term; others take that of the most usual kernel.
  func hasRate(_ term: CostTerm) -> Bool
  /// Whether a measured model of the runtime has the term.
  func isMeasured(_ term: CostTerm) -> Bool
}

/// A subject of the joint fit of a family.
struct SubjectRates: RateSource {
  var fit: RuntimeFit
  var subject: Subject

  var form: CostForm { subject.form }

  func cycles(_ term: CostTerm) -> Double { fit.cycles(term, on: subject) }

  func covariances(of terms: [CostTerm]) -> [[Double]] { fit.covariances(of: terms, on: subject) }

  func hasRate(_ term: CostTerm) -> Bool { isMeasured(term) }

  func isMeasured(_ term: CostTerm) -> Bool { fit.hasSeen(term, in: subject.runtime) }
}
