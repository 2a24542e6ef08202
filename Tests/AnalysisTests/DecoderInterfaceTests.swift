import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

private let batch = Dimension.symbol("batch")
private let new = Dimension.symbol("new")
private let past = Dimension.symbol("past")
private let frames = Dimension.symbol("frames")

/// A decoder of one block.
///
/// A projection of 8 by 8 makes keys, and new tokens are multiplied with all keys.
private struct SmallDecoder {
  var test = TestGraph()
  var results: [ValueID] = []
  let tokens: ValueID

  /// - Parameters:
  ///   - tokens: The length of new tokens in the file.
  ///   - hasPast: Whether keys of earlier runs are an input.
  init(tokens count: Dimension = new, hasPast: Bool = true) {
    tokens = test.input("inputs_embeds", [batch, count, 8])
    let present: ValueID
    if hasPast {
      let keys = test.product(tokens, inputs: 8, outputs: 8, name: "keys")
      let kept = test.input("past_key_values.0.key", [batch, past, 8])
      present = test.node(Concat(axis: 1), [kept, keys], name: "present.0.key")
      test.graph[present].type = TensorType(.float32, [batch, past + count, 8])
    } else {
      present = test.product(tokens, inputs: 8, outputs: 8, name: "present.0.key")
    }
    let scores = test.node(MatMul(transposesRight: true), [tokens, present], name: "scores")
    results = [scores, present]
  }

  var model: Model { test.model(outputs: results) }

  /// Multiply-accumulates of new tokens after others.
  static func macs(_ new: Int, after past: Int) -> Int { new * 8 * 8 + new * (past + new) * 8 }

  /// The bytes that one position takes in the cache.
  static let position = 8 * 4

  /// Adds a result that no operator gives.
  mutating func addResult(_ name: String, _ shape: Shape) {
    results.append(
      test.value(Value(name: name, type: TensorType(.float32, shape), origin: .computed)))
  }

  /// Adds the state of a convolution: the last three steps of eight channels.
  mutating func addConvolution() {
    let kept = test.input("past_conv.0", [batch, 8, 3])
    let channels = test.node(
      Transpose(permutation: [0, 2, 1], reversesByDefault: true), [tokens], name: "channels")
    let all = test.node(Concat(axis: 2), [kept, channels], name: "all")
    let present = test.node(
      Slice(.fixed(starts: [-3], ends: [.max], axes: [2])), [all], name: "present_conv.0")
    test.graph[present].type = TensorType(.float32, [batch, 8, 3])
    results.append(present)
  }

  /// The bytes of that state.
  static let convolution = 8 * 3 * 4

  /// Adds scores of 16 words for the last tokens, as many of them as an input says.
  mutating func addScores(by name: String, _ shape: Shape) {
    let count = test.input(name, shape, .int64)
    let negative = test.node(Elementwise(.negate), [count], name: "negative")
    let starts = test.node(
      Reshape(.fixed([1], zeroIsLiteral: false)), [negative], name: "starts")
    let ends = test.weights("ends", [1], .int64, .integers([.fixed(.max)]))
    let axes = test.weights("axes", [1], .int64, .integers([1]))
    let last = test.node(Slice(.operands), [tokens, starts, ends, axes], name: "last")
    results.append(test.product(last, inputs: 8, outputs: 16, name: "logits"))
  }
}

/// An input beside the cache, and its shapes in two runs: 12 tokens without a past, one after 12.
private struct InputCase: Sendable, CustomTestStringConvertible {
  var name: String
  var shape: Shape
  var prompt: Shape
  var step: Shape

  var testDescription: String { "\(name) \(shape)" }

  static let all: [InputCase] = [
    InputCase(
      name: "attention_mask", shape: [batch, past + new], prompt: [1, 12], step: [1, 13]),
    InputCase(name: "attention_mask", shape: [batch, past + 1], prompt: [1, 12], step: [1, 13]),
    InputCase(
      name: "attention_mask", shape: [batch, .symbol("all")], prompt: [1, 12], step: [1, 13]),
    InputCase(
      name: "decoder_attention_mask", shape: [batch, new], prompt: [1, 12], step: [1, 13]),
    // One row for each new token is no mask of positions alone.
    InputCase(
      name: "attention_mask", shape: [batch, new, past + new], prompt: [1, 12, 12],
      step: [1, 1, 13]),
    InputCase(name: "position_ids", shape: [batch, new], prompt: [1, 12], step: [1, 1]),
    InputCase(name: "cache_position", shape: [1], prompt: [12], step: [1]),
    InputCase(name: "cache_position", shape: [new], prompt: [12], step: [1]),
    InputCase(name: "cache_position", shape: [.symbol("places")], prompt: [12], step: [1]),
  ]
}

/// An input that comes back, or does not, and whether it is a state.
private struct StateCase: Sendable, CustomTestStringConvertible {
  var past: String
  var present: String
  var shape: Shape
  /// The shape that comes back, where it is another one.
  var result: Shape?
  var isState: Bool
  var isCross = false

  var testDescription: String { "\(past) \(shape), \(present) \(result ?? shape)" }

  static let all: [StateCase] = [
    // LFM2, Qwen3.5, Granite, and the names of onnxruntime-genai.
    StateCase(
      past: "past_conv.0", present: "present_conv.0", shape: [batch, 2048, 3], isState: true),
    StateCase(
      past: "past_recurrent.3", present: "present_recurrent.3", shape: [batch, 16, 128, 128],
      isState: true),
    StateCase(
      past: "past_ssm.1", present: "present_ssm.1", shape: [batch, 48, 64, 128], isState: true),
    StateCase(
      past: "past_key_values.2.conv_state", present: "present.2.conv_state",
      shape: [batch, 6144, 3], isState: true),
    StateCase(
      past: "past_conv.0", present: "present_conv.0", shape: [batch, 2048, 3],
      result: [batch, 2048, 4], isState: false),
    StateCase(
      past: "past_conv.0", present: "present_conv.0", shape: [batch, 2048, 3],
      result: [batch, 2048], isState: false),
    // Keys of an encoder's 1500 positions.
    StateCase(
      past: "past_key_values.0.encoder.key", present: "present.0.encoder.key",
      shape: [batch, 8, 1500, 64], isState: false, isCross: true),
    StateCase(
      past: "past_key_cross_0", present: "present_key_cross_0", shape: [batch, 8, 1500, 64],
      isState: false, isCross: true),
    StateCase(
      past: "past_key_values.0.encoder.key", present: "present.0.encoder.key",
      shape: [batch, 8, frames, 64], result: [batch, 8, .symbol("frames_out"), 64],
      isState: false, isCross: true),
  ]
}

/// How many tokens the scores are of: an input says it, and a binding may say another number.
private struct ScoresCase: Sendable, CustomTestStringConvertible {
  var name: String
  var shape: Shape
  var bound: Int?
  /// Tokens of a prompt of 12 with scores.
  var scored: Int

  var testDescription: String { "\(name) \(shape), \(scored) scored" }

  static let all: [ScoresCase] = [
    ScoresCase(name: "num_logits_to_keep", shape: [], scored: 1),
    ScoresCase(name: "num_logits_to_keep", shape: [1], scored: 1),
    ScoresCase(name: "logits_to_keep", shape: [], scored: 1),
    // 0 stands for all.
    ScoresCase(name: "num_logits_to_keep", shape: [], bound: 0, scored: 12),
  ]
}

@Suite struct DecoderInterfaceTests {
  private func exported(_ file: String) throws -> Model {
    try Model(contentsOf: Paths.fixture("language/\(file)"))
  }

  private func text(
    _ model: Model, _ bindings: Bindings = Bindings()
  ) throws -> GenerationWorkload {
    try GenerationWorkload(model, GenerationRequest("prompt=12,tokens=3"), bindings: bindings)
  }

  @Test(arguments: InputCase.all) private func anInputHasTheLengthOfARun(input: InputCase) throws {
    var decoder = SmallDecoder()
    let id = decoder.test.input(input.name, input.shape, .int64)
    let graph = decoder.model.graph
    let interface = try DecoderInterface(graph)
    let prompt = interface.graph(graph, .init(new: 12, past: 0, batch: 1))
    #expect(prompt[id].type.shape == input.prompt)
    let step = interface.graph(graph, .init(new: 1, past: 12, batch: 1))
    #expect(step[id].type.shape == input.step)
    // The rest of a run is as it is without the input.
    let text = try text(decoder.model)
    #expect(text.prefill[0].workload.totals.macs == .fixed(SmallDecoder.macs(12, after: 0)))
  }

  @Test(arguments: ["attention_mask", "cache_position"])
  func anInputThatARunSizesIsNotBound(name: String) throws {
    var decoder = SmallDecoder()
    let shape: Shape = name == "cache_position" ? [1] : [1, past + 1]
    _ = decoder.test.input(name, shape, .int64)
    var bindings = Bindings()
    bindings.shapes = [name: shape.dimensions.map { $0.fixedValue ?? 9 }]
    let problem = try #require(throws: Problem.self) { try text(decoder.model, bindings) }
    #expect("\(problem)".contains("'\(name)' is bound"), "\(problem)")
  }

  /// A mask of the past and one token is that of a step; the prompt's is as long as the prompt.
  @Test func aMaskOfAStepIsThatOfAPromptToo() throws {
    let stated = try exported("optimum_llama.onnx")
    var changed = stated
    let mask = try #require(
      stated.graph.inputs.first { stated.graph[$0].name == "attention_mask" })
    changed.graph[mask].type.shape = [
      .symbol("batch_size"), Dimension.symbol("past_sequence_length") + 1,
    ]
    let (own, other) = (try text(stated), try text(changed))
    #expect(other.whole.totals.macs == own.whole.totals.macs)
    #expect(other.whole.totals.traffic == own.whole.totals.traffic)
    #expect(other.prefill[0].workload.totals.traffic == own.prefill[0].workload.totals.traffic)
  }

  /// Files may write the rows of the encoder's result as half of a size that other inputs have.
  @Test func theEncodersResultHasItsOwnLength() throws {
    var decoder = SmallDecoder()
    let half = frames.floorDivided(by: 2)
    let states = decoder.test.input("encoder_hidden_states", [batch, half, 8])
    let mask = decoder.test.input("encoder_attention_mask", [batch, frames], .int64)
    let keys = decoder.test.input("past_key_values.0.encoder.key", [batch, 2, frames, 8])
    let graph = decoder.model.graph
    let interface = try DecoderInterface(graph)
    #expect(interface.crossCaches == [keys])
    for past in [0, 12] {
      let run = interface.graph(
        graph, .init(new: 1, past: .fixed(past), batch: 3, source: 20))
      #expect(run[states].type.shape == Shape([3, 20, 8]))
      #expect(run[mask].type.shape == Shape([3, 20]))
      #expect(run[keys].type.shape == Shape([3, 2, 20, 8]))
      #expect(run[keys].isState)
    }
  }

  /// A size that only an expression tells is still that of an encoder.
  @Test func aDecoderWithoutItsEncoderSaysSo() throws {
    var decoder = SmallDecoder()
    _ = decoder.test.input("encoder_hidden_states", [batch, frames.floorDivided(by: 2), 8])
    let problem = try #require(throws: Problem.self) { try text(decoder.model) }
    #expect("\(problem)".contains("reads the results of an encoder"), "\(problem)")
  }

  @Test func halfOfTheEncodersLengthIsNotHalved() throws {
    let stated = try exported("optimum_whisper/decoder_model_merged.onnx")
    var changed = stated
    let result = try #require(
      stated.graph.inputs.first { stated.graph[$0].name == "encoder_hidden_states" })
    changed.graph[result].type.shape?[1] =
      Dimension.symbol("encoder_sequence_length").floorDivided(by: 2)
    func totals(_ step: Model) throws -> Workload.Totals {
      let encoder = try exported("optimum_whisper/encoder_model.onnx")
      let files = try SplitDecoder(encoder: encoder, first: nil, step: step)
      return try GenerationWorkload(
        files, GenerationRequest("prompt=4,tokens=5"), bindings: Bindings()
      ).whole.totals
    }
    let (own, other) = (try totals(stated), try totals(changed))
    #expect(other.macs == own.macs)
    #expect(other.traffic == own.traffic)
  }

  @Test(arguments: ScoresCase.all)
  private func scoresAreThoseOfTheLastToken(scores: ScoresCase) throws {
    var decoder = SmallDecoder()
    decoder.addScores(by: scores.name, scores.shape)
    var bindings = Bindings()
    if let bound = scores.bound { bindings.symbols = [scores.name: bound] }
    let text = try text(decoder.model, bindings)
    // Of each token with scores, products of 8 numbers with 16 rows.
    let prompt = SmallDecoder.macs(12, after: 0) + scores.scored * 8 * 16
    #expect(text.prefill[0].workload.totals.macs == .fixed(prompt))
    let steps = [12, 13].map { SmallDecoder.macs(1, after: $0) + 8 * 16 }
    #expect(text.decode?.totals.macs == .fixed(steps[0] + steps[1]))
    #expect(text.whole.coverage.isComplete)
  }

  /// The file of a step takes one token, as older versions of optimum write it.
  @Test func aStepOfAnotherFirstRunMayTakeOneToken() throws {
    let step = SmallDecoder(tokens: 1).model
    let interface = try DecoderInterface(step.graph, isStep: true)
    #expect(interface.caches.count == 1)
    let run = interface.graph(step.graph, .init(new: 1, past: 12, batch: 2))
    #expect(run[interface.tokens].type.shape == Shape([2, 1, 8]))
    #expect(run[interface.caches[0].past].type.shape == Shape([2, 12, 8]))
    let alone = try #require(throws: Problem.self) { try text(step) }
    #expect(
      "\(alone)".contains("'inputs_embeds' takes a fixed number of tokens: [batch, 1, 8]"),
      "\(alone)")
    #expect("\(alone)".contains("the decoder's first run"), "\(alone)")
    let four = try #require(throws: Problem.self) {
      try DecoderInterface(SmallDecoder(tokens: 4).model.graph, isStep: true)
    }
    #expect("\(four)".contains("takes a fixed number of tokens: [batch, 4, 8]"), "\(four)")
  }

  @Test func aFirstRunAndStepsOfOneTokenMakeAText() throws {
    let files = try SplitDecoder(
      encoder: nil, first: SmallDecoder(hasPast: false).model,
      step: SmallDecoder(tokens: 1).model)
    let text = try GenerationWorkload(
      files, GenerationRequest("prompt=12,tokens=3"), bindings: Bindings())
    let prompt = SmallDecoder.macs(12, after: 0)
    let steps = [12, 13].map { SmallDecoder.macs(1, after: $0) }
    #expect(text.prefill[0].workload.totals.macs == .fixed(prompt))
    #expect(text.decode?.totals.macs == .fixed(steps[0] + steps[1]))
    #expect(text.whole.totals.macs == .fixed(prompt + steps[0] + steps[1]))
    #expect(text.cache.bytes == 14 * SmallDecoder.position)
  }

  /// The steps of Marian with the shape that older versions of optimum give their tokens.
  @Test func stepsOfOneTokenAreThoseOfAnyNumber() throws {
    let stated = try exported("optimum_marian/decoder_with_past_model.onnx")
    var changed = stated
    let tokens = try #require(
      stated.graph.inputs.first { stated.graph[$0].name == "input_ids" })
    changed.graph[tokens].type.shape?[1] = 1
    func text(_ step: Model) throws -> GenerationWorkload {
      try GenerationWorkload(
        SplitDecoder(
          encoder: exported("optimum_marian/encoder_model.onnx"),
          first: exported("optimum_marian/decoder_model.onnx"), step: step),
        GenerationRequest("prompt=6,tokens=9,batch=2"), bindings: Bindings())
    }
    let (own, other) = (try text(stated), try text(changed))
    #expect(other.whole.totals.macs == own.whole.totals.macs)
    #expect(other.whole.totals.traffic == own.whole.totals.traffic)
    #expect(other.cache == own.cache)
  }

  @Test(arguments: StateCase.all)
  private func aStateComesBackWithItsSize(state: StateCase) throws {
    var decoder = SmallDecoder()
    let id = decoder.test.input(state.past, state.shape)
    decoder.addResult(state.present, state.result ?? state.shape)
    let graph = decoder.model.graph
    let interface = try DecoderInterface(graph)
    let states: [ValueID] = state.isState ? [id] : []
    let crossCaches: [ValueID] = state.isCross ? [id] : []
    #expect(interface.states.map(\.past) == states)
    #expect(interface.crossCaches == crossCaches)
    #expect(interface.caches.map { graph[$0.past].name } == ["past_key_values.0.key"])
    let run = interface.graph(graph, .init(new: 1, past: 12, batch: 2, source: 20))
    #expect(run[id].isState == (state.isState || state.isCross))
    #expect(run[id].type.shape?[0].fixedValue == 2)
  }

  /// A run reads the state once and writes it once, whatever the length of the text.
  @Test(arguments: [1, 3]) func statesAreKeptBesideCaches(batch: Int) throws {
    func made(by decoder: SmallDecoder) throws -> GenerationWorkload {
      try GenerationWorkload(
        decoder.model, GenerationRequest("prompt=12,tokens=3,batch=\(batch)"),
        bindings: Bindings())
    }
    var decoder = SmallDecoder()
    #expect(try made(by: decoder).cache.stateBytes == 0)
    decoder.addConvolution()
    let text = try made(by: decoder)
    let (position, state) = (batch * SmallDecoder.position, batch * SmallDecoder.convolution)
    #expect(text.cache.stateBytes == state)
    #expect(text.cache.bytes == 14 * position)
    #expect(text.cache.bytesPerPosition == position)
    // Keys are read where they are extended and where they are multiplied.
    let prompt = text.prefill[0].workload.totals.traffic
    #expect(prompt.stateRead == .fixed(12 * position + state))
    #expect(prompt.stateWritten == .fixed(12 * position + state))
    for past in [12, 13] {
      let step = try text.step(after: past).totals.traffic
      #expect(step.stateRead == .fixed((past + past + 1) * position + state))
      #expect(step.stateWritten == .fixed((past + 1) * position + state))
    }
    #expect(text.whole.coverage.isComplete)
  }

  @Test func aDecoderOfStatesAloneIsRefused() throws {
    var test = TestGraph()
    let tokens = test.input("input_ids", [batch, new], .int64)
    _ = test.input("past_ssm.0", [batch, 4, 8, 16])
    let present = test.value(
      Value(
        name: "present_ssm.0", type: TensorType(.float32, [batch, 4, 8, 16]), origin: .computed))
    let problem = try #require(throws: Problem.self) {
      try DecoderInterface(test.model(outputs: [tokens, present]).graph)
    }
    #expect("\(problem)".contains("the cache has a fixed length: 'past_ssm.0'"), "\(problem)")
  }
}
