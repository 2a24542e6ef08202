import Analysis
import OpGraph
import Quantities
import Testing

@testable import DeviceProfiles

@Suite struct ReleaseTests {
  @Test(arguments: [
    ("2.7.1", "2.11.0"), ("8.1.0", "10.2"), ("v0.7", "v1.0"), ("7.1", "7.1.1"), ("21.11", "22.05"),
  ])
  func versionsCompareNumberByNumber(old: String, new: String) throws {
    let (old, new) = (try #require(Version(old)), try #require(Version(new)))
    #expect(old < new)
    #expect(!(new < old))
  }

  @Test func zerosAtTheEndDoNotCount() {
    #expect(Version("7.1") == Version("7.1.0"))
    #expect(Version.isSame("v1.0", "1"))
    #expect(Version.isSame("not stated", "not stated"))
  }

  @Test(arguments: ["not stated", "", "v", "7.", "7.x", "-1", "MicroGreen", "99999999999999999999"])
  func otherTextsHaveNoPlace(text: String) {
    #expect(Version(text) == nil)
    #expect(!Version.isSame(text, "1"))
  }

  @Test(arguments: [
    ("2.0", ReleasePlace.measured(1)), ("2", .measured(1)), ("1.5", .after(0)),
    ("0.9", .older(steps: 1)), ("3.1", .newer(2, steps: 1)), ("5.0", .newer(2, steps: 2)),
    ("999999999", .newer(2, steps: 10)),
  ])
  func findsThePlace(of version: String, is place: ReleasePlace) throws {
    let measured = ["1.0", "2.0", "3.0"].compactMap { Version($0) }
    #expect(ReleasePlace(of: try #require(Version(version)), among: measured) == place)
  }

  @Test(arguments: [
    ("x-cube-ai", "x-cube-ai", nil), ("x-cube-ai-10.2", "x-cube-ai", "10.2"),
    ("x-cube-ai-", "x-cube-ai-", nil), ("tflm-cmsis-nn", "tflm-cmsis-nn", nil),
    ("vela-4", "vela-4", nil),
  ])
  func dividesNames(text: String, runtime: String, release: String?) {
    let name = RuntimeName(text, among: ["x-cube-ai", "tflm", "tflm-cmsis-nn"])
    #expect(name.runtime == runtime)
    #expect(name.release == release)
  }

  private func runtime(_ name: String?) throws -> Runtime {
    try #require(
      DeviceCatalog.profile(named: "stm32u575", runtime: name).runtime(named: name))
  }

  private func cycles(_ name: String?) throws -> Estimate<CyclesPerMAC> {
    let runtime = try runtime(name)
    return try #require(
      runtime.units[0].cycles(perMACIn: .int8, .kind(.pointwiseConvolution)))
  }

  @Test func theDefaultIsTheNewestMeasuredRelease() throws {
    let runtime = try runtime(nil)
    let line = try #require(runtime.releases)
    let own = line.measured.filter { $0.rows > 0 }.compactMap { Version($0.version) }
    #expect(Version(line.ratesOf) == own.max())
    #expect(runtime.release == line.ratesOf)
    #expect(runtime.releaseBasis == .measured)
    #expect(runtime.releaseNote == nil)
    #expect(try cycles("x-cube-ai-\(line.ratesOf)").value == cycles(nil).value)
  }

  @Test(arguments: ["x-cube-ai-7.1", "x-cube-ai-7.1.0", "x-cube-ai-7.3", "plumerai-2023.05"])
  func aReleaseHasItsOwnRates(name: String) throws {
    let runtime = try runtime(name)
    #expect(runtime.name == name)
    #expect(runtime.releaseBasis == .measured)
    #expect(runtime.nameWithRelease == "\(runtime.software ?? "") \(runtime.release ?? "")")
  }

  @Test func anOlderReleaseIsSlower() throws {
    #expect(try cycles("x-cube-ai-7.1").value > cycles("x-cube-ai-8.1").value)
  }

  @Test func aReleaseThatNobodyMeasuredIsLessCertain() throws {
    func ratio(_ name: String) throws -> Double {
      let cycles = try cycles(name)
      return cycles.high / cycles.low
    }
    let between = try runtime("x-cube-ai-7.2")
    #expect(between.releaseBasis == .interpolated)
    #expect(between.releaseNote?.contains("was not measured") == true)
    #expect(try ratio("x-cube-ai-7.2") > ratio("x-cube-ai-7.1"))
    #expect(try runtime("x-cube-ai-13").releaseBasis == .extrapolated)
    #expect(try ratio("x-cube-ai-13") > ratio("x-cube-ai-12"))
    #expect(try ratio("x-cube-ai-12") > ratio("x-cube-ai-7.2"))
  }

  @Test func releasesThatAreNotKnownHaveNoRuntime() throws {
    let profile = try DeviceCatalog.profile(named: "esp32")
    #expect(profile.runtime(named: "tflm-esp-nn-1.0") == nil)
  }
}
