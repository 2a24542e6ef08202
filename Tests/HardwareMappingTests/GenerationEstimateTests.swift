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
      InferenceEstimate(try text.step(after: $0), on: device, runtime: runtime)
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
