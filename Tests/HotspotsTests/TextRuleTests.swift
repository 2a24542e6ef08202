import Analysis
import DeviceProfiles
import GraphImport
import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Hotspots

/// Rules of texts, on decoders of two blocks with a hidden width of 32, four heads of 8 that share two of keys and values, a
/// feed-forward width of 64, and a vocabulary of 128.
///
/// Keys and values of a position are 2 x 2 x 2 x 8 numbers of 4 bytes.
@Suite struct TextRuleTests {
  private static let llama = "language/optimum_llama.onnx"
  /// Two heads of 16 that share one of keys and values; GroupQueryAttention, and weights in 8 bits.
  private static let qwen = "language/genai_qwen2_int4/model.onnx"
  private static let position = 2 * 2 * 2 * 8 * 4

  /// Sixteen tokens, and eight steps after 16 to 23 positions.
  private static let request = "prompt=16,tokens=9"

  private func evaluation(
    _ file: String, _ request: String = request, buffers: CacheBuffers = .separate
  ) throws -> Evaluation {
    let text = try GenerationWorkload(
      Model(contentsOf: Paths.fixture(file)), GenerationRequest(request), bindings: Bindings(),
      change: RunChange(buffers: buffers))
    var scenario = Scenario(text.whole.complete, target: nil)
    scenario.text = Scenario.Text(text)
    return Evaluation(scenario, text.whole, nil, generation: (text, nil))
  }

  /// Multiply-accumulates of a run: projections, feed-forward, attention, head, angles of positions.
  private func macs(_ new: Int, after past: Int, keysAndValues: Int = 2 * 32 * 16) -> Int {
    let block = 32 * 32 + keysAndValues + 32 * 32 + 3 * 32 * 64 + 2 * 4 * (past + new) * 8
    return new * (2 * block + 32 * 128 + 4)
  }

  private func changed(
    _ rule: any HotspotRule, _ evaluation: Evaluation, at place: Int = 0
  ) throws -> Evaluation {
    let proposals = rule.proposals(evaluation)
    try #require(proposals.count > place)
    return try proposals[place].evaluation()
  }

  /// On another target a text costs what it costs when all is counted again.
  @Test func anotherTargetOfATextIsEstimatedAlone() throws {
    let text = try evaluation(Self.llama)
    let work = try #require(text.generation?.work)
    let (device, runtime) = testDevice()
    var scenario = text.scenario
    scenario.target = Scenario.Target(
      device: device, runtime: runtime, carbonPerJoule: 1, carbonPerSecond: 2)
    let estimate = try GenerationEstimate(work, on: device, runtime: runtime)
    let before = Evaluation(
      scenario, text.workload, estimate.whole, generation: (work, estimate))
    let after = try #require(try before.with { $0.runtime.fusions = [.elementwiseChain, .qdq] })
    let again = try Evaluation(after.scenario)
    #expect(Metric.ranked.allSatisfy { after.total($0) == again.total($0) })
    #expect(after.total(.latency)?.value ?? 0 < before.total(.latency)?.value ?? 0)
    #expect(after.generation?.estimate?.lengths == again.generation?.estimate?.lengths)
  }

  @Test func halfAPromptIsRunAgain() throws {
    let before = try evaluation(Self.llama)
    let after = try changed(LongPrompt(), before)
    let whole = macs(16, after: 0) + (16...23).reduce(0) { $0 + macs(1, after: $1) }
    let half = macs(8, after: 0) + (8...15).reduce(0) { $0 + macs(1, after: $1) }
    #expect(before.workload.totals.macs == .fixed(whole))
    #expect(after.workload.totals.macs == .fixed(half))
    let found = try #require(
      HotspotRules.findings(before, by: .macs, rules: [LongPrompt()]).first)
    #expect(found.savings[.macs]?.value == 1 - Double(half) / Double(whole))
    #expect(found.advice == "shorten the prompt to 8 tokens")
    #expect(LongPrompt().proposals(try evaluation(Self.llama, "prompt=1,tokens=4")).isEmpty)
  }

  /// A Concat reads what it makes longer and writes all; in place it writes a position in each step.
  @Test func aConcatWritesNewPositionsOnly() throws {
    let before = try evaluation(Self.llama)
    let after = try changed(CopiedCache(), before)
    let steps = (16...23).reduce(0) { $0 + $1 + $1 + 1 }
    #expect(before.workload.totals.traffic.state == .fixed(Self.position * (16 + steps)))
    #expect(after.workload.totals.traffic.state == .fixed(Self.position * (16 + 8)))
    #expect(after.workload.totals.macs == before.workload.totals.macs)
    #expect(after.workload.memory.stateBytes == .fixed(24 * Self.position))
  }

  /// GroupQueryAttention reads the whole past, shared or not.
  @Test func aSharedBufferIsReadAsBefore() throws {
    let before = try evaluation(Self.qwen)
    let after = try changed(CopiedCache(), before)
    let past = (16...23).reduce(0, +)
    #expect(before.workload.totals.traffic.stateRead == .fixed(Self.position * past))
    #expect(before.workload.totals.traffic.stateWritten == .fixed(Self.position * (16 + past + 8)))
    #expect(after.workload.totals.traffic.stateRead == .fixed(Self.position * past))
    #expect(after.workload.totals.traffic.stateWritten == .fixed(Self.position * (16 + 8)))
    let shared = try evaluation(Self.qwen, buffers: CacheBuffers(areShared: true))
    #expect(CopiedCache().proposals(shared).isEmpty)
    #expect(counts(shared) == counts(after))
  }

  private func counts(_ evaluation: Evaluation) -> [SymbolicInt] {
    let traffic = evaluation.workload.totals.traffic
    return [traffic.state, traffic.activations, traffic.constants, evaluation.workload.totals.macs]
  }

  /// One head of keys and values instead of two: half their projections and half the cache.
  @Test func fewerKeyHeadsHalveTheirProjectionsAndTheCache() throws {
    let before = try evaluation(Self.llama)
    let after = try changed(ManyKeyHeads(), before)
    let half = 2 * 32 * 8
    let expected =
      macs(16, after: 0, keysAndValues: half)
      + (16...23).reduce(0) { $0 + macs(1, after: $1, keysAndValues: half) }
    #expect(after.workload.totals.macs == .fixed(expected))
    #expect(after.workload.totals.traffic.state * 2 == before.workload.totals.traffic.state)
    // Two blocks, keys and values, nine runs.
    let weights = before.workload.totals.traffic.weights - after.workload.totals.traffic.weights
    #expect(weights == .fixed(9 * 2 * 2 * 32 * 8 * 4))
    let stored = before.workload.totals.constantBytes - after.workload.totals.constantBytes
    #expect(stored == .fixed(2 * 2 * 32 * 8 * 4))
    #expect(after.workload.coverage.isComplete)
    #expect(ManyKeyHeads().proposals(try evaluation(Self.qwen)).isEmpty)
  }

  /// Weights of the head are read in each of nine runs; of the embedding only rows are.
  @Test func headAndEmbeddingInEightBits() throws {
    let before = try evaluation(Self.llama)
    let head = try changed(WideVocabulary(), before)
    let embedding = try changed(WideVocabulary(), before, at: 1)
    let saved = 32 * 128 * 3
    func stored(_ evaluation: Evaluation) -> SymbolicInt {
      before.workload.totals.constantBytes - evaluation.workload.totals.constantBytes
    }
    #expect(
      before.workload.totals.traffic.weights - head.workload.totals.traffic.weights
        == .fixed(9 * saved))
    #expect(stored(head) == .fixed(saved))
    #expect(embedding.workload.totals.traffic.weights == before.workload.totals.traffic.weights)
    #expect(stored(embedding) == .fixed(saved))
    let found = HotspotRules.findings(before, by: .trafficBytes, rules: [WideVocabulary()])
    #expect(found.map(\.text?.memoryBytes) == [saved, saved])
    // Its tables are packed in 4 bits.
    #expect(WideVocabulary().proposals(try evaluation(Self.qwen)).isEmpty)
  }

  /// Changes of the graph are made in the prompt and in all steps.
  @Test func otherRulesCountTheWholeText() throws {
    let before = try evaluation(Self.llama)
    let after = try changed(FloatModel(), before)
    let weights = before.workload.totals.traffic.weights.fixedValue ?? 0
    #expect(after.workload.totals.traffic.weights == .fixed(weights / 4))
    #expect(after.workload.totals.macs == before.workload.totals.macs)
  }

  @Test(arguments: ["LongPrompt", "CopiedCache", "ManyKeyHeads", "WideVocabulary"])
  func anInferenceHasNoSuchRule(name: String) throws {
    var scenario = try evaluation(Self.llama).scenario
    scenario.text = nil
    let once = try Evaluation(scenario)
    let rule = try #require(HotspotRules.all.first { "\(type(of: $0))" == name })
    #expect(rule.proposals(once).isEmpty)
  }
}
