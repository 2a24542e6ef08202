import Analysis
import DeviceProfiles
import Documents
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Calibration

/// One block of attention and a head of half a megabyte.
func smallDecoder() -> Model {
  var test = TestGraph()
  let x = test.input("inputs_embeds", [.symbol("batch"), .symbol("new"), 32])
  func projection(_ name: String, _ columns: Int) -> ValueID {
    test.node(MatMul(), [x, test.weights("\(name).weights", [32, .fixed(columns)])], name: name)
  }
  let projections = [projection("q", 32), projection("k", 16), projection("v", 16)]
  let pasts = ["key", "value"].map {
    test.input("past_key_values.0.\($0)", [.symbol("batch"), 2, .symbol("past"), 8])
  }
  let presents = ["key", "value"].map { name in
    let type = TensorType(.float32, [.symbol("batch"), 2, .symbol("total"), 8])
    return test.value(Value(name: "present.0.\(name)", type: type, origin: .computed))
  }
  let mixed = test.node(
    Attention(queryHeads: 4, keyHeads: 2, pastIsBuffer: true), projections, name: "attention")
  test.graph.nodes[3].inputs += [nil, pasts[0], pasts[1]]
  test.graph.nodes[3].outputs += presents.map(Optional.some)
  let scores = test.node(MatMul(), [mixed, test.weights("words", [32, 4096])], name: "scores")
  return test.model(outputs: [scores] + presents)
}

@Suite struct StreamingFitTests {
  /// A processor whose rates are known, with a memory that takes all time.
  private static func board() -> DeviceProfile {
    var (profile, runtime) = testDevice()
    profile.name = "my-board"
    runtime.name = "my-runtime"
    runtime.units[0].cyclesPerMAC = [
      .float32: [.others: Estimate(exactly: 1e-4, provenance: .measured, sources: ["test"])]
    ]
    profile.defaultRuntime = runtime.name
    profile.runtimes = [runtime]
    return profile
  }

  private static let memory = board().memories.last { $0.holds != .activations }?.name ?? ""

  /// Tokens per second of the decoder where weights come at some bytes per second.
  private static func speed(_ bandwidth: Double, prompt: Int, tokens: Int) throws -> Double {
    let profile = board()
    var runtime = profile.runtimes[0]
    runtime.units[0].streamingBandwidth = [
      memory: Estimate(exactly: bandwidth, provenance: .assumed)
    ]
    let request = try GenerationRequest("prompt=\(prompt),tokens=\(tokens)")
    let work = try GenerationWorkload(smallDecoder(), request, bindings: Bindings())
    let estimate = try GenerationEstimate(work, on: profile, runtime: runtime)
    return try #require(estimate.tokensPerSecond(request)).value
  }

  private static func calibration(_ rows: [String]) throws -> BoardCalibration {
    let text = (["model,prompt,tokens,tokens_per_second"] + rows).joined(separator: "\n")
    let own = try BoardMeasurements(
      MeasurementTable(CSVTable(text, named: "t.csv"), named: "t.csv"), of: [board()]
    ) { _, _ throws(Problem) in
      throw Problem("no row is of an inference")
    } text: { _, request, _ throws(Problem) in
      try GenerationWorkload(smallDecoder(), request, bindings: Bindings())
    }
    return try BoardCalibration(board(), own: own, others: ([], ModelTerms()))
  }

  /// A speed that was predicted for a bandwidth gives that bandwidth, and the profile then predicts the speed.
  @Test func oneSpeedGivesTheBandwidth() throws {
    let speed = try Self.speed(3e6, prompt: 16, tokens: 9)
    let calibration = try Self.calibration(["m,16,9,\(speed)"])
    let fit = try #require(calibration.streaming.first)
    let bandwidth = try #require(fit.bandwidth)
    #expect(abs(bandwidth.value / 3e6 - 1) < 2e-3)
    #expect(bandwidth.low < bandwidth.value && bandwidth.value < bandwidth.high)
    #expect(bandwidth.provenance == .derived)
    #expect(calibration.warnings.isEmpty)
    // Rates that were there are left alone.
    let rates = try #require(calibration.rates)
    #expect(rates.runtimes.isEmpty)
    let fitted = Self.board().with(rates)
    #expect(fitted.problems().isEmpty, "\(fitted.problems())")
    #expect(fitted.runtimes[0].units[0].streamingBandwidth?[Self.memory]?.value == bandwidth.value)
    let row = try #require(fit.comparisons.first)
    #expect(abs(try #require(row.after) / speed - 1) < 2e-3)
  }

  /// Bandwidths of several texts become their geometric mean, and the interval holds all of them.
  @Test func severalSpeedsGiveTheirMean() throws {
    let rows = try [1e6, 4e6].map { bandwidth in
      "m,16,9,\(try Self.speed(bandwidth, prompt: 16, tokens: 9))"
    }
    let bandwidth = try #require(try Self.calibration(rows).streaming.first?.bandwidth)
    #expect(abs(bandwidth.value / 2e6 - 1) < 2e-3)
    #expect(bandwidth.low < 1.01e6 && bandwidth.high > 3.99e6)
  }

  /// At the ends of the interval, a decoder makes its tokens 1.3 times as slowly and as fast.
  @Test func theIntervalIsOneOfSpeeds() throws {
    let speed = try Self.speed(3e6, prompt: 16, tokens: 9)
    let fit = try #require(try Self.calibration(["m,16,9,\(speed)"]).streaming.first)
    let bandwidth = try #require(fit.bandwidth)
    let slow = try Self.speed(bandwidth.low, prompt: 16, tokens: 9)
    let fast = try Self.speed(bandwidth.high, prompt: 16, tokens: 9)
    #expect(abs(slow * 1.3 / speed - 1) < 5e-3 && abs(fast / (1.3 * speed) - 1) < 5e-3)
  }

  /// Where other parts of a step decide, a speed has a lower end for the bandwidth, and nearer to their limit none.
  @Test(arguments: [(0.8, true), (0.95, false)])
  func nearTheLimitOfAllElseARowSaysLessAndLess(share: Double, isUsed: Bool) throws {
    let most = try Self.speed(1e14, prompt: 16, tokens: 9)
    let calibration = try Self.calibration(["m,16,9,\(share * most)"])
    let fit = try #require(calibration.streaming.first)
    #expect(fit.comparisons.map(\.isUsed) == [isUsed])
    #expect(calibration.warnings.isEmpty == isUsed)
    if let bandwidth = fit.bandwidth { #expect(bandwidth.high > 9.9 * bandwidth.value) }
    #expect((fit.bandwidth != nil) == isUsed)
  }

  /// Each text takes as long as fifty estimates.
  @Test func aTableHasAtMostAHundredTexts() throws {
    #expect(throws: Problem.self) {
      try Self.calibration((0..<101).map { "m,16,\(9 + $0),10" })
    }
  }

  /// Starts of kernels take longer than the whole of what was measured.
  @Test func aSpeedBeyondAnyBandwidthIsAWarning() throws {
    let calibration = try Self.calibration(["m,16,9,1e12"])
    #expect(calibration.rates == nil)
    #expect(calibration.warnings.count == 1)
    #expect(calibration.warnings[0].hasPrefix("row 2: tokens_per_second 1"))
  }

  @Test(arguments: [
    ("m,16,9,", "row 2: has prompt and no tokens_per_second"),
    ("m,,9,5", "row 2: has tokens_per_second and no prompt"),
    ("m,x,9,5", "row 2: prompt is 'x', expected a whole number"),
    ("m,0,9,5", "row 2: 'prompt=0', expected a whole number from 1 to 1048576"),
    ("m,16,1,5", "row 2: tokens is 1, expected more"),
    ("m,16,9,-5", "row 2: tokens_per_second is '-5', expected a number above 0"),
  ])
  func aRowIsCheckedWholly(row: String, fact: String) throws {
    let problem = try #require(throws: Problem.self) { try Self.calibration([row]) }
    #expect("\(problem)".contains(fact), "\(problem)")
  }
}
