import DeviceProfiles
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The rates of one runtime on one board: what measurements of other boards say of them, and what rows of its own add.
///
/// Any number of rows is enough, none included. A fit without some of them costs as little as one with all, since
/// other boards are not fitted again.
struct BoardFit: RateSource {
  let prior: BoardPrior
  /// The rows that are fitted.
  let rows: [MeasuredInference]
  /// What their models have of each term.
  private let amounts: ModelTerms
  private let rates: LogRates
  /// Ratio of measured to predicted time near the board's own models; nil with too few networks.
  let discrepancy: Discrepancy?

  init(_ rows: [MeasuredInference], _ amounts: ModelTerms, prior: BoardPrior) {
    self.prior = prior
    self.amounts = amounts
    self.rows = rows
    let rates = prior.rates.updated(
      by: rows.compactMap { row in
        guard let amounts = row.amounts(amounts), let seconds = row.seconds else { return nil }
        return prior.row(amounts, seconds: seconds, clock: row.clock)
      }, noise: prior.noise)
    self.rates = rates
    let models = Dictionary(grouping: rows.filter { $0.layer == nil }, by: \.model)
      .sorted { $0.key < $1.key }.compactMap { $0.value.first }
    discrepancy =
      amounts.networks(of: models) < RuntimeFit.leastNetworks
      ? nil
      : Discrepancy.fitted(
        to: models.compactMap { row in
          Self.termSeconds(row, amounts, prior, rates).flatMap { times in
            row.seconds.map { (times, $0) }
          }
        })
  }

  var form: CostForm { prior.subject.form }

  func hasRate(_ term: CostTerm) -> Bool { prior.hasRate(term) }

  func isMeasured(_ term: CostTerm) -> Bool { prior.isMeasured(term) }

  func cycles(_ term: CostTerm) -> Double { prior.places[term].map { exp(rates.means[$0]) } ?? 1 }

  func covariances(of terms: [CostTerm]) -> [[Double]] {
    let places = terms.compactMap { prior.places[$0] }
    return places.map { one in places.map { rates.covariances[one][$0] } }
  }

  private static func termSeconds(
    _ row: MeasuredInference, _ amounts: ModelTerms, _ prior: BoardPrior, _ rates: LogRates
  ) -> [CostTerm: Double]? {
    row.amounts(amounts).map { amounts in
      Dictionary(
        uniqueKeysWithValues: amounts.compactMap { term, amount in
          prior.places[term].map { (term, amount * exp(rates.means[$0]) / row.clock) }
        })
    }
  }

  /// The time of a row's model, which need not be one that was fitted.
  func prediction(_ row: MeasuredInference) -> (seconds: Double, deviation: Double)? {
    guard let times = Self.termSeconds(row, amounts, prior, rates) else { return nil }
    let total = times.values.sorted().reduce(0, +)
    let shares = times.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { term, time in
      prior.places[term].map { (place: $0, share: time / total) }
    }
    var variance =
      (discrepancy?.variance(times) ?? Discrepancy.unknownVariance)
      + PredictionSpread.noise * PredictionSpread.noise
    for one in shares {
      for other in shares {
        variance += one.share * other.share * rates.covariances[one.place][other.place]
      }
    }
    return (total * (discrepancy?.factor(times) ?? 1), max(0, variance).squareRoot())
  }

  /// Predictions of rows from fits that leave a network, or its architecture, out; none where nothing is left.
  func leftOut(_ split: CrossValidation.Split) -> [CrossValidation.Prediction] {
    let twins = amounts.twins(of: rows)
    var named = rows
    for index in named.indices { named[index].network = twins[named[index].network] ?? "" }
    return split.folds(named).flatMap { kept, left -> [CrossValidation.Prediction] in
      guard !kept.isEmpty else { return [] }
      let fit = BoardFit(kept, amounts, prior: prior)
      return left.compactMap { row in
        fit.prediction(row).flatMap { CrossValidation.Prediction($0, of: row, kept: kept) }
      }
    }
  }
}
