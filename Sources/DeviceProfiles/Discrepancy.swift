import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ratio of measured to predicted time, for models similar to the measured ones.
///
/// A Gaussian process over the logarithm of measured over predicted time (the discrepancy of a model in
/// M. Kennedy and A. O'Hagan, Bayesian calibration of computer models, 2001). Models are alike when
/// their times divide over the same terms and are as long; far from every measured one, nothing is
/// corrected. See `docs/method/calibration.md`.
package struct Discrepancy: Codable, Sendable {
  /// A measured model.
  package struct Point: Codable, Sendable {
    /// Which part of its predicted time each term has, in the order of `terms`.
    package var shares: [Double]
    /// The logarithm of its predicted seconds.
    package var logSeconds: Double
    /// Weight of its kernel.
    package var weight: Double

    package init(shares: [Double], logSeconds: Double, weight: Double) {
      self.shares = shares
      self.logSeconds = logSeconds
      self.weight = weight
    }
  }

  package var terms: [CostTerm]
  package var points: [Point]

  /// The prior: standard deviations of the logarithm, and of the residual noise.
  private static let process = GaussianProcess(spread: 0.2, noise: 0.08)
  /// How far apart models are alike: in shares of terms, and in the logarithm of seconds.
  static let shareLength = 0.3
  static let logSecondsLength = 1.5

  /// More than any fit gives; beyond it the factor could leave the numbers.
  static let greatestWeight = 1e4

  /// An interval takes time with the third power of their number.
  static let mostPoints = 200

  package init(terms: [CostTerm], points: [Point]) {
    self.terms = terms
    self.points = points
  }

  /// How alike two models are: the covariance of their discrepancies.
  static func covariance(_ one: Point, _ other: Point) -> Double {
    let shares = zip(one.shares, other.shares).reduce(0) { sum, pair in
      sum + (pair.0 - pair.1) * (pair.0 - pair.1)
    }
    let time = one.logSeconds - other.logSeconds
    return process.covariance(
      squaredDistance: shares / (shareLength * shareLength)
        + time * time / (logSecondsLength * logSecondsLength))
  }

  /// A model's place among the measured ones, from the seconds of its terms.
  ///
  /// Terms that no measured model has make its shares smaller, and so it less like them.
  package static func point(_ seconds: [CostTerm: Double], terms: [CostTerm]) -> Point? {
    let total = seconds.values.sorted().reduce(0, +)
    guard total > 0 else { return nil }
    return Point(
      shares: terms.map { (seconds[$0] ?? 0) / total }, logSeconds: log(total), weight: 0)
  }

  /// Ratio of measured to predicted time of models, from the seconds of their terms.
  package func factor(_ seconds: [CostTerm: Double]) -> Double {
    guard let place = Self.point(seconds, terms: terms) else { return 1 }
    return exp(points.reduce(0) { $0 + $1.weight * Self.covariance(place, $1) })
  }

  /// Variance of the logarithm of that ratio: least near measured models, and far from all of them that of a
  /// model about which nothing is known.
  package func variance(_ seconds: [CostTerm: Double]) -> Double {
    guard let place = Self.point(seconds, terms: terms) else { return Self.unknownVariance }
    return Self.process.variance(
      at: points.map { Self.covariance(place, $0) },
      covariances: points.map { one in points.map { Self.covariance(one, $0) } })
  }

  /// The variance where no model was measured.
  package static let unknownVariance = process.covariance(squaredDistance: 0)

  /// The discrepancy of measured models; nil when they contradict each other.
  /// - Parameter models: For each the seconds of its terms at the fitted rates, and the measured seconds.
  package static func fitted(
    to models: [(terms: [CostTerm: Double], seconds: Double)]
  ) -> Discrepancy? {
    // Of many models, as many as a profile may have stand for all.
    let step = (models.count + mostPoints - 1) / mostPoints
    let models = models.enumerated().filter { $0.offset % max(1, step) == 0 }.map(\.element)
    let terms = Set(models.flatMap(\.terms.keys)).sorted { $0.rawValue < $1.rawValue }
    let points = models.compactMap { point($0.terms, terms: terms) }
    guard points.count == models.count else { return nil }
    return fitted(
      terms: terms, points: points,
      logarithms: models.map { log($0.seconds / $0.terms.values.sorted().reduce(0, +)) })
  }

  /// The points with the weights that measured models give them; nil when they contradict each other.
  /// - Parameter logarithms: Of measured over predicted time, one for each point.
  package static func fitted(
    terms: [CostTerm], points: [Point], logarithms: [Double]
  ) -> Discrepancy? {
    let covariances = points.map { one in points.map { covariance(one, $0) } }
    guard let weights = process.weights(covariances: covariances, observations: logarithms) else {
      return nil
    }
    var result = Discrepancy(terms: terms, points: points)
    for place in points.indices { result.points[place].weight = weights[place] }
    return result
  }
}
