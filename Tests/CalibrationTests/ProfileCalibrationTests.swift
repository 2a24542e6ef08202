@testable import DeviceProfiles
import Analysis
import Foundation
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Calibration

@Suite struct ProfileCalibrationTests {
  /// A device of the name, whose runtime is that of the synthetic rows.
  private func profile(_ name: String) -> DeviceProfile {
    var (profile, runtime) = testDevice()
    profile.name = name
    runtime.name = "runtime"
    runtime.units[0].core = "core"
    profile.defaultRuntime = "runtime"
    profile.runtimes = [runtime]
    return profile
  }

  private func calibrated(_ name: String) -> DeviceProfile {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    return ProfileCalibration(data.rows, data.terms, runtimes: ["runtime"])
      .calibrated(profile(name))
  }

  @Test func putsRatesOfTheDevice() throws {
    let unit = calibrated("b").runtimes[0].units[0]
    let rate = try #require(unit.cycles(perMACIn: .int8, .kind(.pointwiseConvolution)))
    #expect(abs(rate.value / 6 - 1) < 0.05)
    #expect(rate.low < rate.value && rate.value < rate.high)
    #expect(rate.provenance == .derived)
    #expect(rate.sources == [ProfileCalibration.source])
    // 0.5 W in every row.
    #expect(unit.staticPower.value == 0.5)
  }

  @Test func factsStay() {
    let (before, after) = (profile("b"), calibrated("b"))
    #expect(after.runtimes[0].units[0].clock == before.runtimes[0].units[0].clock)
    #expect(after.runtimes[0].units[0].bandwidth == before.runtimes[0].units[0].bandwidth)
    #expect(after.memories.map(\.capacity) == before.memories.map(\.capacity))
    #expect(after.problems().isEmpty)
  }

  @Test func saysWhatItWasFittedTo() throws {
    let record = try #require(calibrated("b").runtimes[0].calibration)
    #expect((record.rows, record.networks, record.rowsFittedTogether) == (6, 6, 12))
    #expect(record.architectures == 6)
    #expect(record.architectureFactor >= record.intervalFactor)
    #expect(record.measurements == ["test"])
    #expect(record.errorsBy == .network)
    // Six errors of the device are too few for a quantile, so those of the runtime count.
    #expect((record.errors, record.devices) == (12, 2))
  }

  /// Networks under two names with the costs of one, in any of their models, are one network.
  @Test func twinsAreOneNetwork() {
    var data = Synthetic(devices: ["a": 1])
    #expect(data.terms.networks(of: data.rows) == 6)
    data.terms.amounts["network1"] = data.terms.amounts["network0"]
    #expect(data.terms.networks(of: data.rows) == 5)
    var other = Synthetic.row("a", network: "network1", seconds: 1)
    other.model = "network2"
    #expect(data.terms.networks(of: data.rows + [other]) == 4)
    // A layer that two networks have makes them no twins.
    data = Synthetic(devices: ["a": 1])
    for index in data.rows.indices {
      data.rows[index].layer = "0"
      data.rows[index].model = "network0"
    }
    #expect(data.terms.networks(of: data.rows) == 6)
  }

  /// The shipped records count what the table of measurements has.
  @Test(arguments: DeviceCatalog.names) func shippedRecordsCountTheRows(name: String) throws {
    let (measurements, terms) = try CalibrationData.load()
    for runtime in try DeviceCatalog.profile(named: name).runtimes {
      guard let record = runtime.calibration else { continue }
      let measured = Set(measurements.map(\.runtime))
      let software = runtime.units.indices.lazy.compactMap { runtime.software(ofUnit: $0) }
        .first(where: measured.contains)
      let own = measurements.filter {
        $0.device == name && $0.runtime == software && $0.isFitted
      }
      #expect(record.rows == own.count, "\(name):\(runtime.name)")
      #expect(record.architectureFactor >= record.intervalFactor, "\(name):\(runtime.name)")
      #expect(record.networks == terms.networks(of: own), "\(name):\(runtime.name)")
      #expect(
        record.architectures == Set(own.map(\.architecture)).count, "\(name):\(runtime.name)")
    }
  }

  /// A device that nobody measured gets rates of its sisters, its own power, and a wider interval.
  @Test func aDeviceWithoutRows() throws {
    let new = calibrated("new").runtimes[0]
    let record = try #require(new.calibration)
    #expect(record.rows == 0 && record.errorsBy == .device)
    let known = try #require(calibrated("b").runtimes[0].calibration)
    #expect(record.intervalFactor > known.intervalFactor)
    #expect(new.units[0].staticPower == profile("new").runtimes[0].units[0].staticPower)
  }

  /// A rate's interval is the quantile times its standard deviation.
  @Test func ratesHaveTheSpreadOfTheFit() throws {
    let runtime = calibrated("b").runtimes[0]
    let spread = try #require(runtime.spread)
    #expect(
      spread.terms == [
        .mac(.int8, .kind(.pointwiseConvolution)), .operation(.elementwise), .kernel,
        .uncachedWeights,
      ])
    let rate = try #require(runtime.units[0].cycles(perMACIn: .int8, .kind(.pointwiseConvolution)))
    let variance = spread.covariance(0, 0) + PredictionSpread.noise * PredictionSpread.noise
    #expect(
      abs(log(rate.high / rate.value) / (spread.quantile * variance.squareRoot()) - 1) < 0.05)
    #expect(spread.ofMeasured > 0)
  }

  /// A kind that no measured model has is assumed, with the interval of the priors; a precision is so many times
  /// the integers', with half and twice that as its interval.
  @Test func whatWasNotSeenIsAssumed() throws {
    let runtime = calibrated("b").runtimes[0]
    let spread = try #require(runtime.spread)
    let unit = runtime.units[0]
    let rate = try #require(unit.cycles(perMACIn: .int8, .kind(.matMul)))
    #expect(rate.provenance == .assumed)
    #expect(log(rate.high / rate.value) > spread.quantile * PredictionSpread.unseen)
    #expect(rate.note != nil)
    let real = try #require(unit.cycles(perMACIn: .float32, .kind(.matMul)))
    #expect(real.provenance == .assumed)
    #expect(abs(real.value / rate.value - 3) < 1e-9)
    #expect(abs(real.high / rate.high - 6) < 1e-9)
  }

  /// An accelerator has the rates of the runtime's name, its host those of the software that the runtime
  /// names; errors are those of the accelerator.
  @Test func anAcceleratorAndItsHost() throws {
    let hosts = Synthetic(devices: ["a": 1, "b": 3])
    let accelerators = Synthetic.accelerators()
    var terms = hosts.terms
    terms.amounts.merge(accelerators.terms.amounts) { host, _ in host }
    var (device, runtime) = testDevice(accelerator: Acceptance(precisions: [.int8]))
    device.name = "b"
    runtime.name = "accelerator"
    runtime.software = "runtime"
    runtime.units[0].bandwidth = [:]
    runtime.units[1].core = "core"
    device.defaultRuntime = runtime.name
    device.runtimes = [runtime]
    let fitted = ProfileCalibration(
      hosts.rows + accelerators.rows, terms, runtimes: ["accelerator", "runtime"]
    ).calibrated(device)
    let units = fitted.runtimes[0].units
    let weights = try #require(units[0].cyclesPerWeightByte)
    #expect(abs(weights.value / 3 - 1) < 0.2)
    // 1e5 cycles at 1 MHz.
    #expect(abs(fitted.runtimes[0].overheadPerInference.value / 0.1 - 1) < 0.2)
    #expect(
      Array(units[0].cyclesPerMAC.keys) == [.int8] && units[0].precisionFactors?.isEmpty == true)
    #expect(units[1].cyclesPerWeightByte == nil)
    let rate = try #require(units[1].cycles(perMACIn: .int8, .kind(.pointwiseConvolution)))
    #expect(abs(rate.value / 6 - 1) < 0.05)
    #expect(fitted.runtimes[0].calibration?.rows == accelerators.rows.count)
    #expect(fitted.problems().isEmpty)
  }

  @Test func anotherRuntimeIsLeftAlone() {
    var other = profile("b")
    other.runtimes[0].name = "unknown"
    let data = Synthetic(devices: ["a": 1])
    let result = ProfileCalibration(data.rows, data.terms, runtimes: ["unknown"]).calibrated(other)
    #expect(result.runtimes[0].calibration == nil)
    #expect(result.sources.keys == other.sources.keys)
  }

  /// Twice gives the same: fitted rates are no starting point of the next fit.
  @Test func isTheSameTwice() {
    let data = Synthetic(devices: ["a": 1, "b": 3])
    let calibration = ProfileCalibration(data.rows, data.terms, runtimes: ["runtime"])
    let once = calibration.calibrated(profile("b"))
    let twice = calibration.calibrated(once)
    #expect(once.runtimes[0].units[0].cyclesPerMAC == twice.runtimes[0].units[0].cyclesPerMAC)
    #expect(
      once.runtimes[0].units[0].overheadPerKernel == twice.runtimes[0].units[0].overheadPerKernel)
  }
}
