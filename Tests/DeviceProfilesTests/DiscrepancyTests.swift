@testable import DeviceProfiles
import OpGraph
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

@Suite struct DiscrepancyTests {
  /// Two terms, one measured model whose whole second is in the first.
  private let discrepancy = Discrepancy(
    terms: [.kernel, .operation(.pooling)],
    points: [Discrepancy.Point(shares: [1, 0], logSeconds: 0, weight: 5)])

  /// At the point itself the covariance is 0.2 squared: exp(5 * 0.04).
  @Test func correctsAModelThatWasMeasured() {
    #expect(abs(discrepancy.factor([.kernel: 1]) - exp(0.2)) < 1e-12)
  }

  /// Half the time in the other term is sqrt(0.5) away: exp(-0.5 * 0.5 / 0.09) of that, and a time
  /// e^1.5 as long is one length away: exp(-0.5) of it.
  @Test func fadesWithTheDistance() {
    let mixed = discrepancy.factor([.kernel: 0.5, .operation(.pooling): 0.5])
    #expect(abs(log(mixed) - 0.2 * exp(-0.5 * 0.5 / 0.09)) < 1e-12)
    let longer = discrepancy.factor([.kernel: exp(1.5)])
    #expect(abs(log(longer) - 0.2 * exp(-0.5)) < 1e-12)
  }

  /// Of the variance 0.04 at the point itself 0.04 - 0.04^2 / (0.04 + 0.08^2) is left; far away, all.
  @Test func isSurerNearAModelThatWasMeasured() {
    #expect(abs(discrepancy.variance([.kernel: 1]) - (0.04 - 0.0016 / 0.0464)) < 1e-12)
    #expect(abs(discrepancy.variance([.operation(.softmax): 1]) - 0.04) < 1e-3)
    #expect(discrepancy.variance([:]) == Discrepancy.unknownVariance)
  }

  @Test func leavesOthersAlone() {
    #expect(abs(discrepancy.factor([.operation(.softmax): 1]) - 1) < 1e-2)
    #expect(discrepancy.factor([:]) == 1)
    #expect(Discrepancy(terms: [], points: []).factor([.kernel: 1]) == 1)
  }
}
