#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// A problem of least squares with normal priors: rows whose predictions are sums of exponentials.
///
/// Row i predicts p_i = sum_j a_ij exp(sum_k m_jk x_k); its residual is (log p_i - log y_i) / noise.
/// Coefficients are logarithms, so rates stay positive and errors are relative.
struct LogLinearProblem {
  struct Row {
    /// Amounts of the rates, and for each rate the coefficients whose sum is its logarithm.
    var amounts: [(amount: Double, coefficients: [Int])]
    var logarithm: Double
  }

  var rows: [Row]
  /// Prior means and spreads of the coefficients.
  var means: [Double]
  var spreads: [Double]
  /// Log standard deviation that a row is trusted to.
  var noise: Double

  /// The coefficients with the least sum of squares, by Levenberg and Marquardt's method.
  func solution() -> [Double] {
    var x = means
    var damping = 1e-3
    var (residuals, jacobian) = linearized(x)
    var cost = self.cost(x, residuals)
    for _ in 0..<60 {
      var hessian = [[Double]](
        repeating: [Double](repeating: 0, count: x.count), count: x.count)
      var gradient = (0..<x.count).map { (x[$0] - means[$0]) / (spreads[$0] * spreads[$0]) }
      for (residual, derivatives) in zip(residuals, jacobian) {
        for (i, first) in derivatives {
          gradient[i] += first * residual
          for (j, second) in derivatives { hessian[i][j] += first * second }
        }
      }
      for i in x.indices { hessian[i][i] += 1 / (spreads[i] * spreads[i]) }
      var isBetter = false
      while damping < 1e8 {
        var damped = hessian
        for i in x.indices { damped[i][i] += damping * hessian[i][i] }
        guard let step = Self.solve(damped, gradient) else {
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

  /// The prediction of a row.
  static func prediction(_ row: Row, _ x: [Double]) -> Double {
    row.amounts.reduce(0) { sum, rate in
      sum + rate.amount * exp(rate.coefficients.reduce(0) { $0 + x[$1] })
    }
  }

  private func linearized(_ x: [Double]) -> ([Double], [[(Int, Double)]]) {
    var residuals: [Double] = []
    var jacobian: [[(Int, Double)]] = []
    for row in rows {
      let total = Self.prediction(row, x)
      var derivatives: [Int: Double] = [:]
      for rate in row.amounts {
        let part = rate.amount * exp(rate.coefficients.reduce(0) { $0 + x[$1] }) / total
        for coefficient in rate.coefficients { derivatives[coefficient, default: 0] += part }
      }
      residuals.append((log(total) - row.logarithm) / noise)
      jacobian.append(derivatives.sorted { $0.key < $1.key }.map { ($0.key, $0.value / noise) })
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

  /// Solves a symmetric positive definite system by Cholesky's method; nil when it is none.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    let count = right.count
    var lower = matrix
    for i in 0..<count {
      for j in 0...i {
        var sum = matrix[i][j]
        for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
        if i == j {
          guard sum > 0 else { return nil }
          lower[i][i] = sum.squareRoot()
        } else {
          lower[i][j] = sum / lower[j][j]
        }
      }
    }
    var solution = right
    for i in 0..<count {
      for k in 0..<i { solution[i] -= lower[i][k] * solution[k] }
      solution[i] /= lower[i][i]
    }
    for i in (0..<count).reversed() {
      for k in (i + 1)..<count { solution[i] -= lower[k][i] * solution[k] }
      solution[i] /= lower[i][i]
    }
    return solution
  }
}
