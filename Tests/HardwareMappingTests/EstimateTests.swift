@testable import DeviceProfiles
import Analysis
@testable import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// y = relu(x w): x is 1 x 100, w is 100 x 50, all float32.
private func workload(_ type: ElementType = .float32, tail: (any Operator)? = nil) throws
  -> Workload
{
  var graph = Graph(name: "test")
  graph.values = [
    Value(name: "x", type: TensorType(type, [1, 100]), origin: .input),
    Value(name: "w", type: TensorType(type, [100, 50]), origin: .stored),
    Value(name: "a", type: TensorType(type, nil), origin: .computed),
    Value(name: "y", type: TensorType(type, nil), origin: .computed),
  ]
  graph.nodes = [
    Node(
      operation: MatMul(), name: "a", sourceOperator: "MatMul", inputs: [ValueID(0), ValueID(1)],
      outputs: [ValueID(2)]),
    Node(
      operation: tail ?? Activation(.relu), name: "y", sourceOperator: "Relu",
      inputs: [ValueID(2)], outputs: [ValueID(3)]),
  ]
  graph.inputs = [ValueID(0)]
  graph.outputs = [ValueID(3)]
  let model = Model(
    format: .onnx, producer: "", description: "", operatorSets: [:], metadata: [:],
    graph: graph, subgraphs: [], diagnostics: [], shapesAreBinding: false)
  return try Workload(InferredGraph(model))
}

private func isClose(_ value: Double?, _ expected: Double) -> Bool {
  value.map { abs($0 - expected) < 1e-9 * expected } ?? false
}

@Suite struct InferenceEstimateTests {
  @Test func timeIsTheLargerOfComputeAndMemoryPlusOverhead() throws {
    let (profile, runtime) = testDevice()
    let estimate = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(estimate.kernels.count == 2)
    // MatMul: 5,000 MACs * 2 / 1 MHz = 10 ms; memory: (400 + 20,000 + 200) B / 1 MB/s = 20.6 ms.
    #expect(isClose(estimate.kernels[0].time?.value, 20.6e-3 + 1e-3))
    #expect(estimate.kernels[0].bound == .memory)
    // Relu: 50 operations = 0.05 ms; memory: 400 B = 0.4 ms; the overhead of 1 ms is more.
    #expect(isClose(estimate.kernels[1].time?.value, 0.4e-3 + 1e-3))
    #expect(estimate.kernels[1].bound == .overhead)
    // Both, and 2 ms for the inference itself, at 10 mW.
    #expect(isClose(estimate.latency?.value, 23e-3 + 2e-3))
    #expect(isClose(estimate.energy?.value, 25e-3 * 0.01))
  }

  /// All but 1 ms of 14.05 ms in the product, whose rate has a standard deviation of 0.3, or that of the priors
  /// where no network has it: then the model is called unlike them.
  ///
  /// The interval of the inference is that of the whole, not the sum of those of kernels.
  @Test(arguments: [true, false])
  func theIntervalIsThatOfTheWhole(isMeasured: Bool) throws {
    var (profile, runtime) = testDevice(bytesPerSecond: 1e9)
    let rate = Estimate<CyclesPerMAC>(
      2, low: 1, high: 4, provenance: isMeasured ? .derived : .assumed, sources: ["test"])
    runtime.units[0].cyclesPerMAC = [.float32: [.others: rate]]
    let before = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    let product = CostTerm.mac(.float32, .kind(.fullyConnected))
    let others: [CostTerm] = [.kernel, .operation(.elementwise), .inference]
    let terms = (isMeasured ? [product] : []) + others
    let spread = PredictionSpread(
      terms: terms,
      covariances: terms.indices.flatMap { row in
        terms.indices[row...].map { row == $0 && terms[row] == product ? 0.09 : 0 }
      }, quantile: 2, ofMeasured: 0.3)
    runtime.spread = spread
    runtime.calibration = CalibrationRecord(
      rows: 3, networks: 2, architectures: 2, rowsFittedTogether: 3, measurements: [],
      errorsBy: .network, errors: 2, devices: 1, median: 0.1, ninetiethPercentile: 0.2,
      intervalFactor: 1.2, architectureFactor: 1.8)
    profile.runtimes = [runtime]
    let after = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    for (old, new) in zip(before.kernels, after.kernels) {
      #expect(old.time == new.time && old.energy == new.energy)
    }
    // 10 ms of products, 0.05 ms of operations, two starts of 1 ms, and 2 ms of the inference.
    let latency = try #require(after.latency)
    #expect(isClose(latency.value, 14.05e-3))
    let share = 10 / 14.05
    let ofRates = share * share * (isMeasured ? 0.09 : 1)
    let logWidth = 2 * (ofRates + Discrepancy.unknownVariance + 0.0009).squareRoot()
    #expect(isClose(latency.high, 14.05e-3 * exp(logWidth)))
    #expect(isClose(latency.low, 14.05e-3 * exp(-logWidth)))
    // The power is exact, so energy has the interval of the time.
    #expect(isClose(after.energy?.high, 14.05e-5 * exp(logWidth)))
    let messages = after.diagnostics.filter { $0.code == "unlike-measured" }.map(\.message)
    #expect(
      messages
        == (isMeasured
          ? []
          : [
            "unlike every measured network: 100 % of the time is in kernels that none has (float32 "
              + "fully connected (100 %)); errors are likely 2.47 times as large"
          ]))
  }

  @Test func bytesAddEnergyWhereTheProfileSaysSo() throws {
    let (profile, runtime) = testDevice(perByte: 1e-6)
    let estimate = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(isClose(estimate.kernels[1].energy?.value, 1.4e-3 * 0.01 + 400 * 1e-6))
  }

  @Test func aFusedIntermediateMovesNothing() throws {
    let (profile, runtime) = testDevice(fusions: [.contractionActivation])
    let workload = try workload()
    let estimate = InferenceEstimate(workload, on: profile, runtime: runtime)
    #expect(estimate.kernels.map(\.kernel.layers) == [[0, 1]])
    // Read x and w, write y; the 200 bytes between are neither written nor read.
    #expect(estimate.kernels[0].kernel.traffic.total == .fixed(400 + 20_000 + 200))
    // 5,000 MACs and 50 operations take 10.05 ms, the bytes 20.6 ms, the one kernel 1 ms.
    #expect(isClose(estimate.latency?.value, 20.6e-3 + 1e-3 + 2e-3))
    // Fusing changes no count.
    #expect(workload.totals.macs == 5000)
  }

  @Test func whatAnAcceleratorRefusesRunsOnTheHostAfterATransfer() throws {
    let accepts = Acceptance(kinds: [.fullyConnected], precisions: [.float32])
    let (profile, runtime) = testDevice(accelerator: accepts)
    let estimate = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(estimate.kernels.map(\.unit) == ["npu", "cpu"])
    #expect(estimate.kernels[1].kernel.refusal == "The accelerator has no kernel for Relu")
    // 200 bytes cross: 5 ms + 0.2 ms, on top of 0.4 ms and 1 ms.
    #expect(isClose(estimate.kernels[1].time?.value, 0.4e-3 + 1e-3 + 5.2e-3))
  }

  @Test func floatActivationsWithIntegerWeightsAreNotIntegerWork() throws {
    let accepts = Acceptance(kinds: [.fullyConnected, .activation], precisions: [.int8])
    let (profile, runtime) = testDevice(accelerator: accepts, precisions: [.float32, .int8])
    var workload = try workload()
    workload.layers[0].precision = .hybrid8
    let estimate = InferenceEstimate(workload, on: profile, runtime: runtime)
    #expect(estimate.kernels[0].unit == "cpu")
    #expect(estimate.kernels[0].time != nil)
  }

  @Test func precisionDecidesPlacement() throws {
    let accepts = Acceptance(kinds: [.fullyConnected, .activation], precisions: [.int8])
    let (profile, runtime) = testDevice(accelerator: accepts, precisions: [.float32, .int8])
    let float = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(float.kernels.map(\.unit) == ["cpu", "cpu"])
    #expect(
      float.kernels[0].kernel.refusal == "The accelerator computes in int8, not in float32")
    let integer = InferenceEstimate(try workload(.int8), on: profile, runtime: runtime)
    #expect(integer.kernels.map(\.unit) == ["npu", "npu"])
  }

  @Test func aMissingRateIsUnknownAndSaid() throws {
    let (profile, runtime) = testDevice(precisions: [.int8])
    let estimate = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(estimate.kernels[0].time == nil)
    #expect(estimate.unknownKernels == 1)
    #expect(estimate.diagnostics.map(\.code) == ["no-rate"])
  }

  @Test func anUnknownOperatorLeavesALowerBound() throws {
    let (profile, runtime) = testDevice()
    let estimate = InferenceEstimate(
      try workload(tail: Opaque("Mystery")), on: profile, runtime: runtime)
    #expect(estimate.unknownKernels == 1)
    #expect(isClose(estimate.latency?.value, 20.6e-3 + 1e-3 + 2e-3))
    #expect(estimate.latency?.upperEnd == nil && estimate.energy?.upperEnd == nil)
  }

  /// A product of weights in blocks of few bits: x is 1 x 64, the weights are 64 x 32.
  private func packedWorkload() throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 64])
    let w = test.weights("w", [32, 2, 16], .uint8)
    let scales = test.weights("scales", [64])
    let y = test.node(
      PackedMatMul(outputs: 32, inputs: 64, bits: 4, computesInFloat: true), [x, w, scales],
      name: "y")
    return try test.workload(outputs: [y])
  }

  @Test(arguments: [("tflite", ["assumed-arithmetic"]), ("onnxruntime", [])])
  func theArithmeticOfPackedWeightsIsONNXRuntimes(name: String, codes: [String]) throws {
    var (profile, runtime) = testDevice()
    runtime.name = name
    profile.runtimes = [runtime]
    let estimate = InferenceEstimate(try packedWorkload(), on: profile, runtime: runtime)
    #expect(estimate.diagnostics.map(\.code) == codes)
  }

  @Test func saysWhenAModelDoesNotFit() throws {
    var (profile, runtime) = testDevice()
    profile.memories[0].capacity = Estimate(exactly: 1000, provenance: .measured, sources: ["test"])
    let estimate = InferenceEstimate(try workload(), on: profile, runtime: runtime)
    #expect(estimate.diagnostics.map(\.code) == ["does-not-fit"])
  }

  @Test(arguments: DeviceCatalog.names)
  func intervalsHoldTheirValues(name: String) throws {
    let profile = try DeviceCatalog.profile(named: name)
    for runtime in profile.runtimes {
      let estimate = InferenceEstimate(try workload(.int8), on: profile, runtime: runtime)
      let energy = try #require(estimate.energy)
      let latency = try #require(estimate.latency)
      #expect(0 < energy.low && energy.low < energy.value && energy.value < energy.high)
      #expect(0 < latency.low && latency.low < latency.value && latency.value < latency.high)
    }
  }

  /// Sums with constants and products, from tiny to larger than caches: weights are most of the traffic of some, and
  /// next to nothing of others.
  @Test(arguments: DeviceCatalog.names)
  func intervalsHoldTheirValuesForAnySize(name: String) throws {
    let profile = try DeviceCatalog.profile(named: name)
    for type in [ElementType.float32, .int8] {
      for size in [3, 96, 5_000, 1_000_000] {
        var sum = TestGraph()
        let x = sum.input("x", [1, .fixed(size)], type)
        let constant = sum.weights("constant", [1, .fixed(size)], type)
        let added = sum.node(Elementwise(.add), [x, constant], name: "add")
        var product = TestGraph()
        let row = product.input("x", [1, 64], type)
        let y = product.product(row, inputs: 64, outputs: size, type, name: "product")
        for workload in [
          try sum.workload(outputs: [added]), try product.workload(outputs: [y]),
        ] {
          for runtime in profile.runtimes {
            let estimate = InferenceEstimate(workload, on: profile, runtime: runtime)
            guard let latency = estimate.latency else { continue }
            #expect(
              0 < latency.low && latency.low <= latency.value && latency.value <= latency.high)
          }
        }
      }
    }
  }
}
