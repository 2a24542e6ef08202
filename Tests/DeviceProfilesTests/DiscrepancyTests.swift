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

  /// An interval takes time with the third power of the points.
  @Test(arguments: [(200, true), (201, false)]) func pointsAreFew(count: Int, isRight: Bool) throws
  {
    var profile = try DeviceCatalog.profile(named: "esp32")
    let point = Discrepancy.Point(shares: [1], logSeconds: 0, weight: 0)
    profile.runtimes[0].discrepancy = Discrepancy(
      terms: [.kernel], points: Array(repeating: point, count: count))
    #expect(profile.problems().isEmpty == isRight)
  }

  /// Of more models than a profile may have, every second stands for all.
  @Test func manyModelsAreThinnedOut() throws {
    let models = (1...300).map { (terms: [CostTerm.kernel: Double($0)], seconds: Double($0)) }
    #expect(try #require(Discrepancy.fitted(to: models)).points.count == 150)
  }

  @Test(arguments: [(1, 1.5, true), (-1, 1.5, false), (1, -5, false), (1, 0.9, false)])
  func recordsAreOfAFit(rows: Int, factor: Double, isRight: Bool) throws {
    var profile = try DeviceCatalog.profile(named: "esp32")
    profile.runtimes[0].calibration = CalibrationRecord(
      rows: rows, networks: 1, architectures: 1, rowsFittedTogether: 1, measurements: [],
      errorsBy: .network, errors: 1, devices: 1, median: 0.1, ninetiethPercentile: 0.2,
      intervalFactor: factor, architectureFactor: 2)
    #expect(profile.problems().isEmpty == isRight)
  }
}
