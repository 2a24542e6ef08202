#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A Gaussian process with zero mean and a squared-exponential covariance.
///
/// Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.25, 2.26 and 2.31.
package struct GaussianProcess: Sendable {
  /// Standard deviation of the function.
  package var spread: Double
  /// Standard deviation of the noise of observations.
  package var noise: Double

  package init(spread: Double, noise: Double) {
    self.spread = spread
    self.noise = noise
  }

  /// The covariance of two inputs.
  /// - Parameter squaredDistance: The sum of the squares of their differences, each over its length
  ///   scale.
  package func covariance(squaredDistance: Double) -> Double {
    spread * spread * exp(-0.5 * squaredDistance)
  }

  /// The weights by which the covariances with the observed inputs add up to the posterior mean.
  /// - Parameter covariances: Of the observed inputs, pair by pair, without noise.
  /// - Returns: Nil when the matrix is not positive definite.
  package func weights(covariances: [[Double]], observations: [Double]) -> [Double]? {
    withNoise(covariances)?.solution(observations)
  }

  /// The posterior variance of the function at an input: that of the prior where no observed input is near.
  /// - Parameters:
  ///   - input: Its covariances with the observed inputs.
  ///   - covariances: Of the observed inputs, pair by pair, without noise.
  package func variance(at input: [Double], covariances: [[Double]]) -> Double {
    let prior = spread * spread
    guard let known = withNoise(covariances)?.whitened(input) else { return prior }
    return known.reduce(prior) { $0 - $1 * $1 }
  }

  private func withNoise(_ covariances: [[Double]]) -> Cholesky? {
    var matrix = covariances
    for place in matrix.indices { matrix[place][place] += noise * noise }
    return Cholesky(matrix)
  }
}
