@testable import DeviceProfiles
import Analysis
import Foundation
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Calibration

@Suite struct BoardFitTests {
  private static let subject = Subject(
    runtime: "runtime", core: "core", device: "c", release: "1")

  private static func fit(_ rows: [MeasuredInference], _ data: Synthetic) -> BoardFit {
    let prior = BoardPrior(
      of: subject, measured: [Synthetic.mac, Synthetic.operation],
      others: RuntimeFit(data.rows, data.terms))
    return BoardFit(rows, data.terms, prior: prior)
  }

  /// Without rows a board is as the joint fit of others says.
  @Test func noRowGivesWhatOthersSay() throws {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    let joint = RuntimeFit(data.rows, data.terms)
    let fit = Self.fit([], data)
    for term in [Synthetic.mac, Synthetic.operation] {
      #expect(abs(fit.cycles(term) / joint.cycles(term, on: Self.subject) - 1) < 1e-12)
    }
    let asked = Synthetic.row("c", network: "network5", seconds: 1)
    let own = try #require(fit.prediction(asked))
    let theirs = try #require(joint.prediction(asked, data.terms))
    #expect(abs(own.seconds / theirs.seconds - 1) < 1e-12)
    #expect(abs(own.deviation / theirs.deviation - 1) < 1e-9)
  }

  /// One row of a board that is twice as slow gives its speed, as the joint fit of all rows does.
  @Test func oneRowGivesTheSpeed() throws {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    let row = Synthetic.row("c", network: "network0", seconds: 2 * (2e6 + 3e7) / 1e8)
    let asked = Synthetic.row("c", network: "network5", seconds: 1)
    let own = try #require(Self.fit([row], data).prediction(asked))
    let joint = try #require(
      RuntimeFit(data.rows + [row], data.terms).prediction(asked, data.terms))
    #expect(abs(own.seconds / (2 * (12e6 + 5e6) / 1e8) - 1) < 0.05)
    #expect(abs(own.seconds / joint.seconds - 1) < 0.01)
    #expect(abs(own.deviation / joint.deviation - 1) < 0.01)
  }

  /// A network that is left out does not teach its own prediction.
  @Test func leavesNetworksOut() throws {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    var own = Synthetic(devices: ["c": 2]).rows
    let before = Self.fit(own, data).leftOut(.network)
    #expect(before.count == own.count)
    own[2].seconds! *= 10
    let after = Self.fit(own, data).leftOut(.network)
    let old = try #require(before.first { $0.row.network == "network2" })
    let new = try #require(after.first { $0.row.network == "network2" })
    #expect(abs(new.seconds / old.seconds - 1) < 1e-9)
    #expect(Self.fit([own[0]], data).leftOut(.network).isEmpty)
  }

  /// Rates of a core that nobody measured, known but for 3 % of noise: with more rows, other networks are predicted
  /// better, and intervals hold them.
  @Test(arguments: [(rows: 3, median: 0.25), (10, 0.12), (25, 0.08)])
  func findsTheRatesOfAnUnknownCore(rows count: Int, median limit: Double) throws {
    let (_, terms) = try CalibrationData.load()
    let models = terms.amounts.keys.filter { $0.hasPrefix("mobilenet") || $0.hasPrefix("resnet") }
      .sorted()
    try #require(models.count >= 60)
    var generator = SeededGenerator(seed: 7)
    func normal() -> Double {
      let (one, other) = (
        Double.random(in: 1e-12...1, using: &generator), Double.random(in: 0...1, using: &generator)
      )
      return (-2 * log(one)).squareRoot() * cos(2 * .pi * other)
    }
    var errors: [Double] = []
    var covered = 0
    for _ in 0..<4 {
      // A core of 16 multiply-accumulates a cycle at 2 GHz, whose terms are off by 50 % each, and all by a factor.
      let speed = exp(0.5 * normal())
      var factors: [CostTerm: Double] = [:]
      func cycles(_ term: CostTerm) -> Double {
        let shared = CostForm.processor.shared(term)
        if factors[shared] == nil { factors[shared] = exp(0.4 * normal()) }
        let precision = term.ofPrecision?.plausibleFactor ?? 1
        return CostForm.processor.plausibleCycles(shared) * (factors[shared] ?? 1) * precision
          * speed * 2 / 16
      }
      func row(_ model: String) -> MeasuredInference {
        var row = Synthetic.row("new", network: model, seconds: 0)
        (row.core, row.runtime, row.clock, row.nominalMACsPerCycle) = ("x86-64", "own", 2e9, 16)
        let sum = (row.amounts(terms) ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
          .reduce(0) { $0 + $1.value * cycles($1.key) }
        row.seconds = sum / row.clock * exp(0.03 * normal())
        return row
      }
      let shuffled = models.shuffled(using: &generator)
      let own = shuffled.prefix(count).map(row)
      let asked = shuffled.suffix(30).map(row)
      let measured = Set((own + asked).flatMap { ($0.amounts(terms) ?? [:]).keys.map { $0 } })
      let prior = BoardPrior(
        of: own[0].subject, measured: measured, others: RuntimeFit([], terms))
      let fit = BoardFit(own, terms, prior: prior)
      let errorsOfOwn = fit.leftOut(.network)
      let width = errorsOfOwn.count < 10 ? max(2, errorsOfOwn.quantile) : errorsOfOwn.quantile
      for row in asked {
        let predicted = try #require(fit.prediction(row))
        let error = log(predicted.seconds / row.seconds!)
        errors.append(error)
        if abs(error) <= width * predicted.deviation { covered += 1 }
      }
    }
    let summary = try #require(ErrorSummary(errors))
    #expect(summary.median <= limit, "\(summary)")
    #expect(Double(covered) / Double(errors.count) >= 0.8)
  }
}
