import Analysis
import DeviceProfiles
@testable import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

/// A model that no profile names: three cycles a multiply-accumulate, nothing else.
private struct ThreeCycles: CostModel {
  let assignment: UnitAssignment

  var version: String? { "three cycles 1.0" }

  var copiedViews: Set<Int> {
    Set(assignment.workload.layers.filter { $0.kind == .view }.map(\.index))
  }

  func bestCyclesPerMAC(in precision: Precision) -> Double? { precision == .int8 ? 3 : nil }

  func costs(of kernels: some Collection<Kernel>) -> (Kernel) -> KernelCost? {
    { kernel in
      let macs = kernel.layers.compactMap { assignment.workload.layers[$0].work.macs.fixedValue }
      let rate = Estimate<CyclesPerMAC>(3, low: 2, high: 4, provenance: .assumed)
      let time = rate.time(macs: Double(macs.reduce(0, +)), at: assignment.unit.clock)
      return KernelCost(
        compute: time, memory: .zero, work: time, bytes: [KernelCost.MemoryBytes("ram", 100)],
        on: assignment.unit)
    }
  }
}

private func workload() throws -> Workload {
  var test = TestGraph()
  let x = test.input("x", [1, 8, 8, 16], .int8)
  let made = test.convolution(x, inputs: 16, outputs: 16, kernelSize: 1, .int8, name: "made")
  let flat = test.node(Reshape(.fixed([1, 1024], zeroIsLiteral: true)), [made], name: "flat")
  return try test.workload(outputs: [flat])
}

@Suite struct CostModelTests {
  /// Weights with a rate of their own come on top of computing, and can be what limits a kernel.
  @Test func weightsWithARate() throws {
    var (profile, runtime) = testDevice(precisions: [.int8], overhead: 0)
    runtime.units[0].bandwidth = [:]
    let workload = try workload()
    let before = InferenceEstimate(workload, on: profile, runtime: runtime)
    runtime.units[0].cyclesPerWeightByte = Estimate(
      exactly: 200, provenance: .measured, sources: ["test"])
    let after = InferenceEstimate(workload, on: profile, runtime: runtime)
    let bytes = try #require(workload.layers[0].traffic.constants.fixedValue)
    let (old, new) = (try #require(before.latency), try #require(after.latency))
    // 200 cycles of a byte at 1 MHz.
    #expect(abs(new.value - old.value - Double(bytes) * 200e-6) < 1e-12)
    #expect(before.kernels[0].bound == .compute && after.kernels[0].bound == .memory)
    profile.runtimes = [runtime]
    #expect(profile.problems().isEmpty)
    profile.runtimes[0].units[0].bandwidth = [
      "ram": Estimate(exactly: 1e6, provenance: .measured, sources: ["test"])
    ]
    #expect(profile.problems().count == 1)
  }

  /// Weights beyond 1 MB that a processor reads anew add to computing, unless a memory takes longer than both.
  @Test func weightsThatDoNotStay() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 1, 1, 2048], .int8)
    let y = test.convolution(x, inputs: 2048, outputs: 1024, kernelSize: 1, .int8, name: "y")
    let workload = try test.workload(outputs: [y])
    let bytes = try #require(workload.layers[0].traffic.constants.fixedValue)
    var (profile, runtime) = testDevice(precisions: [.int8], overhead: 0)
    func time(bandwidth: Double) throws -> (value: Double, bound: InferenceEstimate.Bound?) {
      runtime.units[0].bandwidth = [
        "ram": Estimate(exactly: bandwidth, provenance: .measured, sources: ["test"])
      ]
      let estimate = InferenceEstimate(workload, on: profile, runtime: runtime)
      return (try #require(estimate.kernels[0].time).value, estimate.kernels[0].bound)
    }
    let before = try time(bandwidth: 1e12)
    runtime.units[0].cyclesPerUncachedByte = Estimate(
      exactly: 200, provenance: .measured, sources: ["test"])
    let after = try time(bandwidth: 1e12)
    // 200 cycles of a byte at 1 MHz.
    #expect(bytes > 2_000_000)
    #expect(abs(after.value - before.value - (Double(bytes) - 1e6) * 200e-6) < 1e-9)
    #expect(before.bound == .compute && after.bound == .memory)
    let traffic = try #require(workload.layers[0].traffic.total.fixedValue)
    let slow = try time(bandwidth: 100)
    #expect(abs(slow.value - Double(traffic) / 100) < 1e-6)
    profile.runtimes = [runtime]
    #expect(profile.problems().isEmpty)
  }

  /// Time, utilisation, energy of bytes, rooflines and the report's name all come from the model.
  @Test func anEstimateTakesAnyModel() throws {
    let (profile, runtime) = testDevice(precisions: [.int8], perByte: 1e-6, overhead: 0)
    let workload = try workload()
    let estimate = InferenceEstimate(workload, on: profile, runtime: runtime) {
      ThreeCycles(assignment: $0)
    }
    // 64 x 16 x 16 multiply-accumulates of 3 cycles at 1 MHz, and a view that is a copy here.
    #expect(estimate.kernels.map(\.kernel.layers) == [[0], [1]])
    let time = try #require(estimate.kernels[0].time)
    #expect(abs(time.value - 16_384 * 3e-6) < 1e-12)
    #expect(time.high / time.value > 1.3)
    #expect(estimate.kernels[0].utilisation.map { abs($0 - 1) < 1e-9 } == true)
    #expect(estimate.kernels[0].bound == .compute)
    // 10 mW for the time, and 100 bytes.
    #expect(abs((estimate.kernels[0].energy?.value ?? 0) - (time.value * 0.01 + 1e-4)) < 1e-12)
    #expect(estimate.costModels == ["three cycles 1.0"])
    #expect(estimate.rooflines[0].peakMACsPerSecond == ["int8": 1e6 / 3])
  }

  @Test func theProfileDecidesWhichModelAUnitGets() throws {
    let workload = try workload()
    let ethosU = try DeviceCatalog.profile(named: "ethos-u55-128")
    let estimate = InferenceEstimate(
      workload, on: ethosU, runtime: try #require(ethosU.runtime(named: nil)))
    #expect(estimate.costModels == [EthosUModel.version, nil])
    #expect(estimate.rooflines[0].peakMACsPerSecond == ["int8": 128 * 500e6])
    let (profile, runtime) = testDevice(precisions: [.int8])
    let rates = InferenceEstimate(workload, on: profile, runtime: runtime)
    #expect(rates.costModels == [nil])
    #expect(rates.kernels.map(\.kernel.layers) == [[0]])
  }
}
