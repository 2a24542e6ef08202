import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

/// Encoders with decoders as optimum and onnxruntime-genai write them: width 16, two heads of 8, a feed-forward width of 32, a vocabulary of 64.
///
/// Whisper has two blocks on each side, Marian one; `Fixtures/README.md` says more.
private struct Pair: Sendable, CustomTestStringConvertible {
  var folder: String
  var blocks: Int
  var encoder = "encoder_model.onnx"
  /// Files of the decoder's first run and of a step: one with both, or two.
  var decoder: [String]
  /// Positions of the encoder's result after a prompt.
  var source: @Sendable (_ prompt: Int) -> Int
  /// Tokens of the decoder's first run.
  var start: @Sendable (_ prompt: Int) -> Int
  /// Products before the encoder's blocks.
  var convolutions: Int
  var vocabulary = 64
  /// Whether the encoder makes the keys and values of its result, and not the decoder's first run.
  var makesCross = false

  var testDescription: String { folder }

  static let all = [
    // 40 frames of 8 bands; the second convolution takes every other one.
    Pair(
      folder: "optimum_whisper", blocks: 2, decoder: ["decoder_model_merged.onnx"],
      source: { _ in 20 }, start: { $0 },
      convolutions: 40 * 16 * 8 * 3 + 20 * 16 * 16 * 3),
    Pair(
      folder: "optimum_marian", blocks: 1,
      decoder: ["decoder_model.onnx", "decoder_with_past_model.onnx"], source: { $0 },
      start: { _ in 1 }, convolutions: 0),
    // 3,000 frames, whatever the sound.
    Pair(
      folder: "genai_whisper", blocks: 2, encoder: "encoder.onnx", decoder: ["decoder.onnx"],
      source: { _ in 1500 }, start: { $0 },
      convolutions: 3000 * 16 * 8 * 3 + 1500 * 16 * 16 * 3, vocabulary: 96, makesCross: true),
  ]
  /// Those whose caches grow by a Concat.
  static let concatenating = all.filter { !$0.makesCross }

  func model(_ file: String) throws -> Model {
    try Model(contentsOf: Paths.fixture("language/\(folder)/\(file)"))
  }

  var split: SplitDecoder {
    get throws {
      try SplitDecoder(
        encoder: model(encoder),
        first: decoder.count > 1 ? model(decoder[0]) : nil, step: model(decoder.last ?? ""))
    }
  }

  private static let projection = 16 * 16
  private static let feedForward = 2 * 16 * 32
  /// Scores, and sums of values, of one query for one key.
  private static let score = 2 * 16

  func encoder(_ prompt: Int) -> Int {
    let length = source(prompt)
    let block = 4 * Self.projection + Self.feedForward + length * Self.score
    return convolutions + blocks * length * (block + (makesCross ? 2 * Self.projection : 0))
  }

  /// A run of the decoder; the first one makes keys and values of the encoder's result.
  func decoder(_ new: Int, after past: Int, source: Int) -> Int {
    let own = 4 * Self.projection + (past + new) * Self.score
    let cross = 2 * Self.projection + source * Self.score
    let made = past == 0 && !makesCross ? source * 2 * Self.projection : 0
    return blocks * (new * (own + cross + Self.feedForward) + made) + new * 16 * vocabulary
  }
}

@Suite struct SplitDecoderTests {
  private func text(_ pair: Pair, _ request: String) throws -> GenerationWorkload {
    try GenerationWorkload(pair.split, GenerationRequest(request), bindings: Bindings())
  }

  @Test(arguments: Pair.all, [1, 4, 17])
  private func runsHaveTheArithmeticOfTheirLayers(pair: Pair, prompt: Int) throws {
    let text = try text(pair, "prompt=\(prompt),tokens=30")
    let (source, start) = (pair.source(prompt), pair.start(prompt))
    #expect(text.prefill.map(\.isEncoder) == [true, false])
    let runs = text.prefill.map(\.workload.totals.macs)
    #expect(runs[0] == .fixed(pair.encoder(prompt)))
    #expect(runs[1] == .fixed(pair.decoder(start, after: 0, source: source)))
    for past in [start, start + 9, start + 28] {
      #expect(
        try text.step(after: past).totals.macs
          == .fixed(pair.decoder(1, after: past, source: source))
      )
    }
    #expect(text.whole.coverage.isComplete)
  }

  /// The plain loop binds the files' own symbols and knows nothing of caches.
  @Test(arguments: Pair.all) private func aTextIsTheSumOfItsRuns(pair: Pair) throws {
    let prompt = 6
    let text = try text(pair, "prompt=\(prompt),tokens=9")
    let (source, start) = (pair.source(prompt), pair.start(prompt))
    func run(_ file: String, _ numbers: [String: Int]) throws -> Int {
      let model = try pair.model(file)
      var names = Set(model.graph.inputs.map { model.graph[$0].name })
      for id in model.graph.inputs {
        for size in model.graph[id].type.shape?.dimensions ?? [] { names.formUnion(size.symbols) }
      }
      var bindings = Bindings()
      bindings.symbols = numbers.filter { names.contains($0.key) }
      let workload = try Workload(InferredGraph(model, bindings: bindings))
      return try #require(workload.totals.macs.fixedValue)
    }
    func decoder(_ file: String, new: Int, past: Int) throws -> Int {
      try run(
        file,
        [
          "batch_size": 1, "decoder_sequence_length": new, "past_decoder_sequence_length": past,
          "encoder_sequence_length": source, "use_cache_branch": past > 0 ? 1 : 0,
          "sequence_length": new, "past_sequence_length": past,
        ])
    }
    let encoder = try run(
      pair.encoder, ["batch_size": 1, "encoder_sequence_length": prompt])
    let first = try decoder(pair.decoder[0], new: start, past: 0)
    let steps = try (start..<start + 8).map {
      try decoder(pair.decoder[pair.decoder.count - 1], new: 1, past: $0)
    }
    #expect(text.decode?.totals.macs == .fixed(steps.reduce(0, +)))
    #expect(text.whole.totals.macs == .fixed(steps.reduce(encoder + first, +)))
    #expect(text.request.positions == start + 8)
    // Keys and values of two heads with eight numbers of four bytes, of each block.
    let perPosition = pair.blocks * 2 * 2 * 8 * 4
    #expect(text.cache.bytesPerPosition == perPosition)
    #expect(text.cache.crossBytes == source * perPosition)
    // A step reads the cache and that of the encoder, and writes one more position at least.
    let own = try text.step(after: start + 7).totals.traffic
    #expect(try #require(own.stateRead.fixedValue) >= (start + 7 + source) * perPosition)
    #expect(try #require(own.stateWritten.fixedValue) >= perPosition)
  }

  /// After a long prompt the encoder needs most memory; where its activations lie says nothing of the step's layers.
  @Test func memoryOfAnotherGraphHasNoPlaces() throws {
    let short = try text(Pair.all[1], "prompt=2,tokens=40")
    #expect(short.whole.memory.run == .own && short.whole.memory.peak?.layer != nil)
    let long = try text(Pair.all[1], "prompt=60,tokens=3")
    let encoder = try #require(long.prefill.first).workload.memory
    #expect(long.whole.memory.run == .ofOtherLayers && long.whole.memory.peak?.layer == nil)
    #expect(long.whole.memory.peak?.bytes == encoder.peak?.bytes)
    #expect(long.whole.memory.buffers.isEmpty)
    #expect(MemoryPlan.inPlace(long.whole) == nil && MemoryPlan.reordered(long.whole) == nil)
  }

  /// Another prompt is counted as if the text had been asked for with it.
  @Test(arguments: Pair.all) private func anotherPromptIsCountedAgain(pair: Pair) throws {
    let long = try text(pair, "prompt=8,tokens=5")
    let short = try long.again(long.request.withPrompt(of: 4), with: long.change)
    let asked = try text(pair, "prompt=4,tokens=5")
    #expect(short.request == asked.request && short.cache == asked.cache)
    #expect(short.whole.totals.macs == asked.whole.totals.macs)
    #expect(short.whole.totals.traffic == asked.whole.totals.traffic)
    #expect(short.prefill.map(\.workload.totals.macs) == asked.prefill.map(\.workload.totals.macs))
  }

  /// A step writes its own position only, where both forms of a cache lie in one buffer.
  @Test(arguments: Pair.concatenating) private func cachesCanLieInPlace(pair: Pair) throws {
    let apart = try text(pair, "prompt=6,tokens=9")
    let shared = try apart.again(
      apart.request,
      with: RunChange(buffers: CacheBuffers(areShared: true, includesConcat: true)))
    let perPosition = pair.blocks * 2 * 2 * 8 * 4
    let past = pair.start(6) + 3
    let saved =
      try apart.step(after: past).totals.traffic.stateWritten
      - shared.step(after: past).totals.traffic.stateWritten
    #expect(saved == .fixed(past * perPosition))
    #expect(shared.cache.allocatedBytes == apart.request.positions * perPosition)
    #expect(shared.whole.totals.macs == apart.whole.totals.macs)
  }

  /// Weights of the file with the layers are stored in a fourth; the encoder and a first run of another file keep theirs.
  @Test(arguments: Pair.all, [1, 5])
  private func aChangeIsOneOfTheLayersFile(pair: Pair, tokens: Int) throws {
    let text = try text(pair, "prompt=6,tokens=\(tokens)")
    var changed = text.whole.complete
    for index in changed.graph.values.indices
    where changed.graph.values[index].isConstant
      && changed.graph.values[index].type.elementType == .float32
    {
      changed.graph.values[index].type.elementType = .int8
    }
    var change = text.change
    change.graph = GraphChange(from: text.whole.complete, to: changed)
    #expect(change.graph != nil)
    let again = try text.again(text.request, with: change)
    func weights(_ work: GenerationWorkload) -> [Int?] {
      (work.prefill.map(\.workload) + (work.decode.map { [$0] } ?? []))
        .map(\.totals.traffic.weights.fixedValue)
    }
    let (before, after) = (weights(text), weights(again))
    // The encoder, the decoder's first run, and its steps.
    let isOfLayers = [false, !(pair.decoder.count > 1 && tokens > 1), true]
    for (place, isOfLayers) in zip(before.indices, isOfLayers) {
      let (old, new) = (try #require(before[place]), try #require(after[place]))
      #expect(isOfLayers ? new < old / 3 : new == old, "run \(place): \(old) to \(new)")
    }
    #expect(again.whole.totals.macs == text.whole.totals.macs)
  }

  @Test func theFilesShareNothing() throws {
    let text = try text(Pair.all[1], "prompt=6,tokens=9")
    let models = try (["encoder_model.onnx"] + Pair.all[1].decoder).map(Pair.all[1].model)
    let bytes = try models.map { try Workload(InferredGraph($0)).totals.constantBytes }
    // Sessions of all are open throughout.
    for run in text.prefill { #expect(run.workload.totals.constantBytes == bytes.sum) }
    #expect(try text.step(after: 3).totals.constantBytes == bytes.sum)
    #expect(text.whole.layers.count == models[2].graph.nodes.count)
    #expect(!text.isOneGraph)
  }

  @Test func aTokenIsTheResultOfTheFirstRun() throws {
    for pair in Pair.all {
      let text = try text(pair, "prompt=6,tokens=1")
      #expect(text.decode == nil)
      let runs = text.prefill.map(\.workload.totals.macs).sum
      #expect(text.whole.totals.macs == runs)
    }
  }

  @Test func aBatchTakesSoManyTimesTheWork() throws {
    for pair in Pair.all {
      let one = try text(pair, "prompt=6,tokens=4")
      let three = try text(pair, "prompt=6,tokens=4,batch=3")
      #expect(three.whole.totals.macs == one.whole.totals.macs * 3)
    }
  }

  @Test(arguments: [
    "optimum_whisper/decoder_model_merged.onnx", "optimum_marian/decoder_with_past_model.onnx",
  ])
  func aDecoderAloneSaysThatItReadsAnEncoder(file: String) throws {
    let model = try Model(contentsOf: Paths.fixture("language/\(file)"))
    let problem = try #require(throws: Problem.self) {
      try GenerationWorkload(model, GenerationRequest("prompt=8,tokens=4"), bindings: Bindings())
    }
    #expect("\(problem)".contains("expected the folder with both"), "\(problem)")
  }

  @Test func whatATextStatesIsNotBound() throws {
    var bindings = Bindings()
    bindings.symbols = ["use_cache_branch": 1]
    let problem = try #require(throws: Problem.self) {
      try GenerationWorkload(
        Pair.all[0].split, GenerationRequest("prompt=8,tokens=4"), bindings: bindings)
    }
    #expect("\(problem)".contains("'use_cache_branch' is bound"), "\(problem)")
  }
}
