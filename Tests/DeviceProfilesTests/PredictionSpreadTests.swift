import Analysis
import OpGraph
import Testing

@testable import DeviceProfiles

@Suite struct PredictionSpreadTests {
  private let pointwise = CostTerm.mac(.int8, .kind(.pointwiseConvolution))

  /// Three terms: kernels with variance 0.04, operations with 0.09, products with 0.01; kernels and operations go
  /// against each other.
  private var spread: PredictionSpread {
    PredictionSpread(
      terms: [.kernel, .operation(.elementwise), pointwise],
      covariances: [0.04, -0.05, 0, 0.09, 0, 0.01], quantile: 2, ofMeasured: 0.1)
  }

  /// The variance but for that of the process far from all models and of the noise.
  private func variance(_ seconds: [CostTerm: Double]) -> Double {
    let deviation = spread.deviation(seconds, nil)
    return deviation * deviation - Discrepancy.unknownVariance
      - PredictionSpread.noise * PredictionSpread.noise
  }

  @Test func theTriangleHasEachPair() {
    #expect(spread.covariance(0, 1) == -0.05 && spread.covariance(1, 0) == -0.05)
    #expect(spread.covariance(1, 1) == 0.09 && spread.covariance(2, 2) == 0.01)
    #expect(spread.isComplete && spread.isUsable)
  }

  /// Half and half: 0.04 / 4 + 0.09 / 4 - 2 * 0.05 / 4, since operations of all kinds have one rate.
  @Test func errorsOfTermsCancel() {
    #expect(abs(variance([.kernel: 1]) - 0.04) < 1e-12)
    #expect(abs(variance([.kernel: 3, .operation(.pooling): 3]) - 0.0075) < 1e-12)
  }

  /// Half of the time in a kind that no row has, as products and as results: that of the rate which takes its
  /// place, and what is unknown of the kind, once.
  @Test func whatNoRowHasIsUnknown() {
    let kind = RateKind.kind(.matMul)
    let seconds: [CostTerm: Double] = [
      .kernel: 2, .mac(.int8, kind): 1, .result(.int8, kind): 1,
    ]
    let unseen = 0.25 * PredictionSpread.unseen * PredictionSpread.unseen
    // Results have no rate to take.
    #expect(abs(variance(seconds) - (0.04 / 4 + 0.01 / 16 + unseen)) < 1e-12)
    // Another precision takes the rate of integers.
    #expect(
      abs(variance([.mac(.float32, .kind(.pointwiseConvolution)): 1]) - (0.01 + 1)) < 1e-12)
  }

  /// A model that was measured is surer, a release that nobody measured less.
  @Test func theProcessAndTheReleaseAdd() {
    let discrepancy = Discrepancy(
      terms: [.kernel], points: [Discrepancy.Point(shares: [1], logSeconds: 0, weight: 1)])
    let near = spread.deviation([.kernel: 1], discrepancy)
    #expect(abs(near * near - (0.04 + 0.04 - 0.0016 / 0.0464 + 0.0009)) < 1e-12)
    var other = spread
    other.ofRelease = 0.1
    let release = other.deviation([.kernel: 1], discrepancy)
    #expect(abs(release * release - near * near - 0.1) < 1e-12)
  }

  /// Rounded numbers that add up to less than nothing are nothing.
  @Test func isNeverNegative() {
    var odd = spread
    odd.covariances[1] = -0.2
    #expect(
      abs(odd.deviation([.kernel: 1, .operation(.pooling): 1], nil) - (0.04 + 0.0009).squareRoot())
        < 1e-12)
  }
}
