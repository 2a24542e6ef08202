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

@Suite struct MeasurementTableTests {
  private static func read(_ text: String) throws -> MeasurementTable {
    try MeasurementTable(CSVTable(text, named: "t.csv"), named: "t.csv")
  }

  /// Names of columns in any case; units become those of SI, and power times time is energy.
  @Test func readsColumnsAndUnits() throws {
    let table = try Self.read(
      "\u{FEFF}Model, LATENCY_MS ,latency_low_ms,latency_high_ms,power_mW,clock_MHz,layer\n"
        + "a.tflite,2.5,2.5,3,100,120,conv + relu\n,,,,,,\nb.tflite,,,,,,\n")
    #expect(table.rows.map(\.number) == [2, 4])
    let row = table.rows[0]
    #expect(row.model == "a.tflite" && row.layer == "conv + relu" && row.clock == 120e6)
    #expect((row.seconds, row.lowSeconds, row.highSeconds) == (2.5e-3, 2.5e-3, 3e-3))
    #expect(row.joules.map { abs($0 - 250e-6) < 1e-15 } == true)
    #expect(table.rows[1].seconds == nil)
  }

  @Test(arguments: [
    (
      "model,latency\nm,1\n", "t.csv: column 'latency' is not known", "; did you mean 'latency_ms'?"
    ),
    ("model,latency_us\nm,1\n", "t.csv: column 'latency_us' is not known", "'latency_ms'?"),
    (
      "model,latency_ms,watt\nm,1,1\n", "t.csv: column 'watt' is not known, expected any of",
      "tokens_per_second"
    ),
    ("model,latency_ms,model\nm,1,m\n", "t.csv: column 'model' is there twice", ""),
    ("model,latency_ms,Model\nm,1,m\n", "t.csv: column 'model' is there twice", ""),
    ("model\nm\n", "t.csv: has no column 'latency_ms'", ""),
    (
      "model;latency_ms\nm;1\n", "t.csv: its columns are separated by semicolons, expected commas",
      ""
    ),
    ("model,latency_ms\n,1\n", "t.csv: row 2: has no model", ""),
    (
      "model,latency_ms,prompt,tokens,tokens_per_second\nm,1,4,8,5\n",
      "t.csv: row 2: has latency_ms beside tokens_per_second, expected a row of its own", ""
    ),
    ("model,latency_ms\nm,-1\n", "t.csv: row 2: latency_ms is '-1', expected a number above 0", ""),
    (
      "model,latency_ms\nm,\"1,5\"\n", "t.csv: row 2: latency_ms is '1,5'",
      "with a decimal point: 1.5"
    ),
    (
      "model,latency_ms\nm,12 ms\n", "t.csv: row 2: latency_ms is '12 ms'",
      "the unit is in the name of the column: 12"
    ),
    (
      "model,latency_ms\nm,inf\n", "t.csv: row 2: latency_ms is 'inf', expected a number above 0",
      ""
    ),
    (
      "model,latency_ms,latency_low_ms\nm,5,50\n",
      "t.csv: row 2: latency_low_ms is 50, above latency_ms 5", ""
    ),
    (
      "model,latency_ms,latency_high_ms\nm,5,0.5\n",
      "t.csv: row 2: latency_high_ms is 0.5, below latency_ms 5", ""
    ),
    // 20 mW for 10 ms are 200 uJ.
    (
      "model,latency_ms,energy_uJ,power_mW\nm,10,300,20\n",
      "t.csv: row 2: power_mW 20 for latency_ms 10 is 200 uJ, but energy_uJ is 300: leave one out",
      ""
    ),
    ("model,latency_ms\nm,1,2\n", "t.csv: row 2 has 3 fields, expected 2", ""),
  ])
  func saysWhatIsWrong(text: String, start: String, end: String) throws {
    let problem = try #require(throws: Problem.self) { try Self.read(text) }
    #expect("\(problem)".hasPrefix(start) && "\(problem)".hasSuffix(end), "\(problem)")
  }
}

@Suite struct BoardMeasurementsTests {
  /// A product of 1 x 2000 and 2000 x 1000: 2 million multiply-accumulates.
  private static func workload() throws -> Workload {
    var graph = TestGraph()
    let x = graph.input("x", [1, 2000], .int8)
    let y = graph.product(x, inputs: 2000, outputs: 1000, .int8, name: "dense")
    let result = graph.node(Activation(.relu), [y], name: "relu")
    return try graph.workload(outputs: [result])
  }

  /// A Cortex-M33 of 100 MHz, which starts two a cycle.
  private static func board(_ name: String = "my-board") -> DeviceProfile {
    var (profile, runtime) = testDevice()
    profile.name = name
    runtime.name = "tflm-cmsis-nn"
    runtime.units[0].core = "cortex-m33"
    runtime.units[0].clock = Frequency(exactly: 100e6, provenance: .datasheet, sources: ["test"])
    runtime.units[0].nominalMACsPerCycle = Estimate(
      exactly: 2, provenance: .datasheet, sources: ["test"])
    profile.defaultRuntime = runtime.name
    profile.runtimes = [runtime]
    return profile
  }

  private static func read(
    _ text: String, _ profiles: [DeviceProfile] = [board()]
  ) throws -> BoardMeasurements {
    let table = try MeasurementTable(CSVTable(text, named: "t.csv"), named: "t.csv")
    let workload = try workload()
    return try BoardMeasurements(table, of: profiles) { _, _ in
      workload
    } text: {
      _, _, _ throws(Problem) in
      throw Problem("is no decoder")
    }
  }

  /// Device, runtime and clock are those of the profile.
  @Test func takesFactsOfTheProfile() throws {
    let data = try Self.read("model,latency_ms\nm.tflite,20\n")
    let used = try #require(data.used.first)
    #expect(used.inference.device == "my-board" && used.inference.core == "cortex-m33")
    #expect(used.inference.runtime == "tflm-cmsis-nn" && used.inference.clock == 100e6)
    #expect(used.inference.nominalMACsPerCycle == 2 && used.network != nil)
    #expect(data.unused.isEmpty && data.warnings.isEmpty)
  }

  /// 2e6 multiply-accumulates in 0.012 ms are 1,667 a cycle of 100 MHz; in 12 ms they are 1.67.
  @Test(arguments: [
    (
      "model,latency_ms\nm,0.012\n",
      "t.csv: row 2: latency_ms 0.012 would be 1667 MACs a cycle, the cortex-m33 starts at most 2: "
        + "is it in seconds? then write 12"
    ),
    // Too fast even if it were seconds: something else is wrong.
    (
      "model,latency_ms\nm,0.000012\n",
      "t.csv: row 2: latency_ms 1.2e-05 would be 1666670 MACs a cycle, the cortex-m33 starts at most 2"
    ),
    (
      "model,latency_ms,clock_mhz\nm,20,100000000\n",
      "t.csv: row 2: clock_mhz 100000000 is 100 THz, the profile's clock is 100 MHz: is it in Hz? "
        + "then write 100"
    ),
    (
      "model,latency_ms,clock_mhz\nm,20,0.1\n",
      "t.csv: row 2: clock_mhz 0.1 is 100 kHz, the profile's clock is 100 MHz: is it in GHz? "
        + "then write 100"
    ),
    (
      "model,latency_ms,clock_mhz\nm,20,70000\n",
      "t.csv: row 2: clock_mhz 70000 is 70.0 GHz, expected 0.01 to 10000"
    ),
    // 400,000 uJ in 20 ms are 20 W; a thousandth is 20 mW.
    (
      "model,latency_ms,energy_uJ\nm,20,400000\n",
      "t.csv: row 2: energy_uJ 400000 in 20 ms is 20.0 W, more than any microcontroller draws "
        + "(10.0 W): is it in nJ? then write 400"
    ),
    // 0.1 uJ in 20 ms are 5 uW; as millijoules they are 5 mW.
    (
      "model,latency_ms,energy_uJ\nm,20,0.1\n",
      "t.csv: row 2: energy_uJ 0.1 in 20 ms is 5.00 µW, less than any microcontroller draws "
        + "(10.0 µW): is it in mJ? then write 100"
    ),
    (
      "model,latency_ms,layer\nm,20,dens\n",
      "t.csv: row 2: layer is 'dens', which 'm' does not have, expected a name, or an index below 2; "
        + "did you mean 'dense'?"
    ),
    (
      "model,latency_ms\nm,20\nm,200\n",
      "t.csv: row 3: latency_ms is 200, but 20 in row 2 for the same model: one of them is wrong, or "
        + "they have different clock_mhz or version"
    ),
    (
      "model,latency_ms,device\nm,20,my-bord\n",
      "t.csv: no row can be used; row 2: device is 'my-bord', the profile is 'my-board'; did you mean "
        + "'my-board'?"
    ),
    (
      "model,latency_ms,runtime\nm,20,tflm-cmsisnn\n",
      "t.csv: no row can be used; row 2: runtime is 'tflm-cmsisnn', 'my-board' has 'tflm-cmsis-nn'; "
        + "did you mean 'tflm-cmsis-nn'?"
    ),
  ])
  func refusesWhatCannotBe(text: String, error: String) throws {
    let problem = try #require(throws: Problem.self) { try Self.read(text) }
    #expect("\(problem)" == error)
  }

  /// Every row is used, or is not with a reason.
  @Test func leavesNoRowOutWithoutAWord() throws {
    let data = try Self.read(
      """
      model,latency_ms,device,role,layer
      m,20,,,
      m,,,,
      m,20,other,,
      m,20,,check,
      m,15,,,dense + relu

      """)
    #expect(data.used.map(\.row.number) == [2, 6])
    #expect(data.unused.map(\.row) == [3, 4, 5])
    #expect(data.unused[0].reason == "has no latency_ms")
    #expect(data.unused[1].reason == "device is 'other', the profile is 'my-board'")
    #expect(data.unused[2].reason == "role is 'check'")
    #expect(data.used[1].network == nil)
  }

  /// Rows that differ by 20 % are both used, with a warning.
  @Test func warnsOfRowsThatDiffer() throws {
    let data = try Self.read("model,latency_ms\nm,20\nm,24\n")
    #expect(data.used.count == 2)
    #expect(
      data.warnings == [
        "row 3: latency_ms is 24, but 20 in row 2 for the same model; both are used"
      ])
  }

  @Test func severalProfilesNeedADevice() throws {
    let problem = try #require(throws: Problem.self) {
      try Self.read("model,latency_ms\nm,20\n", [Self.board("one"), Self.board("other")])
    }
    #expect(
      "\(problem)" == "t.csv: row 2: has no device, and there are 2 profiles, expected one, other")
  }
}
