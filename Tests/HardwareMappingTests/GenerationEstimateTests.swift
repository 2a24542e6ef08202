import Analysis
import DeviceProfiles
import GraphImport
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@Suite struct GenerationEstimateTests {
  private static let models = [
    "language/optimum_llama.onnx", "language/genai_qwen2_int4/model.onnx",
  ]

  /// Few steps are estimated, and their sum is that of all.
  @Test(arguments: models, ["raspberry-pi-4", "stm32h747"])
  func theTimeIsThatOfAllStepsWithinOnePercent(file: String, name: String) throws {
    let device = try DeviceCatalog.profile(named: name)
    let runtime = device.runtimes[0]
    let request = try GenerationRequest("prompt=16,tokens=150")
    let text = try GenerationWorkload(
      Model(contentsOf: Paths.fixture(file)), request, bindings: Bindings())
    let estimate = try GenerationEstimate(text, on: device, runtime: runtime)
    let steps = try request.pastLengths.map {
      InferenceEstimate(try text.step(after: $0), on: device, runtime: runtime.usedForTexts)
    }
    let latency = steps.compactMap(\.latency?.value).reduce(0, +)
    let energy = steps.compactMap(\.energy?.value).reduce(0, +)
    let decode = try #require(estimate.decode)
    #expect(abs(try #require(decode.latency?.value) / latency - 1) < 0.01)
    #expect(abs(try #require(decode.energy?.value) / energy - 1) < 0.01)
    #expect(estimate.lengths.count < steps.count / 4)
    let whole = try #require(estimate.whole.latency)
    let first = try #require(estimate.prefill.latency)
    #expect(abs(whole.value - first.value - (decode.latency?.value ?? 0)) < 1e-9 * whole.value)
    #expect(whole.low <= whole.value && whole.value <= whole.high)
    // Kernels are those of a run, with the time and the bytes of all runs.
    let leaders = Set(estimate.whole.kernels.map { $0.kernel.layers[0] })
    #expect(leaders.count == estimate.whole.kernels.count)
    #expect(leaders.isSuperset(of: steps[0].kernels.map { $0.kernel.layers[0] }))
    func bytes(_ estimates: [InferenceEstimate]) -> Double {
      let kernels = estimates.flatMap { $0.kernels }
      return Double(kernels.map { $0.kernel.traffic.total }.sum.fixedValue ?? 0)
    }
    #expect(abs(bytes([estimate.whole]) / bytes(steps + [estimate.prefill]) - 1) < 0.001)
  }
}

@Suite struct ShortTextTests {
  /// A prompt alone, one step, two and three: the sum over single steps.
  @Test(arguments: 1...4) func aShortTextIsTheSumOfItsSteps(tokens: Int) throws {
    let device = try DeviceCatalog.profile(named: "raspberry-pi-5")
    let runtime = device.runtimes[0]
    let request = try GenerationRequest("prompt=4,tokens=\(tokens)")
    let text = try GenerationWorkload(
      Model(contentsOf: Paths.fixture("language/optimum_llama.onnx")), request,
      bindings: Bindings())
    let estimate = try GenerationEstimate(text, on: device, runtime: runtime)
    let steps = try request.pastLengths.map {
      InferenceEstimate(try text.step(after: $0), on: device, runtime: runtime.usedForTexts)
    }
    let latency = steps.compactMap(\.latency?.value).reduce(0, +)
    #expect(abs((estimate.decode?.latency?.value ?? 0) - latency) <= 1e-3 * latency)
    #expect(estimate.lengths == Array(request.pastLengths))
    #expect((estimate.tokensPerSecond(request) == nil) == (tokens == 1))
  }
}

@Suite struct LeastTimeTests {
  /// However wide an interval is: 400 MB of weights, all but 2 MiB that caches may hold, come at 11 GB/s at most, and 1,024 x 10^8
  /// multiply-accumulates of floats take four cores of 2.4 GHz that make 32 of them in each cycle at most.
  @Test(arguments: [(1, 0.036173), (1024, 1.33333)])
  func noErrorGoesBelowWhatTheDeviceCanDo(rows: Int, seconds: Double) throws {
    let device = try DeviceCatalog.profile(named: "raspberry-pi-5")
    var runtime = device.runtimes[0]
    // Of what was measured, nothing is like it.
    runtime.spread?.quantile = 100
    var test = TestGraph()
    let x = test.input("x", [.fixed(rows), 10_000])
    let y = test.node(MatMul(), [x, test.weights("w", [10_000, 10_000])], name: "y")
    let workload = try test.workload(outputs: [y])
    let estimate = InferenceEstimate(workload, on: device, runtime: runtime.usedForTexts)
    let low = try #require(estimate.latency).low
    #expect(low > 0.999 * seconds && low < 1.1 * seconds, "\(low)")
  }
}

extension LeastTimeTests {
  /// A decoder that caches may hold can be faster than its memory: 2 MiB of weights are no bound.
  @Test func whatCachesHoldIsNoBound() throws {
    let device = try DeviceCatalog.profile(named: "raspberry-pi-5")
    var runtime = device.runtimes[0]
    runtime.spread?.quantile = 100
    var test = TestGraph()
    let x = test.input("x", [1, 512])
    let y = test.node(MatMul(), [x, test.weights("w", [512, 1024])], name: "y")
    let workload = try test.workload(outputs: [y])
    let estimate = InferenceEstimate(workload, on: device, runtime: runtime.usedForTexts)
    // 524,288 multiply-accumulates at 76.8 G a second.
    #expect(abs(try #require(estimate.latency).low / 6.8267e-6 - 1) < 0.01)
  }
}

@Suite struct StreamingBandwidthTests {
  /// A row times a matrix, in floating point and in blocks of 4 bits.
  private func product(isPacked: Bool) throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 4096])
    let y: ValueID
    if isPacked {
      let weights = test.weights("w", [4096, 128, 16], .uint8)
      let scales = test.weights("s", [4096, 128])
      y = test.node(
        PackedMatMul(outputs: 4096, inputs: 4096, bits: 4, computesInFloat: false),
        [x, weights, scales], name: "y")
    } else {
      y = test.node(MatMul(), [x, test.weights("w", [4096, 4096])], name: "y")
    }
    return try test.workload(outputs: [y])
  }

  /// What a text reads takes its bytes over the bandwidth, whatever an inference's rates are.
  @Test(arguments: [false, true]) func bytesOfWeightsAreCharged(isPacked: Bool) throws {
    let device = try DeviceCatalog.profile(named: "raspberry-pi-5")
    let runtime = device.runtimes[0].usedForTexts
    let unit = try #require(runtime.units.first)
    let streaming = try #require(unit.streamingBandwidth?["dram"])
    #expect(unit.bandwidth["dram"]?.value == streaming.value)
    let estimate = InferenceEstimate(
      try product(isPacked: isPacked), on: device, runtime: runtime)
    // Four bytes a weight; or half a byte, and four for the scale of 32. Input and result stay in the cache.
    let seconds = 4096.0 * 4096 * (isPacked ? 0.5 + 4.0 / 32 : 4) / streaming.value
    let kernel = try #require(estimate.kernels.first)
    let time = try #require(kernel.time?.value)
    #expect(kernel.bound == .memory)
    #expect(abs(time - unit.overheadPerKernel.value - seconds) < 1e-9)
  }

  /// What fits in the caches is not charged to the memory: 2 MiB of a Raspberry Pi 5, for two operands and a result.
  @Test(arguments: [(1 << 16, false), (1 << 20, true)])
  func activationsStayInTheCache(elements: Int, isCharged: Bool) throws {
    let device = try DeviceCatalog.profile(named: "raspberry-pi-5")
    var test = TestGraph()
    let operands = ["a", "b"].map { test.input($0, [1, .fixed(elements)]) }
    let sum = test.node(Elementwise(.add), operands, name: "sum")
    let estimate = InferenceEstimate(
      try test.workload(outputs: [sum]), on: device, runtime: device.runtimes[0].usedForTexts)
    #expect((estimate.kernels.first?.bound == .memory) == isCharged)
  }

  /// Without a bandwidth for it, a text is estimated as an inference is.
  @Test func aRuntimeWithoutItStaysAsItIs() throws {
    let device = try DeviceCatalog.profile(named: "stm32h747")
    let workload = try product(isPacked: true)
    let both = [device.runtimes[0], device.runtimes[0].usedForTexts].map {
      InferenceEstimate(workload, on: device, runtime: $0).latency?.value
    }
    #expect(both[0] == both[1])
  }

  /// Weights that are read in order come no faster than the memory's width and clock allow, and intervals say how well that is known.
  @Test func intervalsAreWideWhereNothingWasMeasured() throws {
    for name in DeviceCatalog.names {
      let device = try DeviceCatalog.profile(named: name)
      for unit in device.runtimes.flatMap(\.units) {
        for (_, bandwidth) in unit.streamingBandwidth ?? [:] {
          #expect(bandwidth.low < bandwidth.value && bandwidth.value < bandwidth.high)
          if bandwidth.provenance == .assumed {
            #expect(bandwidth.high / bandwidth.low >= 2.5, "\(name) \(unit.name)")
          }
        }
      }
    }
  }
}
