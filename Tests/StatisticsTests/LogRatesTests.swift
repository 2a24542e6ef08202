import Foundation
import Statistics
import Testing

@Suite struct LogRatesTests {
  /// One rate of variance 4, and a row of two units of it with a noise of 0.5: log p is linear in the rate, so the
  /// posterior has the precision 1 / 4 + 1 / 0.25, and the mean that both weigh.
  @Test func oneRow() {
    let prior = LogRates(means: [1], covariances: [[4]])
    let row = LogRates.Row(amounts: [(0, 2)], logarithm: log(2) + 3)
    let rates = prior.updated(by: [row], noise: 0.5)
    #expect(abs(rates.covariances[0][0] - 1 / 4.25) < 1e-12)
    #expect(abs(rates.means[0] - (1.0 / 4 + 3 / 0.25) / 4.25) < 1e-9)
  }

  /// What a row says of one rate it says of another by their correlation; of an independent one nothing.
  @Test func correlatedRatesMoveTogether() {
    let prior = LogRates(
      means: [0, 0, 0], covariances: [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    let rates = prior.updated(
      by: [LogRates.Row(amounts: [(0, 1)], logarithm: 2)], noise: 1e-3)
    #expect(abs(rates.means[0] - 2) < 1e-4 && abs(rates.means[1] - 1.8) < 1e-4)
    #expect(rates.means[2] == 0 && rates.covariances[2] == [0, 0, 1])
    #expect(abs(rates.covariances[1][1] - (1 - 0.81)) < 1e-4)
  }

  /// Equal rates, whose covariance is singular, stay equal; a sum of both is split.
  @Test func equalRatesStayEqual() {
    let prior = LogRates(means: [0, 0], covariances: [[1, 1], [1, 1]])
    let rates = prior.updated(
      by: [LogRates.Row(amounts: [(0, 3), (1, 7)], logarithm: log(20))], noise: 1e-3)
    #expect(abs(rates.means[0] - log(2)) < 1e-4 && rates.means[0] == rates.means[1])
  }

  /// Far from the prior, where one step is not enough: 1e6 of one rate and 1 of another, ten times as slow as thought.
  @Test func findsWhatIsFarAway() {
    let prior = LogRates(means: [0, 0], covariances: [[9, 0], [0, 9]])
    let rates = prior.updated(
      by: [
        LogRates.Row(amounts: [(0, 1e6), (1, 1)], logarithm: log(1e7)),
        LogRates.Row(amounts: [(0, 1), (1, 1e6)], logarithm: log(1e3)),
      ], noise: 1e-3)
    #expect(abs(rates.means[0] - log(10)) < 1e-3)
    #expect(abs(rates.means[1] - log((1e3 - 10) / 1e6)) < 1e-2)
  }

  @Test func noRowsChangeNothing() {
    let prior = LogRates(means: [1, 2], covariances: [[1, 0], [0, 4]])
    let rates = prior.updated(by: [], noise: 0.1)
    #expect(rates.means == prior.means && rates.covariances == prior.covariances)
  }
}
