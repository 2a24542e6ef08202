import Statistics
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

@Suite struct LeastSquaresTests {
  /// Without any weight on the priors, two rows give two rates.
  @Test func solvesForTwoRates() {
    let problem = LogLinearProblem(
      rows: [
        .init(amounts: [(3, [0]), (1, [1])], logarithm: log(3 * 2 + 1 * 5)),
        .init(amounts: [(1, [0]), (4, [1])], logarithm: log(1 * 2 + 4 * 5)),
      ], means: [0, 0], spreads: [1e4, 1e4], noise: 0.01)
    let rates = problem.solution().map { exp($0) }
    #expect(abs(rates[0] - 2) < 1e-4 && abs(rates[1] - 5) < 1e-4)
  }

  /// Without rows, what was plausible before stays.
  @Test func staysAtThePriors() {
    let problem = LogLinearProblem(rows: [], means: [1, -2], spreads: [0.1, 3], noise: 0.1)
    #expect(problem.solution() == [1, -2])
  }
}

@Suite struct CholeskyTests {
  @Test func solves() throws {
    // [4 2; 2 3] x = [2, 5] has the solution [-0.5, 2].
    let x = try #require(Cholesky.solve([[4, 2], [2, 3]], [2, 5]))
    #expect(abs(x[0] + 0.5) < 1e-12 && abs(x[1] - 2) < 1e-12)
    #expect(Cholesky.solve([[1, 2], [2, 1]], [1, 1]) == nil)
  }
}

@Suite struct QuantileTests {
  @Test(arguments: [
    // The ceiling of 0.9 (n + 1): the 9th of 9, the 10th of 10, the 18th of 19.
    (1...9).map { Double($0) }, (1...10).map { Double($0) }, (1...19).map { Double($0) },
  ])
  func intervalIsTheConformalQuantile(sizes: [Double]) {
    let expected = sizes.count == 19 ? 18.0 : Double(sizes.count)
    #expect(abs(log(intervalFactor(sizes)) - expected) < 1e-9)
  }

  /// Between 1, 2 and 4: half way is the second, three quarters half way to the third.
  @Test func liesBetweenNeighbours() {
    #expect(quantile(0.5, of: [1, 2, 4]) == 2)
    #expect(quantile(0.75, of: [1, 2, 4]) == 3)
    #expect(quantile(1, of: [1, 2, 4]) == 4)
  }
}

@Suite struct GaussianProcessTests {
  /// One observation y at one input: the weight is y / (spread^2 + noise^2).
  @Test func weighsOneObservation() throws {
    let process = GaussianProcess(spread: 2, noise: 1)
    #expect(process.covariance(squaredDistance: 0) == 4)
    #expect(abs(process.covariance(squaredDistance: 1) - 4 * exp(-0.5)) < 1e-12)
    let weights = try #require(process.weights(covariances: [[4]], observations: [10]))
    #expect(abs(weights[0] - 2) < 1e-12)
  }
}
