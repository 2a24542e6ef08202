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

  /// One row of one rate, exp(x0 + x1), with noise 0.5: of the sum's 5, 5 - 25 / (0.25 + 5) is left.
  ///
  /// Prior variances are 1 and 4; a coefficient that no row has keeps its 9.
  @Test func covariancesOfHand() {
    let row = LogLinearProblem.Row(amounts: [(2, [0, 1])], logarithm: 1)
    let problem = LogLinearProblem(
      rows: [row], means: [0, 0, 0], spreads: [1, 2, 3], noise: 0.5)
    let found = problem.posterior(at: problem.solution())
      .covariances(of: [[0: 1, 1: 1], [0: 1], [2: 1]])
    // 25 / 5.25, 5 / 5.25 and 1 / 5.25 are what the row says.
    let expected: [[Double]] = [
      [0.238_095_238, 0.047_619_048, 0], [0.047_619_048, 0.809_523_810, 0], [0, 0, 9],
    ]
    for (row, other) in zip(found, expected) {
      for (value, wanted) in zip(row, other) {
        let distance: Double = value - wanted
        #expect(abs(distance) < 1e-8)
      }
    }
    #expect(found.count == 3)
  }
}

@Suite struct CholeskyTests {
  @Test func solves() throws {
    // [4 2; 2 3] x = [2, 5] has the solution [-0.5, 2].
    let decomposition = try #require(Cholesky([[4, 2], [2, 3]]))
    let x = decomposition.solution([2, 5])
    #expect(abs(x[0] + 0.5) < 1e-12 && abs(x[1] - 2) < 1e-12)
    // L is [2 0; 1 sqrt(2)].
    let whitened = decomposition.whitened([2, 5])
    #expect(abs(whitened[0] - 1) < 1e-12 && abs(whitened[1] - 4 / 2.0.squareRoot()) < 1e-12)
    #expect(Cholesky([[1, 2], [2, 1]]) == nil)
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

  /// The variance 4 shrinks by the square of the covariance over 4 + 1: at the observed input to 4 - 16 / 5,
  /// where the covariance is 1 to 4 - 1 / 5, far away not at all.
  @Test(arguments: [(4.0, 0.8), (1, 3.8), (0, 4)])
  func isSurerNearAnObservation(covariance: Double, variance: Double) {
    let process = GaussianProcess(spread: 2, noise: 1)
    let found = process.variance(at: [covariance], covariances: [[4]])
    #expect(abs(found - variance) < 1e-12)
  }
}
