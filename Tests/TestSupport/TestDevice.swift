package import Analysis
package import DeviceProfiles
import HardwareMapping
package import OpGraph
import Quantities

/// A device with round numbers: 1 MHz, 2 cycles a MAC, 1 an operation, 1 MB/s, 10 mW.
/// - Parameters:
///   - accelerator: What a second unit, 20 times as fast, takes.
///   - bytesPerSecond: Of the only memory.
///   - overhead: Seconds of starting a kernel.
package func testDevice(
  fusions: [FusionPatternName] = [], accelerator: Acceptance? = nil,
  precisions: [Precision] = [.float32], perByte: Double? = nil, bytesPerSecond: Double = 1e6,
  overhead: Double = 1e-3, imageToColumn: [KernelKind]? = nil
) -> (DeviceProfile, Runtime) {
  func exactly<U>(_ value: Double) -> Estimate<U> {
    Estimate(exactly: value, provenance: .measured, sources: ["test"])
  }
  guard var profile = try? DeviceCatalog.decode(Array(json.utf8), from: "test") else {
    preconditionFailure("the profile below does not decode")
  }
  var cpu = profile.runtimes[0].units[0]
  let transfer = cpu.transfer
  cpu.transfer = nil
  cpu.cyclesPerMAC = Dictionary(
    uniqueKeysWithValues: precisions.map { ($0, [.others: exactly(2)]) })
  cpu.bandwidth = ["ram": exactly(bytesPerSecond)]
  cpu.overheadPerKernel = exactly(overhead)
  cpu.imageToColumn = imageToColumn
  cpu.energyPerByte = perByte.map { ["ram": exactly($0)] }
  profile.runtimes[0].units = [cpu]
  if let accelerator {
    var npu = cpu
    npu.name = "npu"
    npu.cyclesPerMAC = cpu.cyclesPerMAC.mapValues { _ in [.others: exactly(0.1)] }
    npu.accepts = accelerator
    npu.transfer = transfer
    profile.runtimes[0].units.insert(npu, at: 0)
  }
  profile.runtimes[0].fusions = fusions
  return (profile, profile.runtimes[0])
}

private let json = """
  {
    "schemaVersion": "1.0", "name": "test", "title": "test", "class": "microcontroller",
    "energyBoundary": "none", "energyMeasuredAt": "chip", "defaultRuntime": "test",
    "memories": [{"name": "ram", "holds": "both", "capacity": \(number(1e6, "B"))}],
    "runtimes": [{
      "name": "test", "title": "test", "fusions": [],
      "overheadPerInference": \(number(2e-3, "s")),
      "units": [{
        "name": "cpu", "clock": \(number(1e6, "Hz")),
        "cyclesPerMAC": {"float32": {"default": \(number(2, "cycle/MAC"))}},
        "cyclesPerOp": {"default": \(number(1, "cycle/op"))},
        "bandwidth": {"ram": \(number(1e6, "B/s"))},
        "overheadPerKernel": \(number(1e-3, "s")), "staticPower": \(number(0.01, "W")),
        "transfer": {"latency": \(number(5e-3, "s")), "bandwidth": \(number(1e6, "B/s"))}
      }]
    }],
    "sources": {"test": {"title": "test"}}
  }
  """

private func number(_ value: Double, _ unit: String) -> String {
  """
  {"value": \(value), "low": \(value), "high": \(value), "unit": "\(unit)", "provenance": "measured",
    "sources": ["test"]}
  """
}
