#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is known of rates: a joint normal distribution of their logarithms.
///
/// Rows that are sums of amounts times rates turn one such distribution into a narrower one.
package struct LogRates: Sendable {
  package var means: [Double]
  package var covariances: [[Double]]

  package init(means: [Double], covariances: [[Double]]) {
    self.means = means
    self.covariances = covariances
  }

  /// A measured sum of amounts times rates.
  package struct Row {
    /// Of each rate that is part of it.
    package var amounts: [(rate: Int, amount: Double)]
    /// The logarithm of the measured sum.
    package var logarithm: Double

    package init(amounts: [(rate: Int, amount: Double)], logarithm: Double) {
      self.amounts = amounts
      self.logarithm = logarithm
    }
  }

  /// The distribution after rows, in Laplace's approximation at the most probable rates.
  ///
  /// Minimises the sum of squares of (log predicted - log measured) / noise and of the distance from the means by
  /// Gauss and Newton's method. The prior may be singular: with x = mean + S v, a step solves
  /// (I + J S J') w = J (x - mean) - r, v = J' w, and S is not inverted.
  /// - Parameter noise: Standard deviation of the logarithm of a row.
  package func updated(by rows: [Row], noise: Double) -> LogRates {
    guard !rows.isEmpty else { return self }
    var point = Point(self)
    var fit = Linearization(rows, at: point.rates, noise: noise)
    var cost = fit.cost + point.distance(from: means)
    for _ in 0..<60 {
      guard let aim = aim(of: fit, at: point) else { break }
      var part = 1.0
      var isBetter = false
      while part > 1e-6 {
        let next = point.moved(by: part, towards: aim)
        let nextFit = Linearization(rows, at: next.rates, noise: noise)
        let nextCost = nextFit.cost + next.distance(from: means)
        if nextCost < cost {
          isBetter = cost - nextCost > 1e-10 * cost
          (point, fit, cost) = (next, nextFit, nextCost)
          break
        }
        part /= 2
      }
      if !isBetter { break }
    }
    return LogRates(means: point.rates, covariances: covariances(after: fit))
  }

  /// Logarithms of rates, and the weights v with which rates = means + S v.
  private struct Point {
    var rates: [Double]
    var weights: [Double]

    init(_ prior: LogRates) {
      rates = prior.means
      weights = prior.means.map { _ in 0 }
    }

    /// The squared distance from the means in the prior's own measure.
    func distance(from means: [Double]) -> Double {
      zip(weights, zip(rates, means)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    }

    func moved(by part: Double, towards aim: Point) -> Point {
      var result = self
      for place in rates.indices {
        result.rates[place] += part * (aim.rates[place] - rates[place])
        result.weights[place] += part * (aim.weights[place] - weights[place])
      }
      return result
    }
  }

  /// Residuals of rows and their derivatives, both over the noise.
  private struct Linearization {
    var residuals: [Double] = []
    var derivatives: [[(rate: Int, share: Double)]] = []
    var cost: Double { residuals.reduce(0) { $0 + $1 * $1 } }

    init(_ rows: [Row], at rates: [Double], noise: Double) {
      for row in rows {
        let parts = row.amounts.map { $0.amount * exp(rates[$0.rate]) }
        let total = parts.reduce(0, +)
        residuals.append((log(total) - row.logarithm) / noise)
        derivatives.append(
          zip(row.amounts, parts).map { ($0.rate, $1 / total / noise) })
      }
    }
  }

  /// J S, a row for each row of the table.
  private func products(_ fit: Linearization) -> [[Double]] {
    fit.derivatives.map { derivatives in
      var sums = [Double](repeating: 0, count: means.count)
      for (rate, share) in derivatives {
        for place in sums.indices { sums[place] += share * covariances[rate][place] }
      }
      return sums
    }
  }

  /// I + J S J'.
  private func kernel(_ fit: Linearization, _ products: [[Double]]) -> Cholesky? {
    Cholesky(
      products.indices.map { row in
        fit.derivatives.enumerated().map { other, derivatives in
          derivatives.reduce(row == other ? 1.0 : 0) { $0 + $1.share * products[row][$1.rate] }
        }
      })
  }

  /// Where the rows, taken as linear at a point, have their solution.
  private func aim(of fit: Linearization, at point: Point) -> Point? {
    let products = products(fit)
    let right = zip(fit.derivatives, fit.residuals).map { derivatives, residual in
      derivatives.reduce(-residual) { $0 + $1.share * (point.rates[$1.rate] - means[$1.rate]) }
    }
    guard let solution = kernel(fit, products)?.solution(right) else { return nil }
    var aim = Point(self)
    for (row, weight) in solution.enumerated() {
      for (rate, share) in fit.derivatives[row] { aim.weights[rate] += share * weight }
      for place in means.indices { aim.rates[place] += products[row][place] * weight }
    }
    return aim
  }

  /// S - S J' (I + J S J')^-1 J S.
  private func covariances(after fit: Linearization) -> [[Double]] {
    let products = products(fit)
    guard let kernel = kernel(fit, products) else { return covariances }
    let known = means.indices.map { rate in kernel.whitened(products.map { $0[rate] }) }
    return means.indices.map { one in
      means.indices.map { other in
        zip(known[one], known[other]).reduce(covariances[one][other]) { $0 - $1.0 * $1.1 }
      }
    }
  }
}
