import Analysis
import OpGraph

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far off predictions of a runtime can be, for each model by how unlike the measured ones it is.
///
/// The logarithm of a time has a standard deviation from what rows say of the rates that the model uses,
/// and from how near measured models are. The interval is as many of them wide as errors of networks and
/// architectures that were left out. See `docs/method/calibration.md`.
package struct PredictionSpread: Codable, Sendable {
  /// The terms with a rate that rows determine.
  package var terms: [CostTerm]
  /// Covariances of the logarithms of their rates: the upper triangle, row by row.
  package var covariances: [Double]
  /// Half the width of the interval, in standard deviations.
  package var quantile: Double
  /// The standard deviation that nine of ten measured networks stay below when they are left out.
  package var ofMeasured: Double
  /// Variance of the logarithm of the time that a release adds which nobody measured; nil for measured ones.
  package var ofRelease: Double?
  /// The same of a device that nobody measured, whose rates are those of another; nil for measured ones.
  package var ofDevice: Double?

  package init(
    terms: [CostTerm], covariances: [Double], quantile: Double, ofMeasured: Double
  ) {
    self.terms = terms
    self.covariances = covariances
    self.quantile = quantile
    self.ofMeasured = ofMeasured
  }

  /// Standard deviation of the logarithm of a rate that no row determines, on top of that of the rate which
  /// takes its place: the priors of what a family and a runtime make of a rate.
  package static let unseen = 1.0
  /// Standard deviation of what no model was measured to have: jitter, and the rounding of sources.
  package static let noise = 0.03

  /// The covariance of two terms by their places.
  package func covariance(_ one: Int, _ other: Int) -> Double {
    let (row, column) = (min(one, other), max(one, other))
    // Rows before it have `count`, `count - 1`, ... numbers.
    return covariances[row * terms.count - row * (row - 1) / 2 + column - row]
  }

  /// Whether there is a number for each pair of terms.
  var isComplete: Bool { covariances.count == terms.count * (terms.count + 1) / 2 }

  /// Whether an interval stays within the numbers.
  var isUsable: Bool {
    (0...50).contains(quantile) && (1e-3...25).contains(ofMeasured)
      && covariances.allSatisfy { abs($0) <= 25 }
      && (0...25).contains(ofRelease ?? 0) && (0...2500).contains(ofDevice ?? 0)
  }

  /// Standard deviation of the logarithm of the time of a model, from the seconds of its terms.
  package func deviation(_ seconds: [CostTerm: Double], _ discrepancy: Discrepancy?) -> Double {
    let ofProcess = discrepancy?.variance(seconds) ?? Discrepancy.unknownVariance
    return
      (ofRates(seconds) + ofProcess + (ofRelease ?? 0) + (ofDevice ?? 0)
      + Self.noise * Self.noise)
      .squareRoot()
  }

  /// The variance from what is not known of rates.
  private func ofRates(_ seconds: [CostTerm: Double]) -> Double {
    // Rounded covariances can add up to less than nothing.
    max(0, covariance(seconds, seconds))
  }

  /// Covariance of the logarithms of the times of two models from what is not known of rates.
  /// - Parameters:
  ///   - one: Seconds of the terms of a model.
  ///   - other: Those of another, or the same.
  package func covariance(_ one: [CostTerm: Double], _ other: [CostTerm: Double]) -> Double {
    let (one, other) = (shares(one), shares(other))
    var sum =
      one.unseen.sorted { $0.key.rawValue < $1.key.rawValue }
      .reduce(0) { $0 + $1.value * (other.unseen[$1.key] ?? 0) } * Self.unseen * Self.unseen
    for row in terms.indices where one.ofTerms[row] > 0 {
      for column in terms.indices where other.ofTerms[column] > 0 {
        sum += one.ofTerms[row] * other.ofTerms[column] * covariance(row, column)
      }
    }
    return sum
  }

  /// Which part of a model's time each rate determines, and which part those that no row determines would.
  private func shares(
    _ seconds: [CostTerm: Double]
  ) -> (ofTerms: [Double], unseen: [CostTerm: Double]) {
    var shares = [Double](repeating: 0, count: terms.count)
    var unseen: [CostTerm: Double] = [:]
    let total = seconds.values.sorted().reduce(0, +)
    guard total > 0 else { return (shares, unseen) }
    for (term, time) in seconds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let place = place(of: term)
      if let index = place.index { shares[index] += time / total }
      if !place.isOwn { unseen[term.ofKernels, default: 0] += time / total }
    }
    return (shares, unseen)
  }

  /// Where a term is, or the one whose rate takes its place.
  ///
  /// That is the term of the most usual kernel in its precision, that of 8-bit integers, or both. Operations of all
  /// kinds can have one rate.
  private func place(of term: CostTerm) -> (index: Int?, isOwn: Bool) {
    if let own = terms.firstIndex(of: term) { return (own, true) }
    if case .operation = term, let one = terms.firstIndex(of: .operation(.elementwise)) {
      return (one, true)
    }
    let usual = RateKind.kind(.pointwiseConvolution)
    let substitutes: [CostTerm] =
      switch term {
      case .mac(let precision, let kind):
        [.mac(precision, usual), .mac(.int8, kind), .mac(.int8, usual)]
      case .result(let precision, let kind):
        [.result(precision, usual), .result(.int8, kind), .result(.int8, usual)]
      case .operation, .kernel, .weights, .uncachedWeights, .inference: []
      }
    return (substitutes.lazy.compactMap(terms.firstIndex).first, false)
  }
}

extension CostTerm {
  /// The term of what is unknown together: multiply-accumulates and results of the same kernels.
  fileprivate var ofKernels: CostTerm {
    if case .result(let precision, let kind) = self { return .mac(precision, kind) }
    return self
  }
}
