import Documents
@testable import DeviceProfiles
import Analysis
import Foundation
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Calibration

@Suite struct BoardCalibrationTests {
  /// A product with weights of 100 x as many results: 100 multiply-accumulates each, one kernel.
  private static func workload(_ results: Int) throws -> Workload {
    var graph = TestGraph()
    let x = graph.input("x", [1, 100], .float32)
    let y = graph.product(x, inputs: 100, outputs: results, name: "dense")
    return try graph.workload(outputs: [y])
  }

  /// A processor of 100 MHz that nobody measured, with facts only.
  private static func facts() -> DeviceProfile {
    var (profile, runtime) = testDevice()
    profile.name = "my-board"
    profile.class = .applicationProcessor
    runtime.name = "my-runtime"
    runtime.overheadPerInference = .leftOut
    var unit = runtime.units[0]
    unit.core = "x86-64"
    unit.clock = Frequency(exactly: 100e6, provenance: .datasheet, sources: ["test"])
    unit.nominalMACsPerCycle = Estimate(exactly: 2, provenance: .datasheet, sources: ["test"])
    unit.cyclesPerMAC = [:]
    unit.cyclesPerOp = [:]
    unit.overheadPerKernel = .leftOut
    unit.staticPower = .leftOut
    unit.bandwidth = unit.bandwidth.mapValues { _ in
      Estimate(exactly: 1e12, provenance: .datasheet, sources: ["test"])
    }
    runtime.units = [unit]
    profile.defaultRuntime = runtime.name
    profile.runtimes = [runtime]
    return profile
  }

  private static func measurements(
    _ text: String, of profile: DeviceProfile
  ) throws -> BoardMeasurements {
    try BoardMeasurements(
      MeasurementTable(CSVTable(text, named: "t.csv"), named: "t.csv"), of: [profile]
    ) { row, _ throws(Problem) in
      do { return try workload(Int(row.model) ?? 1) } catch { throw Problem("\(error)") }
    } text: { _, request, _ throws(Problem) in
      try GenerationWorkload(smallDecoder(), request, bindings: Bindings())
    }
  }

  private static func calibration(
    _ text: String?, _ profile: DeviceProfile = facts()
  ) throws -> BoardCalibration {
    let own = try text.map { try measurements($0, of: profile) }
    return try BoardCalibration(profile, own: own, others: ([], ModelTerms()))
  }

  /// Facts alone, and any number of rows, give a whole profile.
  @Test(arguments: [nil, "100,1\n", "100,1\n200,2\n300,3\n"])
  func anyNumberOfRowsIsEnough(rows: String?) throws {
    let calibration = try Self.calibration(rows.map { "model,latency_ms\n" + $0 })
    let profile = Self.facts().with(try #require(calibration.rates))
    #expect(profile.problems().isEmpty, "\(profile.problems())")
    let estimate = InferenceEstimate(
      try Self.workload(5000), on: profile, runtime: profile.runtimes[0])
    let latency = try #require(estimate.latency)
    #expect(latency.low < latency.value && latency.value < latency.high)
    #expect(latency.provenance != .measured)
    #expect(profile.runtimes[0].units[0].staticPower.provenance == .assumed)
  }

  /// What the table calls before is what an analysis said with the profile as it was, at the row's clock.
  @Test func beforeIsWhatAnAnalysisSaid() throws {
    let rows = "model,latency_ms,clock_mhz\n4000,9,100\n4000,18,50\n"
    let profile = Self.facts().with(
      try #require(try Self.calibration("model,latency_ms\n5000,10\n").rates))
    let estimate = InferenceEstimate(
      try Self.workload(4000), on: profile, runtime: profile.runtimes[0])
    let expected = try #require(estimate.latency).value
    let before = try Self.calibration(rows, profile).outcomes[0].rows.map(\.before)
    #expect(before.count == 2)
    #expect(zip(before, [1, 2]).allSatisfy { abs($0 / (expected * $1) - 1) < 1e-9 })
  }

  /// More rows make an interval narrower.
  @Test func rowsNarrowTheInterval() throws {
    func factor(_ rows: String?) throws -> Double {
      let rates = try #require(try Self.calibration(rows).rates)
      let profile = Self.facts().with(rates)
      let estimate = InferenceEstimate(
        try Self.workload(5000), on: profile, runtime: profile.runtimes[0])
      let latency = try #require(estimate.latency)
      return latency.high / latency.value
    }
    let none = try factor(nil)
    let one = try factor("model,latency_ms\n10000,20\n")
    let three = try factor("model,latency_ms\n10000,20\n3000,6\n1000,2\n")
    #expect(none > 5 * one && one > three && three > 1.3)
  }

  /// 20 ms for a million multiply-accumulates are 2 cycles each: a network between is predicted so.
  @Test func predictsOtherNetworks() throws {
    let rows = "model,latency_ms\n10000,20\n5000,10\n2500,5\n1250,2.5\n"
    let profile = Self.facts().with(try #require(try Self.calibration(rows).rates))
    let estimate = InferenceEstimate(
      try Self.workload(4000), on: profile, runtime: profile.runtimes[0])
    #expect(abs(estimate.latency!.value / 8e-3 - 1) < 0.03)
    let record = try #require(profile.runtimes[0].calibration)
    #expect((record.rows, record.networks, record.errors, record.devices) == (4, 4, 4, 1))
    #expect(record.measurements == ["t.csv"] && record.median ?? 1 < 0.1)
  }

  /// A network that was measured has the measured time, its spread, and its energy; on another clock it has not.
  @Test func measuredNetworksAreMeasured() throws {
    let rows = """
      model,latency_ms,latency_low_ms,latency_high_ms,power_mW
      1000,2,1.9,2.3,500
      2000,9,,,500

      """
    let calibration = try Self.calibration(rows)
    let profile = Self.facts().with(try #require(calibration.rates))
    var runtime = profile.runtimes[0]
    let estimate = InferenceEstimate(try Self.workload(1000), on: profile, runtime: runtime)
    let latency = try #require(estimate.latency)
    #expect((latency.value, latency.low, latency.high) == (2e-3, 1.9e-3, 2.3e-3))
    #expect(latency.provenance == .measured && latency.sources == ["calibration"])
    #expect(estimate.energy.map { abs($0.value - 1e-3) < 1e-12 } == true)
    #expect(estimate.energy?.provenance == .measured)
    let kernels = estimate.kernels.compactMap(\.time).reduce(runtime.overheadPerInference, +)
    #expect(abs(kernels.value / 2e-3 - 1) < 1e-9)
    #expect(estimate.diagnostics.contains { $0.code == "measured" })
    // Without a stated spread it is that of any measurement: exp(1.645 * 0.03).
    let other = try #require(
      InferenceEstimate(try Self.workload(2000), on: profile, runtime: runtime).latency)
    #expect(other.value == 9e-3 && abs(other.high / 9e-3 - exp(1.645 * 0.03)) < 1e-3)
    runtime.units[0].clock = Frequency(exactly: 50e6, provenance: .datasheet, sources: ["test"])
    let slower = InferenceEstimate(try Self.workload(1000), on: profile, runtime: runtime)
    #expect(slower.latency?.provenance != .measured)
    let different = InferenceEstimate(
      try Self.workload(1001), on: profile, runtime: profile.runtimes[0])
    #expect(different.latency?.provenance != .measured)
  }

  /// Tables state releases; a runtime without known releases is in the newest one.
  @Test(
    arguments: [
      (["2.3.0", "2.10"], "2.10", 3e-3), (["2.10", "2.3.0"], "2.10", 2e-3),
      (["nightly"], nil, 2e-3),
    ] as [([String], String?, Double)])
  func measuredNetworksHaveReleases(
    versions: [String], release: String?, seconds: Double
  ) throws {
    let rows = versions.enumerated().map { "1000,\($0 + 2),\($1)\n" }.joined()
    let table = "model,latency_ms,version\n" + rows
    let profile = Self.facts().with(try #require(try Self.calibration(table).rates))
    let runtime = profile.runtimes[0]
    #expect(runtime.release == release)
    let estimate = InferenceEstimate(try Self.workload(1000), on: profile, runtime: runtime)
    #expect(estimate.latency?.value == seconds && estimate.latency?.provenance == .measured)
  }

  /// What was measured at another clock is a prediction at the profile's, which a user should know.
  @Test(arguments: [(100.0, false), (100.4, false), (120, true)])
  func anotherClockIsSaid(megahertz: Double, isSaid: Bool) throws {
    let text = "model,latency_ms,clock_mhz\n1000,2,\(megahertz)\n2000,4,\(megahertz)\n"
    let own = try Self.measurements(text, of: Self.facts())
    #expect(
      own.warnings
        == (isSaid
          ? [
            "row 2 and 1 more row: clock_mhz 120, where the profile has 100: rates are fitted to their cycles, "
              + "but their networks are not reported as measured"
          ] : []))
  }

  /// A row of a layer alone makes no network measured.
  @Test func aLayerIsNoNetwork() throws {
    let rates = try #require(try Self.calibration("model,layer,latency_ms\n1000,dense,2\n").rates)
    #expect(rates.runtimes["my-runtime"]?.measured == nil)
  }

  /// Rates of a runtime without rows stay as the profile has them.
  @Test func otherRuntimesAreLeftAlone() throws {
    var profile = Self.facts()
    var other = testDevice().1
    other.name = "other"
    profile.runtimes.append(other)
    let calibration = try Self.calibration("model,latency_ms\n1000,2\n", profile)
    #expect(calibration.rates?.runtimes.keys.sorted() == ["my-runtime"])
  }
}
