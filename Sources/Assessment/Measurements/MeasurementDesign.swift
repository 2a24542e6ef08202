package import DeviceProfiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which models to measure next, so that the intervals of some others become as narrow as possible.
///
/// The logarithms of the times of all models have a joint normal distribution, from the covariances of the
/// rates that the models share. A measured time conditions it. Models are chosen one after the other, each the one
/// that reduces the sum of the variances of the targets most (A-optimal, greedy; A. Atkinson, A. Donev and
/// R. Tobias, Optimum experimental designs, 2007, chapters 10 and 11). See `docs/your-own-board.md`.
package struct MeasurementDesign {
  /// Seconds of each term of a model.
  package typealias Terms = [CostTerm: Double]

  /// A model to measure.
  package struct Step: Equatable {
    /// Its place among the candidates.
    package var candidate: Int
    /// The factor that nine of ten times of the middle target are within, after this step and those before it.
    package var factor: Double
  }

  private let spread: PredictionSpread
  /// Of all models: targets, then candidates.
  private var covariances: [[Double]]
  private let targets, candidates: Int

  /// - Parameter measured: Models that are measured already, which the spread does not know of.
  package init(
    _ spread: PredictionSpread, targets: [Terms], candidates: [Terms], measured: [Terms] = []
  ) {
    self.spread = spread
    let models = targets + candidates + measured
    covariances = models.map { one in models.map { Self.covariance(one, $0, spread) } }
    (self.targets, self.candidates) = (targets.count, candidates.count)
    for place in models.indices.suffix(measured.count) { condition(on: place) }
  }

  /// The factor that nine of ten times of the middle target are within, as things are.
  package var factor: Double {
    let deviations = (0..<targets).map {
      (max(0, covariances[$0][$0]) + Self.ownVariance).squareRoot()
    }
    guard !deviations.isEmpty else { return 1 }
    return exp(spread.quantile * deviations.sorted()[deviations.count / 2])
  }

  /// The models to measure, the most useful first; fewer where no further one helps.
  package func steps(_ count: Int) -> [Step] {
    var (design, steps) = (self, [Step]())
    while steps.count < count {
      let left = (0..<candidates).filter { place in !steps.contains { $0.candidate == place } }
      guard let best = left.max(by: { design.gain($0) < design.gain($1) }), design.gain(best) > 1e-6
      else { break }
      design.condition(on: targets + best)
      steps.append(Step(candidate: best, factor: design.factor))
    }
    return steps
  }

  /// What a candidate's time would take from the sum of the variances of the targets.
  private func gain(_ candidate: Int) -> Double {
    let place = targets + candidate
    let reduction = (0..<targets).reduce(0) {
      $0 + covariances[$1][place] * covariances[$1][place]
    }
    return reduction / (covariances[place][place] + Self.ownVariance)
  }

  /// Takes the time of a model as known.
  private mutating func condition(on place: Int) {
    let column = covariances.map { $0[place] }
    let variance = column[place] + Self.ownVariance
    for row in column.indices where column[row] != 0 {
      for other in column.indices {
        covariances[row][other] -= column[row] * column[other] / variance
      }
    }
  }

  /// The part of the variance of a time that no other model shares: what the form does not have, and jitter.
  private static let ownVariance =
    Discrepancy.unknownVariance + PredictionSpread.noise * PredictionSpread.noise

  /// The part of the variance between devices that each term has for itself.
  ///
  /// The rest is the speed of the device as a whole. As the priors of the joint fit have it: 0.15 and 0.2 of a term
  /// beside 0.5 of all.
  private static let partOfTerms = 0.2

  private static func covariance(
    _ one: Terms, _ other: Terms, _ spread: PredictionSpread
  ) -> Double {
    let rates = spread.covariance(one, other)
    guard let ofDevice = spread.ofDevice else { return rates }
    let totals = (one.values.sorted().reduce(0, +), other.values.sorted().reduce(0, +))
    let common = one.sorted { $0.key.rawValue < $1.key.rawValue }.reduce(0) { sum, entry in
      sum + entry.value * (other[entry.key] ?? 0)
    }
    let shared = totals.0 > 0 && totals.1 > 0 ? common / (totals.0 * totals.1) : 0
    return rates + ofDevice * (1 - partOfTerms + partOfTerms * shared)
  }
}
