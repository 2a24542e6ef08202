import Analysis
import Documents
import Foundation
import OpGraph
import Quantities
import Testing

@testable import DeviceProfiles

/// The short form of a profile.
@Suite struct BoardProfileTests {
  private static let facts = [
    "name": "my-board", "like": "stm32u575", "core": "cortex-m33", "clock": "80 MHz",
    "ram": "256KB", "flash": "1 MiB",
  ]

  /// The profile of a file with these keys beside the usual ones; an empty text leaves a key out.
  private func profile(_ changes: [String: String] = [:]) throws -> DeviceProfile {
    let keys = Self.facts.merging(changes) { $1 }.filter { !$0.value.isEmpty }
    let text = keys.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
    let path = FileManager.default.temporaryDirectory.appending(
      path: "board-\(UUID().uuidString).json"
    ).path
    try "{\(text)}".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try DeviceCatalog.profile(contentsOf: path)
  }

  private func unit(_ profile: DeviceProfile) throws -> ComputeUnit {
    try #require(profile.runtime(named: nil)).units[0]
  }

  /// At half the clock, cycles are the same, times twice as long and power half as much.
  @Test func takesCyclesAndTheClock() throws {
    let (board, like) = (try profile(), try DeviceCatalog.profile(named: "stm32u575"))
    let (own, other) = (try unit(board), try unit(like))
    #expect(own.clock.value == 80e6)
    let rates = [own, other].map { $0.cycles(perMACIn: .int8, .kind(.convolution)) }
    #expect(rates[0]?.value == rates[1]?.value)
    #expect(try #require(rates[0]).high > 1.2 * (try #require(rates[1])).high)
    #expect(abs(own.overheadPerKernel.value / other.overheadPerKernel.value - 2) < 1e-9)
    #expect(abs(own.staticPower.value / other.staticPower.value - 0.5) < 1e-9)
    #expect(own.staticPower.provenance == .assumed)
    #expect(abs(own.staticPower.high / (other.staticPower.high * 0.5) - 2) < 1e-9)
    #expect(board.memories.map(\.capacity.value) == [262_144, 1_048_576])
    #expect(board.problems().isEmpty)
    #expect(board.product == nil)
  }

  @Test func saysWhatIsNotItsOwn() throws {
    let runtime = try #require(try profile().runtime(named: nil))
    let note = "rates and power of stm32u575, not measured on this board"
    #expect(runtime.borrowed?.note == note)
    #expect(runtime.calibration?.rows == 0)
    #expect(runtime.calibration?.errorsBy == .device)
    #expect(runtime.releaseBasis == .measuredElsewhere)
    let stated = try #require(try profile(["activePower": "20 mW"]).runtime(named: nil))
    #expect(stated.borrowed?.note == "rates of stm32u575, not measured on this board")
    #expect(stated.units[0].staticPower.value == 0.02)
    #expect(stated.units[0].staticPower.low < 0.02)
    let other = try #require(try profile(["core": "cortex-m3"]).runtime(named: nil))
    #expect(
      other.borrowed?.note
        == "rates and power of stm32u575, another core (cortex-m33), not measured on this board")
  }

  /// Software that no device has is like the default of the other device, with a wider interval.
  @Test func anotherRuntimeIsWider() throws {
    let board = try profile(["defaultRuntime": "my-engine"])
    let own = try #require(board.runtime(named: nil))
    let like = try #require(board.runtimes.first { $0.name == "x-cube-ai" })
    #expect(own.name == "my-engine" && own.releases == nil && own.software == nil)
    #expect(
      own.borrowed?.note
        == "rates and power of stm32u575, another runtime (x-cube-ai), not measured on this board")
    let factors = try [like, own].map { try #require($0.calibration).intervalFactor }
    #expect(factors[0] < factors[1])
    #expect(
      own.borrowed?.without(power: false)?.note == "power of stm32u575, not measured on this board")
  }

  /// Half the multiply-accumulates a cycle take twice the cycles, with an interval no narrower; a kernel starts as
  /// fast.
  @Test func anotherCoreHasItsWidth() throws {
    let (same, other) = (try unit(profile()), try unit(profile(["core": "cortex-m3"])))
    let rates = [same, other].compactMap { $0.cycles(perMACIn: .int8, .kind(.convolution)) }
    #expect(abs(rates[1].value / rates[0].value - 2) < 1e-9)
    let widths = rates.map { $0.high / $0.value }
    #expect(widths[1] > widths[0] - 1e-9)
    #expect(abs(other.overheadPerKernel.value / same.overheadPerKernel.value - 1) < 1e-9)
  }

  /// What calibration then puts in its place is the board's own.
  @Test func fittedRatesReplaceThoseOfTheOther() throws {
    let parts = BorrowedParts(device: "rp2350", rates: true, power: true)
    #expect(parts.without(power: true) == nil)
    #expect(parts.without(power: false)?.note == "power of rp2350, not measured on this board")
    let stated = BorrowedParts(device: "rp2350", rates: true, power: false)
    #expect(stated.without(power: false) == nil)
  }

  /// Every device that a board can be like gives a profile that holds.
  @Test(arguments: DeviceCatalog.names) func everyDeviceCanBeBorrowedFrom(name: String) throws {
    let like = try DeviceCatalog.profile(named: name)
    let hasFlash = like.memories.contains { $0.holds == .weights }
    let board = try profile(["like": name, "core": "", "flash": hasFlash ? "2 MB" : ""])
    #expect(board.problems().isEmpty, "\(board.problems())")
    let widths = zip(board.runtimes, like.runtimes).map { own, other in
      (own.units[0].clock.value, own.spread?.deviation([:], nil), other.spread?.deviation([:], nil))
    }
    for (clock, own, other) in widths {
      #expect(clock == 80e6)
      if let own, let other { #expect(own > other) }
    }
  }

  @Test(
    arguments: [
      (["like": "stm32u576"], "like: device 'stm32u576' is not known", "stm32u575"),
      (["like": "", "likes": "stm32u575"], "likes", "like"),
      (["name": "rp2040"], "name: 'rp2040' is the name of a built-in profile", "expected another"),
      (["clock": "80"], "clock: expected Hz, such as '160 MHz'", "found '80'"),
      (["clock": "80 kB"], "clock: expected Hz", "found '80 kB'"),
      (["clock": "1 Hz"], "clock: 1 is below 1000 Hz", "found '1 Hz'"),
      (["ram": "256"], "ram: expected B, such as '768 KiB'", "found '256'"),
      (["ram": "-1 KB"], "ram: -1024 is below 256 B", "found '-1 KB'"),
      (["activePower": "20"], "activePower: expected W, such as '20 mW'", "found '20'"),
      (
        ["defaultRuntime": "plumerei"], "is not a runtime of 'stm32u575'",
        "did you mean 'plumerai'?"
      ),
      (["flash": ""], "flash: is missing", "'stm32u575' has weights in its flash"),
      (["like": "raspberry-pi-4"], "flash: 'raspberry-pi-4' has weights in its dram", "no flash"),
      (
        ["energyMeasuredAt": "chips"], "expected one of: chip, rail, board, wall",
        "did you mean 'chip'?"
      ),
      (["nominalMACsPerCycle": "x"], "nominalMACsPerCycle", "expected"),
      (["schemaVersion": "2.0"], "schemaVersion: is '2.0'", "expected '1.0'"),
    ] as [([String: String], String, String)])
  func namesWhatIsWrong(changes: [String: String], fact: String, expectation: String) {
    let error = #expect(throws: Problem.self) { try profile(changes) }
    let message = error?.description ?? ""
    #expect(message.contains(fact), "\(message)")
    #expect(message.contains(expectation), "\(message)")
  }

  @Test func readsWhatItWrites() throws {
    var board = BoardProfile(
      name: "my-board", like: "stm32u575", core: "cortex-m33", clock: try StatedQuantity("80 MHz"),
      ram: try StatedQuantity("256 KB"))
    board.flash = try StatedQuantity("1 MB")
    let text = try JSONEncoder().encode(board)
    let read = try JSONDecoder().decode(BoardProfile.self, from: text)
    #expect(read.ram.text == "256 KB")
    #expect(try read.resolved().memories[0].capacity.value == 262_144)
  }

  @Test(
    arguments: [
      ("cortex-m33", 160e6, nil, "stm32u575"), ("cortex-m33", 100e6, nil, "stm32u385"),
      ("cortex-m33", 150e6, "tflm-cmsis-nn", "rp2350"), ("cortex-m7", 480e6, nil, "stm32h747"),
      ("cortex-m3", 72e6, nil, "nrf52840"), ("cortex-a72", 1.5e9, nil, "raspberry-pi-4"),
    ] as [(String, Double, String?, String)])
  func findsTheNearestDevice(core: String, clock: Double, runtime: String?, device: String) throws {
    #expect(try ProcessorCores.device(like: core, at: clock, runtime: runtime) == device)
  }

  @Test func namesTheKnownCores() {
    let error = #expect(throws: Problem.self) {
      try ProcessorCores.device(like: "cortex-m34", at: 1e8, runtime: nil)
    }
    #expect(error?.description.contains("one of ") ?? false)
    #expect(error?.suggestions.contains("cortex-m33") ?? false)
  }
}
