import DeviceProfiles
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension RuntimeFit {
  /// Seconds of an inference with the row's release, and the standard deviation of their logarithm; the
  /// terms need not have been fitted.
  package func prediction(
    _ row: MeasuredInference, _ terms: ModelTerms
  ) -> (seconds: Double, deviation: Double)? {
    prediction(row, terms, discrepancy(of: row.runtime, on: row.device, terms))
  }

  /// Predictions of rows, in their order: the discrepancy of a runtime on a device is fitted once.
  func predictions(
    _ rows: [MeasuredInference], _ terms: ModelTerms
  ) -> [(seconds: Double, deviation: Double)?] {
    var discrepancies: [[String]: Discrepancy?] = [:]
    return rows.map { row in
      let place = [row.runtime, row.device]
      let known = discrepancies[place] ?? discrepancy(of: row.runtime, on: row.device, terms)
      discrepancies[place] = known
      return prediction(row, terms, known)
    }
  }

  /// The standard deviations of the rows that are fitted.
  func deviations(_ terms: ModelTerms) -> [Double] {
    predictions(rows, terms).compactMap { $0?.deviation }
  }

  private func prediction(
    _ row: MeasuredInference, _ terms: ModelTerms, _ discrepancy: Discrepancy?
  ) -> (seconds: Double, deviation: Double)? {
    guard let times = termSeconds(row, terms) else { return nil }
    let variance =
      variance(times, on: row.subject) + varianceOfRelease(row.subject)
      + (discrepancy?.variance(times) ?? Discrepancy.unknownVariance)
      + PredictionSpread.noise * PredictionSpread.noise
    let factor = discrepancy?.factor(times) ?? 1
    return (factor * times.values.sorted().reduce(0, +), variance.squareRoot())
  }

  /// Covariances of the logarithms of the rates of terms; effects that no row has keep those of their priors.
  func covariances(of terms: [CostTerm], on subject: Subject) -> [[Double]] {
    let sums = terms.map { term in
      var sum = EffectSum()
      sum.add(effects(of: term, on: subject), 1)
      return sum
    }
    return covariances(of: sums)
  }

  /// The variance of the logarithm of a sum of times from what is not known of their rates.
  private func variance(_ seconds: [CostTerm: Double], on subject: Subject) -> Double {
    let total = seconds.values.sorted().reduce(0, +)
    var sum = EffectSum()
    for (term, time) in seconds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      sum.add(effects(of: term, on: subject), time / total)
    }
    return covariances(of: [sum])[0][0]
  }

  /// What a release adds that no row has: steps of the random walk that the rates do not hold.
  private func varianceOfRelease(_ subject: Subject) -> Double {
    guard let steps = subject.place(among: releases)?.variance, steps > 0 else { return 0 }
    let spread = releaseSpread(of: subject)
    return steps * spread * spread
  }

  /// How often a sum has each effect.
  private struct EffectSum {
    var weights: [Coefficient: Double] = [:]
    /// In the order in which they came, so that sums over them are the same each time.
    var effects: [Coefficient] = []

    mutating func add(_ parts: [(Coefficient, Double)], _ weight: Double) {
      for (effect, part) in parts {
        if weights[effect] == nil { effects.append(effect) }
        weights[effect, default: 0] += part * weight
      }
    }
  }

  private func covariances(of sums: [EffectSum]) -> [[Double]] {
    var result = posterior.covariances(
      of: sums.map { sum in
        Dictionary(
          uniqueKeysWithValues: sum.weights.compactMap { effect, weight in
            index[effect].map { ($0, weight) }
          })
      })
    for (one, sum) in sums.enumerated() {
      let unknown = sum.effects.filter { index[$0] == nil }
      for (other, weights) in sums.map(\.weights).enumerated() {
        for effect in unknown {
          let spread = spreads.spread(of: effect)
          result[one][other] +=
            (sum.weights[effect] ?? 0) * (weights[effect] ?? 0) * spread * spread
        }
      }
    }
    return result
  }
}
