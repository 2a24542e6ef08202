#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A problem of least squares with normal priors: rows whose predictions are sums of exponentials.
///
/// Row i predicts p_i = sum_j a_ij exp(sum_k m_jk x_k); its residual is (log p_i - log y_i) / noise.
/// Coefficients are logarithms, so rates stay positive and errors are relative.
package struct LogLinearProblem {
  package struct Row {
    /// Amounts of the rates, and for each rate the coefficients whose sum is its logarithm.
    package var amounts: [(amount: Double, coefficients: [Int])]
    package var logarithm: Double

    package init(amounts: [(amount: Double, coefficients: [Int])], logarithm: Double) {
      self.amounts = amounts
      self.logarithm = logarithm
    }
  }

  private let rows: [Row]
  private let patterns: [Pattern]
  /// Prior means and spreads of the coefficients.
  private let means: [Double]
  private let spreads: [Double]
  /// Log standard deviation that a row is trusted to.
  private let noise: Double

  /// Which coefficients a row depends on, found once for all steps.
  private struct Pattern {
    /// The coefficients, each once, in order.
    let coefficients: [Int]
    /// For each rate, the places of its coefficients among them.
    let places: [[Int]]

    init(_ row: Row) {
      let coefficients = Set(row.amounts.flatMap(\.coefficients)).sorted()
      let placeOf = Dictionary(uniqueKeysWithValues: zip(coefficients, coefficients.indices))
      self.coefficients = coefficients
      places = row.amounts.map { $0.coefficients.compactMap { placeOf[$0] } }
    }
  }

  package init(rows: [Row], means: [Double], spreads: [Double], noise: Double) {
    self.rows = rows
    patterns = rows.map(Pattern.init)
    self.means = means
    self.spreads = spreads
    self.noise = noise
  }

  /// The coefficients with the least sum of squares, by Levenberg and Marquardt's method.
  /// - Parameter start: Coefficients near the solution; the priors' means without it.
  package func solution(from start: [Double]? = nil) -> [Double] {
    var x = start ?? means
    var damping = 1e-3
    var (residuals, jacobian) = linearized(x)
    var cost = self.cost(x, residuals)
    for _ in 0..<60 {
      var isBetter = false
      while damping < 1e8 {
        guard let step = step(x, residuals, jacobian, damping) else {
          damping *= 4
          continue
        }
        let next = zip(x, step).map { $0 - $1 }
        let (nextResiduals, nextJacobian) = linearized(next)
        let nextCost = self.cost(next, nextResiduals)
        if nextCost <= cost {
          let gain = cost - nextCost
          (x, residuals, jacobian, cost) = (next, nextResiduals, nextJacobian, nextCost)
          damping = max(damping / 5, 1e-9)
          isBetter = gain > 1e-10 * cost
          break
        }
        damping *= 4
      }
      if !isBetter { break }
    }
    return x
  }

  /// The step of the damped normal equations (J'J + D) step = gradient, D the priors' weights.
  ///
  /// There are more coefficients than rows, so a system of the rows' size is solved instead:
  /// step = D^-1 (g - J' (I + J D^-1 J')^-1 J D^-1 g), by the Woodbury identity.
  private func step(
    _ x: [Double], _ residuals: [Double], _ jacobian: [[(Int, Double)]], _ damping: Double
  ) -> [Double]? {
    let variances = spreads.map { $0 * $0 / (1 + damping) }
    var gradient = x.indices.map { (x[$0] - means[$0]) / (spreads[$0] * spreads[$0]) }
    for (residual, derivatives) in zip(residuals, jacobian) {
      for (place, derivative) in derivatives { gradient[place] += derivative * residual }
    }
    let kernel = Self.rowCovariances(jacobian, variances)
    let scaled = zip(variances, gradient).map { $0 * $1 }
    let right = jacobian.map { $0.reduce(0) { $0 + $1.1 * scaled[$1.0] } }
    guard let weights = Cholesky(kernel)?.solution(right) else { return nil }
    var step = scaled
    for (weight, derivatives) in zip(weights, jacobian) {
      for (place, derivative) in derivatives {
        step[place] -= variances[place] * derivative * weight
      }
    }
    return step
  }

  /// I + J D J', the covariances of the rows' residuals for coefficients of the variances D.
  private static func rowCovariances(
    _ jacobian: [[(Int, Double)]], _ variances: [Double]
  ) -> [[Double]] {
    var kernel = [[Double]](
      repeating: [Double](repeating: 0, count: jacobian.count), count: jacobian.count)
    var dense = [Double](repeating: 0, count: variances.count)
    dense.withUnsafeMutableBufferPointer { dense in
      for (row, derivatives) in jacobian.enumerated() {
        for (place, derivative) in derivatives { dense[place] = derivative * variances[place] }
        kernel[row].withUnsafeMutableBufferPointer { covariances in
          for other in 0...row {
            covariances[other] = jacobian[other].withUnsafeBufferPointer { derivatives in
              derivatives.reduce(row == other ? 1.0 : 0) { $0 + $1.1 * dense[$1.0] }
            }
          }
        }
        for (place, _) in derivatives { dense[place] = 0 }
      }
    }
    return kernel
  }

  /// What the rows say of the coefficients, at the solution.
  package func posterior(at solution: [Double]) -> Posterior {
    let variances = spreads.map { $0 * $0 }
    let jacobian = linearized(solution).1
    return Posterior(
      variances: variances, jacobian: jacobian,
      rows: Cholesky(Self.rowCovariances(jacobian, variances)))
  }

  /// Laplace's approximation of the posterior: the problem is taken as linear at its solution, where the
  /// covariance of the coefficients is D - D J' (I + J D J')^-1 J D.
  package struct Posterior: Sendable {
    /// Prior variances of the coefficients, D.
    fileprivate let variances: [Double]
    fileprivate let jacobian: [[(Int, Double)]]
    /// I + J D J', positive definite by its ones.
    fileprivate let rows: Cholesky?

    /// Covariances of sums of coefficients.
    /// - Parameter sums: For each, how often it has each coefficient.
    package func covariances(of sums: [[Int: Double]]) -> [[Double]] {
      var dense = [Double](repeating: 0, count: variances.count)
      let known = sums.map { sum in
        for (place, times) in sum { dense[place] = times }
        let right = jacobian.map { derivatives in
          derivatives.reduce(0) { $0 + $1.1 * variances[$1.0] * dense[$1.0] }
        }
        for place in sum.keys { dense[place] = 0 }
        return rows?.whitened(right) ?? []
      }
      return sums.indices.map { one in
        let parts = sums[one].sorted { $0.key < $1.key }
        return sums.indices.map { other in
          let prior = parts.reduce(0.0) {
            $0 + $1.value * variances[$1.key] * (sums[other][$1.key] ?? 0)
          }
          return zip(known[one], known[other]).reduce(prior) { $0 - $1.0 * $1.1 }
        }
      }
    }
  }

  /// The times of a row's rates, whose sum is its prediction.
  private static func parts(_ row: Row, _ x: [Double]) -> [Double] {
    row.amounts.map { rate in rate.amount * exp(rate.coefficients.reduce(0) { $0 + x[$1] }) }
  }

  private func linearized(_ x: [Double]) -> ([Double], [[(Int, Double)]]) {
    var residuals: [Double] = []
    var jacobian: [[(Int, Double)]] = []
    for (row, pattern) in zip(rows, patterns) {
      let parts = Self.parts(row, x)
      let total = parts.reduce(0, +)
      var derivatives = [Double](repeating: 0, count: pattern.coefficients.count)
      for (part, places) in zip(parts, pattern.places) {
        for place in places { derivatives[place] += part / total }
      }
      residuals.append((log(total) - row.logarithm) / noise)
      jacobian.append(zip(pattern.coefficients, derivatives).map { ($0, $1 / noise) })
    }
    return (residuals, jacobian)
  }

  private func cost(_ x: [Double], _ residuals: [Double]) -> Double {
    let priors = x.indices.reduce(0) { sum, i in
      let distance = (x[i] - means[i]) / spreads[i]
      return sum + distance * distance
    }
    return residuals.reduce(priors) { $0 + $1 * $1 }
  }
}
