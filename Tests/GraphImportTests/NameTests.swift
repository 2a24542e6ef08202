import OpGraph
import TestSupport
import Testing

@testable import GraphImport

/// What names in files stand for.
@Suite struct NameTests {
  @Test(
    arguments: [
      ("past + 1", "past + 1"), ("2*height", "2*height"), ("a*b - 3", "a*b - 3"), ("batch", nil),
      ("a + ", nil), ("floor(a/2)", nil), ("3d + 1", nil),
    ] as [(String, String?)])
  func sizesAreWrittenAsExpressions(text: String, value: String?) {
    #expect(DimensionExpression(text)?.value.description == value)
  }

  @Test func modulesAreFoundInWhatExportersWrite() {
    #expect(
      ModulePath.fromScopes("['', 'stage', 'stage.conv', 'conv2d_1']") == ["stage", "conv"])
    #expect(ModulePath.fromScopes("['', 'relu']") == [])
    #expect(
      ModulePath.fromNamespace(": net.Net/stage: net.Stage/stage.conv: torch.Conv2d/conv2d: aten")
        == ["stage", "conv"])
    #expect(ModulePath.fromPath("/head/Gemm") == ["head"])
    #expect(ModulePath.fromPath("Gemm_3") == nil)
    #expect(ModulePath.fromParameter("stage.conv.weight") == ["stage", "conv"])
    #expect(
      ModulePath.fromClasses("net.Net/net.Stage_stage/torch.nn.modules.conv.Conv2d_conv;1")
        == ["stage", "conv"])
    #expect(
      ModulePath.fromClasses("net.Net;;net.Net/torch.nn.modules.conv.Conv2d_stem;1") == ["stem"])
    #expect(ModulePath.fromClasses("model/dense/MatMul") == nil)
  }

  private func read(_ graph: WireBytes, opset: Int = 17) throws -> Model {
    let folder = try TemporaryFolder()
    return try Model(
      contentsOf: folder.file("m.onnx", WireBytes.model(graph: graph, opset: opset).bytes))
  }

  @Test func theLastConstantOfANameCounts() throws {
    let model = try read(
      WireBytes().node("Relu", ["x"], ["a"]).node("Add", ["a", "w"], ["y"])
        .initializer("w", type: 1, [1], raw: [0, 0, 0, 0])
        .initializer("w", type: 1, [4], raw: [UInt8](repeating: 0, count: 16)).input("x", [4])
        .output("y"))
    #expect(model.graph.values.first { $0.name == "w" }?.type.shape == [4])
    #expect(model.diagnostics.map(\.code) == ["defined-twice"])
  }

  @Test func anOperatorNewerThanItsSetIsTold() throws {
    let graph = WireBytes().node("HardSwish", ["x"], ["y"]).input("x", [4]).output("y")
    #expect(try read(graph, opset: 13).diagnostics.map(\.code) == ["newer-operator"])
    #expect(try read(graph, opset: 14).diagnostics.isEmpty)
    // Axes were an attribute before 18.
    let mean = WireBytes().node("ReduceMean", ["x", "axes"], ["y"])
      .initializer("axes", type: 7, [1], raw: [0, 0, 0, 0, 0, 0, 0, 0]).input("x", [4]).output("y")
    #expect(try read(mean, opset: 13).diagnostics.map(\.code) == ["newer-operator"])
    #expect(try read(mean, opset: 18).diagnostics.isEmpty)
  }
}
