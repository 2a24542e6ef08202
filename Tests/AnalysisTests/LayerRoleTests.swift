import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

@Suite struct LayerRoleTests {
  private func macs(_ workload: Workload) -> [LayerRole: Int] {
    let roles = LayerRoles(workload).roles
    var sums: [LayerRole: Int] = [:]
    for layer in workload.layers {
      sums[roles[layer.index], default: 0] += layer.work.macs.fixedValue ?? 0
    }
    return sums.filter { $0.value > 0 }
  }

  /// Width 32, keys and values of 16, a feed-forward width of 64, a vocabulary of 128, two blocks; see `LanguageModel`.
  @Test(arguments: LanguageModel.all) func productsHaveRoles(model: LanguageModel) throws {
    let text = try GenerationWorkload(
      Model(contentsOf: model.path), GenerationRequest("prompt=16,tokens=9"), bindings: Bindings())
    func expected(_ new: Int, after past: Int) -> [LayerRole: Int] {
      let projections = 32 * 32 + 2 * 32 * 16 + 32 * 32
      let scores = 2 * 4 * (past + new) * 8
      return [
        .attention: 2 * new * (projections + scores) + model.angleTables * 4 * new,
        .feedForward: 2 * new * 3 * 32 * 64, .head: new * 32 * 128,
      ]
    }
    #expect(macs(text.prefill[0].workload) == expected(16, after: 0))
    let step = try text.step(after: 20)
    #expect(macs(step) == expected(1, after: 20))
    let found = LayerRoles(step)
    let contractions = step.layers.filter { $0.work.macs != 0 && found.roles[$0.index] != .head }
    #expect(Set(contractions.compactMap { found.blocks[$0.index] }) == [0, 1])
    // Names tell the block of most layers; `layers.1` is the second one.
    for layer in contractions where layer.name.contains("layers.") {
      let block = try #require(found.blocks[layer.index])
      #expect(layer.name.contains("layers.\(block)"), "\(layer.name)")
    }
    let embeddings = step.layers.filter { found.roles[$0.index] == .embeddings }
    #expect(embeddings.count == 1)
    // A row of 32 numbers, in four bytes each or in four bits with a scale for 16 of them.
    let bytes = try #require(embeddings[0].traffic.constants.fixedValue)
    #expect(bytes == 128 || (16...24).contains(bytes), "\(bytes)")
  }

  @Test func aFixedDecoderHasRoles() throws {
    let path = Paths.fixture("language/litert_llama.litertlm")
    let model = try Model(contentsOf: path, ImportOptions(signature: "decode"))
    let step = try Workload(InferredGraph(model))
    let projections = 32 * 32 + 2 * 32 * 16 + 32 * 32
    #expect(
      macs(step) == [
        .attention: 2 * (projections + 2 * 4 * 64 * 8), .feedForward: 2 * 3 * 32 * 64,
        .head: 32 * 128,
      ])
    let roles = LayerRoles(step).roles
    // Keys and values of two blocks.
    #expect(roles.filter { $0 == .cache }.count == 4)
    #expect(roles.contains(.embeddings))
  }

  /// Each of four tokens goes through two of eight experts.
  @Test func expertsAreFeedForward() throws {
    var test = TestGraph()
    let input = test.input("x", [1, 4, 16])
    let router = test.node(MatMul(), [input, test.weights("router", [16, 8])], name: "routes")
    let experts = [test.weights("up", [8, 32, 16]), test.weights("down", [8, 16, 32])]
    let mixed = test.node(MixtureOfExperts(active: 2), [input, router] + experts, name: "mixed")
    let scores = test.node(MatMul(), [mixed, test.weights("words", [16, 64])], name: "scores")
    let workload = try test.workload(outputs: [scores])
    #expect(LayerRoles(workload).roles == [.feedForward, .feedForward, .head])
    #expect(
      macs(workload) == [.feedForward: 4 * 16 * 8 + 4 * 2 * 2 * 16 * 32, .head: 4 * 16 * 64])
    // All eight experts may be taken; of one token, two are.
    #expect(workload.layers[1].traffic.weights == .fixed(8 * 2 * 16 * 32 * 4))
    #expect(workload.diagnostics.map(\.code) == ["most-experts"])
    #expect(workload.diagnostics.first?.layer == "mixed")
  }

  @Test func crossAttentionIsAttention() throws {
    let folder = Paths.fixture("language/optimum_whisper") + "/"
    let text = try GenerationWorkload(
      SplitDecoder(
        encoder: Model(contentsOf: folder + "encoder_model.onnx"), first: nil,
        step: Model(contentsOf: folder + "decoder_model_merged.onnx")),
      GenerationRequest("prompt=4,tokens=9"), bindings: Bindings())
    // Four projections of self-attention, two of cross-attention, scores of 11 and 20 positions.
    #expect(
      macs(try text.step(after: 10)) == [
        .attention: 2 * (6 * 16 * 16 + 2 * (11 + 20) * 16), .feedForward: 2 * 2 * 16 * 32,
        .head: 16 * 64,
      ])
    #expect(Set(LayerRoles(try text.step(after: 10)).blocks.compactMap { $0 }) == [0, 1])
  }
}
