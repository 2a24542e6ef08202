import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

/// Two parts of an Ethos-U85 that each write a half of one result, as `Tests/Arena/compiled.py` writes them.
@Suite struct CompiledPartTests {
  private static let path = Paths.fixture("compiled/parts_ethos_u85.tflite")

  private func workload(original: String? = nil) throws -> (Model, Workload) {
    let model = try Model(contentsOf: Self.path, ImportOptions(original: original))
    return (model, try Workload(InferredGraph(model)))
  }

  /// The plan ends with 16 bytes at 496, inside the working memory.
  private static let arenaBytes = 512

  @Test func readsTheConfigurationOfAnEthosU85() throws {
    let (model, workload) = try workload()
    #expect(model.compiledParts.map(\.target) == ["Ethos-U85", "Ethos-U85"])
    let facts = try #require(model.compiledParts.first?.facts)
    #expect(facts["macsPerCycle"] == 512)
    #expect(facts["sramPorts"] == 2)
    #expect(facts["externalPorts"] == 1)
    #expect(facts["weightDecoders"] == 2)
    #expect(facts["sharedMemoryKiB"] == nil)
    #expect(workload.memory.arenaBytes == Self.arenaBytes)
    // Commands are no parameters, but constants; both parts read the same.
    #expect(workload.totals.parameters == .fixed(160))
    #expect(workload.totals.constantBytes == .fixed(16 + 160))
  }

  @Test func takesItsInsideFromTheOriginal() throws {
    let (_, workload) = try workload(original: Paths.fixture("compiled/original.tflite"))
    #expect(workload.coverage.isComplete)
    #expect(workload.totals.macs == .fixed(2 * 8 * 8))
    #expect(workload.totals.parameters == .fixed(2 * (64 + 8)))
    // Arena, peak and constants are those of the compiled file.
    #expect(workload.memory.arenaBytes == Self.arenaBytes)
    #expect(workload.memory.peak?.bytes == Self.arenaBytes)
    #expect(workload.totals.constantBytes == .fixed(16 + 160))
    #expect(
      workload.layers.filter { $0.fold == nil && $0.operatorTitle != "ethos-u" }.map(
        \.sourceOperator
      ).sorted()
        == ["CONCATENATION", "FULLY_CONNECTED", "FULLY_CONNECTED", "TANH"])
  }
}
