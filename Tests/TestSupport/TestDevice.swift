public import OpGraph

@testable public import HardwareMapping
import Quantities

/// A device with round numbers: 1 MHz, 2 cycles a MAC, 1 an operation, 1 MB/s, 10 mW.
/// - Parameters:
///   - accelerator: What a second unit, 20 times as fast, takes.
///   - bytesPerSecond: Of the only memory.
///   - overhead: Seconds of starting a kernel.
public func testDevice(
  fusions: [String] = [], accelerator: Acceptance? = nil,
  precisions: [String] = ["float32"], perByte: Double? = nil, bytesPerSecond: Double = 1e6,
  overhead: Double = 1e-3, imageToColumn: [KernelKind]? = nil
) -> (DeviceProfile, ExecutionStack) {
  func exactly<U>(_ value: Double) -> Estimate<U> {
    Estimate(exactly: value, basis: .measured, sources: ["test"])
  }
  func unit(_ name: String, cyclesPerMAC: Double) -> ComputeUnit {
    ComputeUnit(
      name: name, clock: exactly(1e6),
      cyclesPerMAC: Dictionary(
        uniqueKeysWithValues: precisions.map { ($0, ["default": exactly(cyclesPerMAC)]) }),
      cyclesPerOp: ["default": exactly(1)], bandwidth: ["ram": exactly(bytesPerSecond)],
      overheadPerKernel: exactly(overhead), imageToColumn: imageToColumn,
      staticPower: exactly(0.01), energyPerByte: perByte.map { ["ram": exactly($0)] })
  }
  var units = [unit("cpu", cyclesPerMAC: 2)]
  if let accelerator {
    var npu = unit("npu", cyclesPerMAC: 0.1)
    npu.accepts = accelerator
    npu.transfer = Transfer(latency: exactly(5e-3), bandwidth: exactly(1e6))
    units.insert(npu, at: 0)
  }
  let stack = ExecutionStack(
    name: "test", title: "test", overheadPerInference: exactly(2e-3), fusions: fusions,
    units: units)
  let profile = DeviceProfile(
    schemaVersion: "1.0", name: "test", title: "test", class: .microcontroller,
    energyBoundary: "none", energyMeasuredAt: .chip, defaultStack: "test",
    memories: [Memory(name: "ram", holds: .both, capacity: exactly(1e6))], stacks: [stack],
    sources: ["test": Source(title: "test")])
  return (profile, stack)
}
