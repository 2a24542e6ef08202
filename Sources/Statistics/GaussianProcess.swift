#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A Gaussian process with zero mean and a squared-exponential covariance.
///
/// Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.25 and 2.31.
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
    var matrix = covariances
    for place in observations.indices { matrix[place][place] += noise * noise }
    return Cholesky.solve(matrix, observations)
  }
}
