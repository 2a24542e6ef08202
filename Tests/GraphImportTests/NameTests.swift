import OpGraph
import TestSupport
import Testing

@testable import GraphImport

/// What names in files stand for.
@Suite struct NameTests {
  @Test(
    arguments: [
      ("past + 1", "past + 1"), ("2*height", "2*height"), ("a*b - 3", "a*b - 3"), ("batch", nil),
      ("a + ", nil), ("3d + 1", nil), ("-1", nil), ("(3)", nil), ("a b", nil),
      // torch's dynamo exporter.
      ("((h - 1)//2) + 1", "floor((h - 1)/2) + 1"), ("2*h//2", "h"), ("n//2", "floor(n/2)"),
      ("Max(1, s0)", "max(1, s0)"), ("Min(a, b, 4)", "min(4, min(a, b))"),
      ("Mod(s0, 8)", "-8*floor(s0/8) + s0"), ("s0 % 8", "-8*floor(s0/8) + s0"), ("s0**2", "s0*s0"),
      ("FloorDiv(s0, 2)", "floor(s0/2)"), ("CeilToInt(IntTrueDiv(s0, 2))", "floor((s0 + 1)/2)"),
      ("-(-n//2)", "-floor(-n/2)"),
      // The shape inference of onnxruntime.
      ("floor(h/2 + 1/2)", "floor((h + 1)/2)"), ("floor(h/2 - 1/2) + 1", "floor((h - 1)/2) + 1"),
      ("ceiling(h/2)", "floor((h + 1)/2)"), ("4*floor(a/2)", "4*floor(a/2)"), ("h/1", "h"),
      // No expressions.
      ("model/conv", nil), ("a//0", nil), ("Where(a, b, c)", nil), ("floor(a, b)", nil),
      ("f(", nil), ("a)", nil), ("a**99", nil), ("x:0", nil),
    ] as [(String, String?)])
  func sizesAreWrittenAsExpressions(text: String, value: String?) {
    #expect(DimensionExpression(text)?.value.description == value)
  }

  @Test func deepExpressionsAreNotRead() {
    let nested = String(repeating: "(", count: 500) + "a" + String(repeating: ")", count: 500)
    #expect(DimensionExpression(nested) == nil)
    #expect(DimensionExpression(String(repeating: "-", count: 900) + "a")?.value.description == "a")
    #expect(DimensionExpression(Array(repeating: "a", count: 4000).joined(separator: "+")) == nil)
  }

  @Test func onlyKnownNamesMakeASize() {
    #expect(DimensionExpression("a + b", of: ["a", "b"])?.value.description == "a + b")
    #expect(DimensionExpression("a + b", of: ["a"]) == nil)
    #expect(DimensionExpression("Max(1, a)", of: ["a"])?.value.description == "max(1, a)")
  }

  /// No exporter nests modules so deep, or gives them such names.
  @Test(
    arguments: [
      (63, 1, 63), (64, 1, 64), (65, 1, 64), (30_000, 1, 64), (10, 300, 3), (1, 1024, 1),
      (1, 2000, 0),
    ] as [(Int, Int, Int)])
  func pathsOfModulesAreBounded(count: Int, length: Int, kept: Int) throws {
    let names = [String](repeating: String(repeating: "n", count: length), count: count)
    let scopes = "['', '\(names.joined(separator: "."))', 'relu']"
    let stated = WireBytes().text(1, "pkg.torch.onnx.name_scopes").text(2, scopes)
    let node = WireBytes().text(1, "x").text(2, "y").text(4, "Relu").message(9, stated)
    let model = try read(WireBytes().message(1, node).input("x", [4]).output("y"))
    #expect(model.graph.nodes[0].modules == Array(names.prefix(kept)))
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

  /// Numbers of types: 3 is int8, 10 float16, 1 float32.
  @Test(
    arguments: [
      ("Relu", 3, 13, 14), ("Relu", 1, 13, nil), ("Relu", 10, 7, nil), ("MatMul", 6, 8, 9),
      ("Neg", 3, 7, nil), ("CumSum", 10, 13, 14), ("Transpose", 22, 20, 21),
    ] as [(String, Int, Int, Int?)])
  func aTypeNewerThanItsSetIsTold(name: String, type: Int, opset: Int, since: Int?) throws {
    let graph = WireBytes().node(name, ["x", "x"], ["y"]).input("x", type: type, [4, 4]).output("y")
    #expect(
      try read(graph, opset: opset).diagnostics.filter { $0.code == "newer-operator" }.map {
        $0.message.contains("version \(since ?? 0) ")
      } == (since == nil ? [] : [true]))
  }

  /// A slice whose bounds are operands, as they are since version 10.
  @Test func aNewerFormIsReadAsSuch() throws {
    let one: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
    let graph = WireBytes().node("Slice", ["x", "from", "to"], ["y"]).input("x", [4, 4])
      .initializer("from", type: 7, [1], raw: one)
      .initializer("to", type: 7, [1], raw: [3] + one.dropFirst()).output("y")
    let model = try read(graph, opset: 9)
    #expect(model.diagnostics.map(\.code) == ["newer-operator"])
    #expect((model.graph.nodes[0].operation as? Slice)?.bounds == .operands)
  }

  /// 1, -2, the smallest, infinity, of 16 bits; 3 in the upper half of 32 bits.
  @Test func numbersOf16BitsAreRead() throws {
    let graph = WireBytes().node("Identity", ["half"], ["y"]).node("Identity", ["brain"], ["z"])
      .initializer("half", type: 10, [4], raw: [0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c])
      .initializer("brain", type: 16, [1], raw: [0x40, 0x40])
      .initializer("wide", type: 13, [1], raw: [UInt8](repeating: 0xff, count: 8))
      .output("y").output("z")
    let values = try read(graph).graph.values
    let half = values.first { $0.name == "half" }?.constant
    #expect(half == .floats([1, -2, 0x1p-24, .infinity]))
    #expect(values.first { $0.name == "brain" }?.constant == .floats([3]))
    #expect(values.first { $0.name == "wide" }?.constant == .integers([.overflow]))
  }
}
