import DeviceProfiles
import Analysis
import Foundation
import HardwareMapping
import OpGraph
import Quantities
import Testing

@testable import Calibration

/// Rows made of known rates: what a fit should find again.
struct Synthetic {
  static let mac = CostTerm.mac(.int8, .kind(.pointwiseConvolution))
  static let operation = CostTerm.operation(.elementwise)

  var rows: [MeasuredInference] = []
  var terms = ModelTerms()

  /// Cycles of a multiply-accumulate are 2 times the device's factor, of an operation 5 times it.
  init(devices: [String: Double], networks: Int = 6) {
    for network in 0..<networks {
      let name = "network\(network)"
      // Parts that grow differently, so that both rates can be distinguished.
      terms.amounts[name] = [
        Self.mac: 1e6 * Double(1 + network), Self.operation: 1e6 * Double(networks - network),
      ]
      for (device, factor) in devices.sorted(by: { $0.key < $1.key }) {
        let cycles = factor * (2e6 * Double(1 + network) + 5e6 * Double(networks - network))
        rows.append(Self.row(device, network: name, seconds: cycles / 1e8))
      }
    }
  }

  /// Rows of an accelerator: 0.2 cycles of a multiply-accumulate, 3 of a byte of weights, and a start of 1e5.
  static func accelerators() -> Synthetic {
    var data = Synthetic(devices: [:])
    for network in 0..<12 {
      let name = "accelerated\(network)"
      let macs = 1e5 * Double(1 << network)
      let weights = 1e3 * Double((network * 5) % 12 + 1) * Double(1 << (network / 2))
      data.terms.amounts[name] = [mac: macs, .weights: weights, .inference: 1]
      var row = row("b", network: name, seconds: (0.2 * macs + 3 * weights + 1e5) / 1e8)
      (row.runtime, row.family, row.form) = ("accelerator", "accelerator", .accelerator)
      row.nominalMACsPerCycle = 16
      data.rows.append(row)
    }
    return data
  }

  static func row(_ device: String, network: String, seconds: Double) -> MeasuredInference {
    MeasuredInference(
      device: device, core: "core", runtime: "runtime", family: "family", version: "1",
      network: network, architecture: network, model: network, layer: nil, clock: 1e8,
      seconds: seconds,
      joules: seconds * 0.5,
      isFitted: true, source: "test", note: "")
  }
}

@Suite struct RuntimeFitTests {
  @Test func findsRatesAgain() {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    let fit = RuntimeFit(data.rows, data.terms)
    for (device, factor) in [("a", 1.0), ("b", 3)] {
      let subject = Subject(runtime: "runtime", core: "core", device: device, release: "1")
      #expect(abs(fit.cycles(Synthetic.mac, on: subject) / (2 * factor) - 1) < 0.05)
      #expect(abs(fit.cycles(Synthetic.operation, on: subject) / (5 * factor) - 1) < 0.05)
    }
  }

  /// An accelerator's start and weights have rates of their own; a processor's have none.
  @Test func findsTheTermsOfAccelerators() {
    let data = Synthetic.accelerators()
    let fit = RuntimeFit(data.rows, data.terms)
    let subject = data.rows[0].subject
    #expect(abs(fit.cycles(Synthetic.mac, on: subject) / 0.2 - 1) < 0.15)
    #expect(abs(fit.cycles(.weights, on: subject) / 3 - 1) < 0.15)
    #expect(abs(fit.cycles(.inference, on: subject) / 1e5 - 1) < 0.15)
    var rows = data.rows
    for index in rows.indices { rows[index].form = .processor }
    #expect(!RuntimeFit(rows, data.terms).hasSeen(.weights, in: "accelerator"))
  }

  /// Weights of a processor count beyond 1 MB, those of an accelerator all.
  @Test(arguments: [
    (CostForm.processor, 3e5, [:] as [CostTerm: Double]),
    (.processor, 3e6, [.uncachedWeights: 2e6]), (.accelerator, 3e6, [.weights: 3e6]),
  ])
  func weightsThatCount(form: CostForm, bytes: Double, expected: [CostTerm: Double]) {
    var terms = ModelTerms()
    terms.amounts["network"] = [Synthetic.mac: 1e6, .weights: bytes]
    var row = Synthetic.row("a", network: "network", seconds: 1)
    row.form = form
    #expect(row.amounts(terms) == expected.merging([Synthetic.mac: 1e6]) { $1 })
  }

  /// Twice the width halves the arithmetic of a processor, and no start of a kernel; bytes take three times as long
  /// where a core multiplies them one by one.
  @Test(arguments: [
    (CostTerm.mac(.float32, .kind(.convolution)), "cortex-a76", 0.25),
    (.mac(.int8, .kind(.convolution)), "cortex-a76", 0.25),
    (.mac(.int8, .kind(.convolution)), "cortex-a72", 0.75),
    (.result(.int8, .kind(.convolution)), "cortex-a72", 0.25),
    (.operation(.pooling), "cortex-a72", 0.25), (.kernel, "cortex-a72", 1),
    (.uncachedWeights, "cortex-a72", 1),
  ])
  func whatAWidthMakesFaster(term: CostTerm, core: String, factor: Double) {
    let subject = Subject(runtime: "r", core: core, device: "d", nominalMACsPerCycle: 8)
    #expect(subject.nominalFactor(of: term) == factor)
  }

  /// A device with one row takes the proportions of its sisters and its own speed.
  @Test func oneRowGivesTheSpeed() throws {
    var data = Synthetic(devices: ["a": 1, "b": 3])
    data.rows.append(Synthetic.row("c", network: "network0", seconds: 2 * (2e6 + 3e7) / 1e8))
    let fit = RuntimeFit(data.rows, data.terms)
    let other = Synthetic.row("c", network: "network5", seconds: 1)
    let seconds = try #require(fit.prediction(other, data.terms)).seconds
    #expect(abs(seconds / (2 * (12e6 + 5e6) / 1e8) - 1) < 0.05)
  }

  @Test func saysWhatItHasSeen() {
    let data = Synthetic(devices: ["a": 1])
    let fit = RuntimeFit(data.rows, data.terms)
    #expect(fit.hasSeen(Synthetic.mac, in: "runtime"))
    #expect(!fit.hasSeen(.mac(.float32, .kind(.pointwiseConvolution)), in: "runtime"))
    #expect(!fit.hasSeen(.mac(.int8, .kind(.depthwiseConvolution)), in: "runtime"))
    #expect(!fit.hasSeen(Synthetic.mac, in: "another"))
  }

  @Test func theNewestReleaseIsTheDefault() {
    var data = Synthetic(devices: ["a": 1], networks: 3)
    data.rows[0].version = "2.11.0"
    data.rows[1].version = "2.7.1"
    let fit = RuntimeFit(data.rows, data.terms)
    #expect(fit.newestRelease(of: "runtime", on: "a", core: "a") == "2.11.0")
    #expect(fit.newestRelease(of: "runtime", on: "new", core: "new") == "2.11.0")
  }

  /// Each release takes 0.8 times the cycles of the one before: so does the next, and the one between
  /// two has their geometric mean.
  @Test func releasesAreALine() throws {
    var data = Synthetic(devices: ["a": 1], networks: 6)
    let first = data.rows
    data.rows = ["1.0", "2.0", "10.0", "11.0"].enumerated().flatMap { step, version in
      first.map { row in
        var row = row
        row.version = version
        row.seconds = row.seconds.map { $0 * pow(0.8, Double(step)) }
        return row
      }
    }
    let fit = RuntimeFit(data.rows, data.terms)
    func cycles(_ release: String) -> Double {
      var subject = data.rows[0].subject
      subject.release = release
      return fit.cycles(Synthetic.mac, on: subject)
    }
    #expect(abs(cycles("10.0") / cycles("2.0") / 0.8 - 1) < 0.02)
    #expect(abs(cycles("5") / (cycles("2.0") * cycles("10.0")).squareRoot() - 1) < 1e-9)
    #expect(cycles("12.0") / cycles("11.0") < 0.95)
    #expect(abs(cycles("0.5") / cycles("1.0") - 1) < 1e-9)
  }
}

@Suite struct CrossValidationTests {
  /// A network whose times are ten times too long does not teach its own prediction.
  @Test(arguments: CrossValidation.Split.allCases)
  func predictsWithoutWhatIsLeftOut(split: CrossValidation.Split) {
    var data = Synthetic(devices: ["a": 1, "b": 3])
    for index in data.rows.indices where split == .release && data.rows[index].device == "a" {
      data.rows[index].version = "2"
    }
    let odd = data.rows.indices.filter {
      switch split {
      case .network, .architecture: return data.rows[$0].network == "network2"
      case .networkOnDevice:
        return data.rows[$0].network == "network2" && data.rows[$0].device == "a"
      case .device, .deviceButOne: return data.rows[$0].device == "a"
      case .release: return data.rows[$0].version == "2"
      case .architectureOnNewDevice:
        return data.rows[$0].network == "network2" || data.rows[$0].device == "a"
      }
    }
    let before = CrossValidation(data.rows, data.terms, split: split).predictions
    for index in odd { data.rows[index].seconds = data.rows[index].seconds.map { $0 * 10 } }
    let after = CrossValidation(data.rows, data.terms, split: split).predictions
    let places = Set(odd.map { "\(data.rows[$0].device) \(data.rows[$0].network)" })
    for (old, new) in zip(before, after)
    where places.contains("\(new.row.device) \(new.row.network)")
      && (split != .architectureOnNewDevice
        || new.row.device == "a" && new.row.network == "network2")
    {
      // With one row of the device its speed is known: ten times slower, but for the part that what
      // is usual pulls it back.
      let factor = split == .deviceButOne ? 10.0 : 1
      #expect(abs(new.seconds / old.seconds / factor - 1) < (factor == 1 ? 0.05 : 0.12))
    }
    #expect(before.count == after.count && !before.isEmpty)
  }

  /// Networks with equal costs are left out together: the time of the one says nothing of the other.
  @Test func twinsAreLeftOutTogether() throws {
    var data = Synthetic(devices: ["a": 1])
    data.terms.amounts["network3"] = data.terms.amounts["network2"]
    for index in [2, 3] { data.rows[index].seconds! *= 10 }
    let predictions = CrossValidation(data.rows, data.terms, split: .network).predictions
    #expect(Set(predictions.map(\.row.network)).count == data.rows.count - 1)
    for model in ["network2", "network3"] {
      let twin = try #require(predictions.first { $0.row.model == model })
      #expect(twin.timeError < log(0.2))
    }
  }

  /// A device with ten errors has the quantile of its own, others that of the runtime.
  ///
  /// Sizes over deviations are 1, 2, ..., 10 on one device, and twice that on the other.
  @Test func theNearestErrorsCount() {
    let data = Synthetic(devices: ["a": 1, "b": 1], networks: 10)
    let predictions = data.rows.map { row in
      let place = Double(row.network.dropFirst("network".count)) ?? 0
      return CrossValidation.Prediction(
        row: row, seconds: 1, joules: nil,
        timeError: -(place + 1) * (row.device == "a" ? 0.1 : 0.2), energyError: nil,
        deviation: 0.1)
    }
    #expect(abs(predictions.nearest(runtime: "runtime", device: "a").quantile - 10) < 1e-12)
    #expect(abs(predictions.nearest(runtime: "runtime", device: "b").quantile - 20) < 1e-12)
    // Of 20 errors the 19th: two devices with 1 to 10 and 2 to 20 in steps of 2.
    #expect(abs(predictions.nearest(runtime: "runtime", device: "new").quantile - 18) < 1e-12)
    #expect([CrossValidation.Prediction]().quantile == 2)
  }

  /// Without any error of energy the width is that of another unit; errors of energy beyond those of time count.
  @Test func powerOfAnotherUnit() {
    let row = Synthetic(devices: ["a": 1]).rows[0]
    var prediction = CrossValidation.Prediction(
      row: row, seconds: 1, joules: 1, timeError: 0.3, energyError: nil, deviation: 0.1)
    #expect([prediction].logPowerWidth == ActivePower.logUnitWidth)
    prediction.energyError = -0.2
    #expect(abs([prediction].logPowerWidth - 0.5) < 1e-12)
  }

  @Test func rowsThatAreOnlyLookedAtAreNotUsed() {
    var data = Synthetic(devices: ["a": 1])
    data.rows[0].isFitted = false
    let predictions = CrossValidation(data.rows, data.terms, split: .network).predictions
    #expect(predictions.count == data.rows.count - 1)
  }

  @Test func errorsOfHand() throws {
    // Predicted over measured: 1.1, 0.8, 1.3 and 1.0.
    let summary = try #require(ErrorSummary([1.1, 0.8, 1.3, 1.0].map { log($0) }))
    #expect(summary.count == 4)
    // Sizes 0, 0.1, 0.2, 0.3: the median lies between the second and third.
    #expect(abs(summary.median - 0.15) < 1e-12)
    #expect(abs(summary.ninetieth - 0.27) < 1e-12)
    #expect(abs(summary.maximum - 0.3) < 1e-12)
    #expect(abs(summary.bias - 0.05) < 1e-12)
  }

  @Test func powerIsEnergyOverTime() throws {
    let data = Synthetic(devices: ["a": 1])
    let power = try #require(ActivePower(data.rows, device: "a", runtime: "runtime"))
    #expect(abs(power.watts - 0.5) < 1e-12)
    #expect(ActivePower(data.rows, device: "b", runtime: "runtime") == nil)
  }
}

@Suite struct SpreadTests {
  /// One row of one kernel, of which 3000 cycles are plausible: all effects of its rate together have the variance
  /// of their priors, and of that the share noise^2 / (noise^2 + variance) is left.
  @Test func oneRowSaysItsRate() throws {
    var terms = ModelTerms()
    terms.amounts["one"] = [.kernel: 1]
    terms.amounts["other"] = [.kernel: 1, Synthetic.mac: 1e9]
    let row = Synthetic.row("a", network: "one", seconds: 3e-5)
    let fit = RuntimeFit([row], terms)
    let spreads = RuntimeFit.Spreads()
    func square(_ value: Double) -> Double { value * value }
    let ofTerm =
      square(spreads.family) + square(spreads.runtime) + square(spreads.core)
      + square(spreads.device)
    let ofSpeed = square(spreads.familySpeed) + square(spreads.runtimeSpeed) + square(spreads.speed)
    let prior = ofTerm + ofSpeed
    let noise = square(spreads.noise)
    let covariances = fit.covariances(of: [.kernel, Synthetic.mac], on: row.subject)
    #expect(abs(covariances[0][0] / (prior * noise / (prior + noise)) - 1) < 1e-6)
    // The other term shares the effects of speed: its own ones are as unknown as before.
    #expect(abs(covariances[1][1] - (prior - ofSpeed * ofSpeed / (prior + noise))) < 1e-9)
    #expect(abs(covariances[0][1] - ofSpeed * noise / (prior + noise)) < 1e-9)
    // Nearly all of the other's time is in multiply-accumulates.
    let other = try #require(
      fit.prediction(Synthetic.row("a", network: "other", seconds: 1), terms))
    let own = try #require(fit.prediction(row, terms))
    let rest = Discrepancy.unknownVariance + square(PredictionSpread.noise)
    #expect(abs(square(other.deviation) - covariances[1][1] - rest) < 1e-3)
    #expect(abs(square(own.deviation) - covariances[0][0] - rest) < 1e-9)
  }

  /// A release after the only one is a step away.
  @Test func aNewerReleaseIsLessSure() throws {
    let data = Synthetic(devices: ["a": 1])
    let fit = RuntimeFit(data.rows, data.terms)
    var row = data.rows[0]
    let known = try #require(fit.prediction(row, data.terms)).deviation
    row.version = "2"
    let newer = try #require(fit.prediction(row, data.terms)).deviation
    // With one release there is no drift yet, and of a step only the prior's variance, that of the speed.
    let step = RuntimeFit.Spreads().release
    #expect(newer * newer - known * known >= step * step - 1e-9)
  }
}

@Suite struct DiscrepancyFitTests {
  /// What rates cannot explain of a model that was measured is found again but for a quarter, and rows of few
  /// networks tell nothing.
  @Test func findsWhatOneModelTakesMore() throws {
    var data = Synthetic(devices: ["a": 1], networks: 10)
    // The two shortest take 30 % more than any rates say.
    for index in data.rows.indices where index < 2 { data.rows[index].seconds! *= 1.3 }
    let fit = RuntimeFit(data.rows, data.terms)
    let discrepancy = try #require(fit.discrepancy(of: "runtime", on: "a", data.terms))
    #expect(discrepancy.points.count == 10)
    #expect(
      discrepancy.terms == [.mac(.int8, .kind(.pointwiseConvolution)), .operation(.elementwise)])
    let found = try #require(fit.prediction(data.rows[0], data.terms)).seconds
    let error = log(found / data.rows[0].seconds!)
    #expect(abs(error) < log(1.3) / 4)
    let few = Synthetic(devices: ["a": 1], networks: 7)
    #expect(RuntimeFit(few.rows, few.terms).discrepancy(of: "runtime", on: "a", few.terms) == nil)
  }
}
