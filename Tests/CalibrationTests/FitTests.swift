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

  /// A device with one row takes the proportions of its sisters and its own speed.
  @Test func oneRowGivesTheSpeed() throws {
    var data = Synthetic(devices: ["a": 1, "b": 3])
    data.rows.append(Synthetic.row("c", network: "network0", seconds: 2 * (2e6 + 3e7) / 1e8))
    let fit = RuntimeFit(data.rows, data.terms)
    let other = Synthetic.row("c", network: "network5", seconds: 1)
    let seconds = try #require(fit.seconds(other, data.terms))
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

  @Test func theUsualReleaseHasMostRows() {
    var data = Synthetic(devices: ["a": 1], networks: 3)
    data.rows[2].version = "2"
    #expect(RuntimeFit(data.rows, data.terms).usualRelease(of: "runtime", on: "a") == "1")
    data.rows[1].version = "2"
    #expect(RuntimeFit(data.rows, data.terms).usualRelease(of: "runtime", on: "a") == "2")
    #expect(RuntimeFit(data.rows, data.terms).usualRelease(of: "runtime", on: "new") == "2")
  }
}

@Suite struct CrossValidationTests {
  /// A network whose times are ten times too long does not teach its own prediction.
  @Test(arguments: CrossValidation.Split.allCases)
  func predictsWithoutWhatIsLeftOut(split: CrossValidation.Split) {
    var data = Synthetic(devices: ["a": 1, "b": 3])
    let odd = data.rows.indices.filter {
      switch split {
      case .network, .architecture: return data.rows[$0].network == "network2"
      case .networkOnDevice:
        return data.rows[$0].network == "network2" && data.rows[$0].device == "a"
      case .device, .deviceButOne: return data.rows[$0].device == "a"
      }
    }
    let before = CrossValidation(data.rows, data.terms, split: split).predictions
    for index in odd { data.rows[index].seconds = data.rows[index].seconds.map { $0 * 10 } }
    let after = CrossValidation(data.rows, data.terms, split: split).predictions
    let places = Set(odd.map { "\(data.rows[$0].device) \(data.rows[$0].network)" })
    for (old, new) in zip(before, after)
    where places.contains("\(new.row.device) \(new.row.network)") {
      // With one row of the device its speed is known: ten times slower, but for the part that what
      // is usual pulls it back.
      let factor = split == .deviceButOne ? 10.0 : 1
      #expect(abs(new.seconds / old.seconds / factor - 1) < (factor == 1 ? 0.05 : 0.12))
    }
    #expect(before.count == after.count && !before.isEmpty)
  }

  @Test func rowsThatAreOnlyLookedAtAreNotUsed() {
    var data = Synthetic(devices: ["a": 1])
    data.rows[0].isFitted = false
    let predictions = CrossValidation(data.rows, data.terms, split: .network).predictions
    #expect(predictions.count == data.rows.count - 1)
  }

  @Test func errorsOfHand() throws {
    // Predicted over measured: 1.1, 0.8, 1.3 and 1.0.
    let summary = try #require(ErrorSummary([1.1, 0.8, 1.3, 1.0].map { log($0) }, factor: 1.2))
    #expect(summary.count == 4)
    // Sizes 0, 0.1, 0.2, 0.3: the median lies between the second and third.
    #expect(abs(summary.median - 0.15) < 1e-12)
    #expect(abs(summary.ninetieth - 0.27) < 1e-12)
    #expect(abs(summary.maximum - 0.3) < 1e-12)
    #expect(abs(summary.bias - 0.05) < 1e-12)
    // 1 / 1.2 is 0.83, so 0.8 and 1.3 lie outside.
    #expect(summary.coverage == 0.5)
  }

  @Test func powerIsEnergyOverTime() throws {
    let data = Synthetic(devices: ["a": 1])
    let power = try #require(ActivePower(data.rows, device: "a", runtime: "runtime"))
    #expect(abs(power.watts - 0.5) < 1e-12)
    #expect(ActivePower(data.rows, device: "b", runtime: "runtime") == nil)
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
    let error = log(try #require(fit.seconds(data.rows[0], data.terms)) / data.rows[0].seconds!)
    #expect(abs(error) < log(1.3) / 4)
    let few = Synthetic(devices: ["a": 1], networks: 7)
    #expect(RuntimeFit(few.rows, few.terms).discrepancy(of: "runtime", on: "a", few.terms) == nil)
  }
}
