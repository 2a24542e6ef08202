import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

/// Small decoders as real exporters write them; `Fixtures/README.md` says which.
struct LanguageModel: Sendable, CustomTestStringConvertible {
  var file: String
  /// Tables of the angles of positions, each a product of four frequencies with each position.
  var angleTables = 0
  /// Whether positions follow from lengths; with numbers for these they are constants, and their angles too.
  var computesPositions = false
  /// Whether a mask follows from lengths, by operations without multiply-accumulates.
  var computesMask = false
  /// Symbols of the file that a run has to bind, with their numbers.
  var bindings: @Sendable (_ new: Int, _ past: Int) -> [String: Int]

  var testDescription: String { file }
  var path: String { Paths.fixture("language/\(file)") }

  /// Hidden width 32, four heads of 8 that share two of keys and values (or two of 16 that share one), a
  /// feed-forward width of 64, a vocabulary of 128, two blocks.
  func macs(_ new: Int, after past: Int) -> Int {
    let queries = 32 * 32
    let keysAndValues = 2 * 32 * 16
    let output = 32 * 32
    let feedForward = 3 * 32 * 64
    let attention = 2 * 4 * (past + new) * 8
    let head = 32 * 128
    return new * (2 * (queries + keysAndValues + output + feedForward + attention) + head)
      + angleTables * 4 * new
  }

  static let all = [
    LanguageModel(file: "optimum_llama.onnx", angleTables: 1, computesMask: true) { new, past in
      ["batch_size": 1, "sequence_length": new, "past_sequence_length": past]
    },
    // One for blocks with a sliding window, one for those without.
    LanguageModel(
      file: "optimum_gemma3.onnx", angleTables: 2, computesPositions: true, computesMask: true
    ) { new, past in
      ["batch_size": 1, "sequence_length": new, "past_sequence_length": past]
    },
    LanguageModel(file: "genai_qwen2_int4/model.onnx") { new, past in
      [
        "batch_size": 1, "sequence_length": new, "past_sequence_length": past, "kv_cache_dim": 16,
        "total_sequence_length": past + new,
      ]
    },
  ]
}

private func counts(_ workload: Workload) -> [SymbolicInt] {
  let totals = workload.totals
  var counts = [totals.macs, totals.otherOps]
  _ = totals.traffic.mapCounts {
    counts.append($0)
    return $0
  }
  return counts
}

@Suite struct GenerationTests {
  @Test(arguments: LanguageModel.all, [(16, 0), (1, 16), (1, 100)])
  func aRunHasTheArithmeticOfItsLayers(model: LanguageModel, run: (new: Int, past: Int)) throws {
    var bindings = Bindings()
    bindings.symbols = model.bindings(run.new, run.past)
    let workload = try Workload(InferredGraph(Model(contentsOf: model.path), bindings: bindings))
    var expected = model.macs(run.new, after: run.past)
    if model.computesPositions { expected -= model.angleTables * 4 * run.new }
    #expect(workload.totals.macs == .fixed(expected))
    #expect(workload.coverage.isComplete)
    let text = try GenerationWorkload(
      Model(contentsOf: model.path), GenerationRequest("prompt=16,tokens=120"), bindings: Bindings()
    )
    let step = run.past == 0 ? text.prefill[0].workload : try text.step(after: run.past)
    #expect(step.totals.macs == .fixed(model.macs(run.new, after: run.past)))
  }

  /// The plain loop binds the file's own symbols and knows nothing of caches.
  @Test(arguments: LanguageModel.all) func aTextIsTheSumOfItsSteps(model: LanguageModel) throws {
    let file = try Model(contentsOf: model.path)
    let text = try GenerationWorkload(
      file, GenerationRequest("prompt=20,tokens=9"), bindings: Bindings())
    func run(_ new: Int, _ past: Int) throws -> [SymbolicInt] {
      var bindings = Bindings()
      bindings.symbols = model.bindings(new, past)
      return counts(try Workload(InferredGraph(file, bindings: bindings)))
    }
    func sum(_ left: [SymbolicInt], _ right: [SymbolicInt]) -> [SymbolicInt] {
      zip(left, right).map { $0 + $1 }
    }
    let prompt = try run(20, 0)
    // The last of nine tokens is not fed back: eight steps after 20 to 27 tokens.
    let steps = try (20...27).map { try run(1, $0) }
    let ownSteps = try (20...27).map { counts(try text.step(after: $0)) }
    #expect(counts(try #require(text.decode)) == ownSteps.dropFirst().reduce(ownSteps[0], sum))
    #expect(counts(text.whole) == ownSteps.reduce(counts(text.prefill[0].workload), sum))
    if !model.computesMask {
      #expect(counts(text.prefill[0].workload) == prompt)
      #expect(counts(text.whole) == steps.reduce(prompt, sum))
    }
    #expect(
      text.whole.totals.macs
        == .fixed((20...27).reduce(model.macs(20, after: 0)) { $0 + model.macs(1, after: $1) }))
    #expect(text.whole.totals.macs == text.whole.layers.map(\.work.macs).sum)
    #expect(text.whole.coverage.isComplete)
    // Keys and values of two blocks, two heads, eight numbers of four bytes.
    #expect(text.cache.bytesPerPosition == 2 * 2 * 2 * 8 * 4)
  }

  @Test func aBatchTakesSoManyTimesTheWork() throws {
    let model = LanguageModel.all[2]
    let file = try Model(contentsOf: model.path)
    let one = try GenerationWorkload(
      file, GenerationRequest("prompt=8,tokens=3"), bindings: Bindings())
    let three = try GenerationWorkload(
      file, GenerationRequest("prompt=8,tokens=3,batch=3"), bindings: Bindings())
    #expect(three.whole.totals.macs == one.whole.totals.macs * 3)
    #expect(three.whole.totals.traffic.state == one.whole.totals.traffic.state * 3)
    #expect(three.whole.totals.traffic.weights == one.whole.totals.traffic.weights)
  }

  /// GroupQueryAttention rotates queries of two heads and keys of one, each 16 wide, by rows of
  /// two tables of 512 x 8 numbers that both blocks share.
  @Test func attentionRotatesByRowsOfTables() throws {
    let text = try GenerationWorkload(
      Model(contentsOf: LanguageModel.all[2].path), GenerationRequest("prompt=16,tokens=9"),
      bindings: Bindings())
    let step = try text.step(after: 20)
    for (run, new, past) in [(text.prefill[0].workload, 16, 0), (step, 1, 20)] {
      let layers = run.layers.filter { $0.operatorName == .attention }
      #expect(layers.count == 2)
      // A scale and a softmax of each score; two products and a sum for each element.
      let scores = 2 * new * (past + new)
      let rotated = new * (2 + 1) * 16
      for layer in layers {
        #expect(layer.work.macs == .fixed(scores * (16 + 16)))
        #expect(layer.work.otherOps == .fixed(6 * scores + 3 * rotated))
        #expect(layer.traffic.parameters == .fixed(2 * new * 8 * 4))
        #expect(layer.parameters == 0)
      }
    }
  }

  /// In one buffer of past and present, a run writes its new positions; the buffer has its room from the start.
  @Test func aSharedBufferTakesNewPositionsOnly() throws {
    let file = try Model(contentsOf: LanguageModel.all[2].path)
    func text(_ buffers: CacheBuffers) throws -> GenerationWorkload {
      try GenerationWorkload(
        file, GenerationRequest("prompt=20,tokens=9"), bindings: Bindings(),
        change: RunChange(buffers: buffers))
    }
    // Keys and values of two blocks, one head, sixteen numbers of four bytes.
    let position = 2 * 2 * 16 * 4
    let shared = try text(CacheBuffers(areShared: true, capacity: 512, source: "a file"))
    let prompt = shared.prefill[0].workload.totals.traffic
    #expect(prompt.stateRead == 0)
    #expect(prompt.stateWritten == .fixed(20 * position))
    let steps = try #require(shared.decode).totals.traffic
    #expect(steps.stateRead == .fixed((20...27).reduce(0, +) * position))
    #expect(steps.stateWritten == .fixed(8 * position))
    #expect(shared.whole.memory.stateBytes == .fixed(512 * position))
    #expect(shared.cache.allocatedBytes == 512 * position)
    #expect(shared.cache.buffers.areShared)
    // The last of 28 positions is given by a run that takes 27.
    let separate = try text(.separate)
    #expect(separate.cache.allocatedBytes == (27 + 28) * position)
    let one = try GenerationWorkload(
      Model(contentsOf: LanguageModel.all[2].path), GenerationRequest("prompt=20,tokens=1"),
      bindings: Bindings())
    #expect(one.cache.allocatedBytes == 20 * position)
    #expect(separate.whole.memory.stateBytes == 0)
    #expect(
      separate.decode?.totals.traffic.stateWritten
        == .fixed((21...28).reduce(0, +) * position))
    // A buffer holds the text in any case.
    #expect(
      try text(CacheBuffers(areShared: true, capacity: 4)).cache.allocatedBytes == 28 * position)
    // A Concat makes a tensor of its own, whatever is asked for.
    let concat = try GenerationWorkload(
      Model(contentsOf: LanguageModel.all[0].path), GenerationRequest("prompt=20,tokens=9"),
      bindings: Bindings(), change: RunChange(buffers: CacheBuffers(areShared: true)))
    #expect(!concat.cache.buffers.areShared)
  }

  /// Projections of 4-bit weights: queries of four heads, keys and values of two, each 8 wide.
  @Test func fewerKeyHeadsOfPackedProjections() throws {
    var test = TestGraph()
    let x = test.input("inputs_embeds", [.symbol("batch"), .symbol("new"), 32])
    func projection(_ name: String, _ columns: Int) -> ValueID {
      let weights = test.weights("\(name).weights", [.fixed(columns), 1, 16], .uint8)
      let scales = test.weights("\(name).scales", [.fixed(columns)])
      return test.node(
        PackedMatMul(outputs: columns, inputs: 32, bits: 4, computesInFloat: true),
        [x, weights, scales], name: name)
    }
    let projections = [projection("q", 32), projection("k", 16), projection("v", 16)]
    func cache(_ name: String, _ length: Dimension) -> TensorType {
      TensorType(.float32, [.symbol("batch"), 2, length, 8])
    }
    let pasts = ["key", "value"].map {
      test.input("past_key_values.0.\($0)", [.symbol("batch"), 2, .symbol("past"), 8])
    }
    let presents = ["key", "value"].map {
      test.value(
        Value(name: "present.0.\($0)", type: cache($0, .symbol("total")), origin: .computed))
    }
    let result = test.node(
      Attention(queryHeads: 4, keyHeads: 2, pastIsBuffer: true), projections, name: "attention")
    test.graph.nodes[3].inputs += [nil, pasts[0], pasts[1]]
    test.graph.nodes[3].outputs += presents.map(Optional.some)
    let model = test.model(outputs: [result] + presents)
    func text(_ divisor: Int) throws -> GenerationWorkload {
      var change = RunChange()
      change.keyHeadDivisor = divisor
      return try GenerationWorkload(
        model, GenerationRequest("prompt=4,tokens=3"), bindings: Bindings(), change: change)
    }
    func macs(_ columns: Int) -> Int {
      // Six tokens, and attention over 4 positions four times, over 5 and 6 once.
      6 * 32 * (32 + 2 * columns) + 2 * 4 * 8 * (4 * 4 + 5 + 6)
    }
    #expect(FewerKeyHeads.heads(of: try text(1).caches, in: model.graph) == 2)
    #expect(try text(1).whole.totals.macs == .fixed(macs(16)))
    #expect(try text(2).whole.totals.macs == .fixed(macs(8)))
    // Of 4-bit weights, half a byte each and four for the scale of a column.
    let saved = 2 * (8 * 16 + 8 * 4)
    #expect(
      try text(1).whole.totals.constantBytes - text(2).whole.totals.constantBytes == .fixed(saved))
    #expect(
      try text(2).whole.totals.traffic.state * 2 == text(1).whole.totals.traffic.state)
  }

  @Test func oneTokenIsTheResultOfThePrompt() throws {
    let file = try Model(contentsOf: LanguageModel.all[0].path)
    let text = try GenerationWorkload(
      file, GenerationRequest("prompt=8,tokens=1"), bindings: Bindings())
    #expect(text.decode == nil)
    #expect(counts(text.whole) == counts(text.prefill[0].workload))
    #expect(text.request.positions == 8)
  }

  @Test func theMemoryIsThatOfTheLargerPhase() throws {
    let file = try Model(contentsOf: LanguageModel.all[0].path)
    func peaks(_ text: String) throws -> (prefill: Int?, last: Int?, whole: Int?) {
      let request = try GenerationRequest(text)
      let work = try GenerationWorkload(file, request, bindings: Bindings())
      return (
        work.prefill[0].workload.memory.peak?.bytes,
        try work.step(after: request.positions - 1).memory.peak?.bytes,
        work.whole.memory.peak?.bytes
      )
    }
    let long = try peaks("prompt=128,tokens=4")
    #expect(long.prefill ?? 0 > long.last ?? 0)
    #expect(long.whole == long.prefill)
    let short = try peaks("prompt=1,tokens=200")
    #expect(short.last ?? 0 > short.prefill ?? 0)
    #expect(short.whole == short.last)
  }

  @Test(arguments: [
    ("prompt=128", "lacks tokens"), ("tokens=4", "lacks prompt"), ("", "''"),
    ("prompt=128,tokens=0", "'tokens=0', expected a whole number from 1 to 1048576"),
    ("prompt=0,tokens=1", "'prompt=0', expected a whole number"),
    ("prompt=-1,tokens=1", "'prompt=-1'"),
    ("prompt=1,tokens=2,prompt=3", "expected 'prompt' once"), ("prompt=1,tokens=x", "'tokens=x'"),
    ("prompt=1,tokens=2,beams=4", "'beams=4'"), ("prompt=1,tokens=2,batch=0", "'batch=0'"),
    ("prompt=1,tokens=2,max_length=0", "'max_length=0', expected a whole number"),
    ("prompt=1,tokens=10k", "'tokens=10k', expected a whole number from 1 to 1048576"),
    ("prompt=1,tokens=2,", "'' in 'prompt=1,tokens=2,', expected prompt=128"),
    ("prompt=99999999999999999999,tokens=1", "'prompt=99999999999999999999', expected a whole"),
  ])
  func aRequestIsCheckedWholly(text: String, fact: String) throws {
    let problem = try #require(throws: Problem.self) { try GenerationRequest(text) }
    #expect("\(problem)".contains(fact), "\(problem)")
  }

  @Test(arguments: [
    ("onnx/ds_cnn_dynamic.onnx", "has no cache of keys and values"),
    ("tflite/ds_cnn_int8.tflite", "has no cache of keys and values"),
  ])
  func aModelWithoutACacheIsRefused(file: String, fact: String) throws {
    let model = try Model(contentsOf: Paths.fixture(file))
    let problem = try #require(throws: Problem.self) {
      try GenerationWorkload(
        model, GenerationRequest("prompt=8,tokens=4"), bindings: Bindings())
    }
    #expect("\(problem)".contains(fact), "\(problem)")
  }

  /// litert-torch writes a graph for 16 tokens of a prompt and one for a step, with a cache of 64.
  @Test func aModelOfFixedSizesRunsItsSignatures() throws {
    let path = Paths.fixture("language/litert_llama.litertlm")
    func read(_ signature: String) throws -> Model {
      try Model(contentsOf: path, ImportOptions(signature: signature))
    }
    let decoder = try FixedDecoder(step: read("decode"), prefills: [read("prefill_16")])
    func text(_ request: String) throws -> GenerationWorkload {
      try GenerationWorkload(decoder, GenerationRequest(request), bindings: Bindings())
    }
    let block = 32 * 32 + 2 * 32 * 16 + 32 * 32 + 3 * 32 * 64
    // Scores of all 64 places, used or not.
    let scores = 2 * 4 * 64 * 8
    let step = 2 * (block + scores) + 32 * 128
    // The prompt's graph ends with the keys and values of the last block: nothing reads what follows.
    let prompt = 16 * (block + scores + 2 * 32 * 16)
    let work = try text("prompt=40,tokens=8")
    // 39 tokens in runs of 16, and the last one in a step, whose result is the first token.
    #expect(work.prefill.map(\.count) == [3, 1])
    #expect(work.prefill.map(\.workload.totals.macs) == [.fixed(prompt), .fixed(step)])
    #expect(work.decode?.totals.macs == .fixed(7 * step))
    #expect(work.whole.totals.macs == .fixed(3 * prompt + 8 * step))
    #expect(!work.isOneGraph)
    #expect(work.whole.coverage.isComplete)
    // Keys and values of two blocks, two heads, 64 places of eight numbers of four bytes.
    #expect(work.cache.bytes == 2 * 2 * 2 * 64 * 8 * 4)
    #expect(try text("prompt=1,tokens=1").whole.totals.macs == .fixed(step))
    #expect(try text("prompt=57,tokens=8").cache.positions == 64)
    let problem = try #require(throws: Problem.self) { try text("prompt=57,tokens=9") }
    #expect("\(problem)".contains("take 65 positions, expected at most 64"), "\(problem)")
  }

  /// Exports before masks were inputs: the length is that of what an update goes into.
  @Test func aCacheWithoutAMaskHasALength() throws {
    let path = Paths.fixture("language/litert_llama.litertlm")
    var step = try Model(contentsOf: path, ImportOptions(signature: "decode"))
    let prefill = try Model(contentsOf: path, ImportOptions(signature: "prefill_16"))
    for index in step.signatures.indices { step.signatures[index].inputs["mask"] = nil }
    let decoder = try FixedDecoder(step: step, prefills: [prefill])
    func text(_ request: String) throws -> GenerationWorkload {
      try GenerationWorkload(decoder, GenerationRequest(request), bindings: Bindings())
    }
    #expect(try text("prompt=57,tokens=8").cache.positions == 64)
    let problem = try #require(throws: Problem.self) { try text("prompt=57,tokens=9") }
    #expect("\(problem)".contains("take 65 positions, expected at most 64"), "\(problem)")
  }

  /// A step of one block that keeps its keys in a variable of 32 positions.
  private func stepWithAVariable(_ update: Shape) -> Model {
    var test = TestGraph()
    let new = test.input("new", update)
    let place = test.weights("place", [4], .int32)
    let handle = test.node(ResourceHandle(.varHandle), [], name: "handle")
    let shape: Shape = [1, 2, 32, 8]
    let old = test.node(
      ReadResource(.readVariable, type: TensorType(.float32, shape)), [handle], name: "old")
    test.graph[old].type = TensorType(.float32, shape)
    let keys = test.node(Scatter(reduces: false), [old, place, new], name: "keys")
    test.graph.nodes.append(
      Node(
        operation: WriteResource(.assignVariable), name: "kept", sourceOperator: "ASSIGN_VARIABLE",
        inputs: [handle, keys], outputs: []))
    var model = test.model(outputs: [keys])
    model.signatures = [
      Signature(key: "decode", subgraph: 0, inputs: ["tokens": "new"], outputs: ["logits": "keys"])
    ]
    return model
  }

  @Test func aCacheMayBeAVariable() throws {
    let decoder = try FixedDecoder(step: stepWithAVariable([1, 2, 1, 8]), prefills: [])
    let text = try GenerationWorkload(
      decoder, GenerationRequest("prompt=20,tokens=12"), bindings: Bindings())
    #expect(text.cache.positions == 32)
    #expect(text.cache.bytes == 2 * 32 * 8 * 4)
    #expect(try #require(text.whole.totals.traffic.state.fixedValue) > 0)
    let problem = try #require(throws: Problem.self) {
      try GenerationWorkload(
        decoder, GenerationRequest("prompt=20,tokens=14"), bindings: Bindings())
    }
    #expect("\(problem)".contains("take 33 positions, expected at most 32"), "\(problem)")
  }

  @Test func aCacheOfUnknownLengthIsAWarning() throws {
    let decoder = try FixedDecoder(step: stepWithAVariable([1, 2, 32, 8]), prefills: [])
    let text = try GenerationWorkload(
      decoder, GenerationRequest("prompt=20,tokens=14"), bindings: Bindings())
    #expect(text.cache.positions == nil)
    #expect(text.whole.diagnostics.contains { $0.code == "cache-length" })
  }

  @Test func fixedLengthsAreRefused() throws {
    var model = try Model(contentsOf: LanguageModel.all[0].path)
    let tokens = try #require(model.graph.inputs.first { model.graph[$0].name == "input_ids" })
    model.graph[tokens].type.shape = [1, 1]
    let problem = try #require(throws: Problem.self) {
      try GenerationWorkload(
        model, GenerationRequest("prompt=8,tokens=4"), bindings: Bindings())
    }
    #expect("\(problem)".contains("'input_ids' takes a fixed number of tokens"), "\(problem)")
  }
}
