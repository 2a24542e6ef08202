import Quantities
import OpGraph
import TestSupport
import Testing

@testable import GraphImport

/// Reads bytes as a model file.
private func read(_ bytes: [UInt8], name: String = "model.onnx") throws -> Model {
  let folder = try TemporaryFolder()
  return try Model(contentsOf: folder.file(name, bytes))
}

private func read(_ graph: WireBytes, opset: Int = 17) throws -> Model {
  try read(WireBytes.model(graph: graph, opset: opset).bytes)
}

@Suite struct ONNXImportTests {
  /// One diagnostic for each fact, with how often it was met.
  @Test func equalDiagnosticsAreCounted() {
    let first = Diagnostic(.note, code: "a", "one")
    let other = Diagnostic(.note, code: "a", "one", layer: "x")
    let counted = [first, other, first, first].counted
    #expect(counted.map(\.diagnostic) == [first, other])
    #expect(counted.map(\.count) == [3, 1])
  }

  @Test(arguments: [[0, 3], [3, -1], [3, 1 << 30]])
  func patchesHaveSizes(kernel: [Int]) throws {
    let graph = WireBytes().node(
      "Im2Col", ["x"], ["y"],
      attributes: [
        WireBytes.integers("kernel_size", kernel), WireBytes.integers("stride", [1, 1]),
        WireBytes.integers("pad_amount", [0, 0, 0, 0]),
      ], domain: "qonnx.custom_op.general"
    ).input("x", [1, 8, 8, 4]).output("y")
    #expect(
      try read(graph).diagnostics.map(\.message).contains {
        $0.contains("expected sizes of at least 1")
      })
  }

  @Test func readsAGraph() throws {
    let model = try read(
      WireBytes().node("MatMul", ["x", "w"], ["y"])
        .initializer("w", type: 1, [4, 2], raw: [UInt8](repeating: 0, count: 32))
        .input("x", [3, 4]).output("y"))
    let graph = model.graph
    #expect(model.format == .onnx)
    #expect(model.operatorSets == ["ai.onnx": 17])
    #expect(graph.nodes.count == 1)
    #expect(graph.nodes[0].operation is MatMul)
    #expect(graph.inputs.map { graph[$0].name } == ["x"])
    #expect(graph.values.first { $0.name == "w" }?.type == TensorType(.float32, [4, 2]))
    #expect(graph.values.first { $0.name == "w" }?.origin == .stored)
  }

  @Test func refusesMoreThanAFileOfItsSizeCanNeed() throws {
    // Empty nodes take two bytes in the file and kilobytes in memory.
    let node = WireBytes().message(1, WireBytes()).bytes
    let graph = [UInt8]([[UInt8]](repeating: node, count: 200_000).joined())
    let bytes = WireBytes().number(1, 8).field(7, graph).bytes
    let error = #expect(throws: Problem.self) { try read(bytes) }
    #expect(error?.fact.hasPrefix("holds more ") == true)
  }

  @Test func namesCannotActOnATerminal() throws {
    let model = try read(
      WireBytes().node("Relu", ["x\u{1B}[31m\n"], ["y\u{202E}"]).input("x\u{1B}[31m\n", [1])
        .output("y\u{202E}"))
    #expect(model.graph.values.map(\.name) == ["x\u{FFFD}[31m\u{FFFD}", "y\u{FFFD}"])
  }

  @Test func elementsThatDoNotMakeUpTheirShapeAreNotUsed() throws {
    let model = try read(
      WireBytes().node("Reshape", ["x", "s"], ["y"])
        .initializer("s", type: 7, [3], raw: [UInt8](repeating: 0, count: 16))
        .input("x", [1]).output("y"))
    #expect(model.diagnostics.map(\.code) == ["tensor-size"])
    #expect(model.graph.values[0].constant == nil)
  }

  @Test func takesInitializersOutOfTheInputsOfOldFiles() throws {
    let model = try read(
      WireBytes().node("MatMul", ["x", "w"], ["y"])
        .initializer("w", type: 1, [1, 1], raw: [0, 0, 0, 0])
        .input("x", [1, 1]).input("w", [1, 1]).output("y"))
    let graph = model.graph
    #expect(graph.inputs.map { graph[$0].name } == ["x"])
  }

  @Test func sortsNodesThatStandOutOfOrder() throws {
    let model = try read(
      WireBytes().node("Relu", ["a"], ["y"]).node("Sigmoid", ["x"], ["a"])
        .input("x", [1]).output("y"))
    #expect(model.graph.nodes.map(\.sourceOperator) == ["Sigmoid", "Relu"])
  }

  @Test func keepsUnknownOperatorsAndBrokenAttributes() throws {
    let model = try read(
      WireBytes().node("Mystery", ["x"], ["a"], domain: "com.example")
        .node("Conv", ["a", "w"], ["y"], attributes: [WireBytes.integers("strides", [0, 1])])
        .initializer("w", type: 1, [1, 1, 1, 1], raw: [0, 0, 0, 0])
        .input("x", [1, 1, 4, 4]).output("y"))
    let nodes = model.graph.nodes
    let unknown = nodes[0].operation as? Opaque
    #expect(unknown?.title == "com.example.Mystery" && unknown?.isInvalid == false)
    #expect(nodes[1].operation is Opaque)
    #expect(model.diagnostics.map(\.code) == ["invalid-operator"])
    #expect(
      model.diagnostics[0].message
        == "Conv: attribute 'strides' has a value of 0, expected 1 or more; its cost is unknown")
  }

  @Test func warnsOfNewerFiles() throws {
    let graph = WireBytes().node("Relu", ["x"], ["y"]).input("x", [1]).output("y")
    let bytes = WireBytes().number(1, 99).message(7, graph)
      .message(8, WireBytes().number(2, 17)).bytes
    #expect(try read(bytes).diagnostics.map(\.code) == ["newer-file-version"])
  }
}

@Suite struct ONNXWireTests {
  private func reduce(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    return try ONNXWire.reduced(ModelFile(path: folder.file("model.onnx", bytes)))
  }

  @Test func leavesLargeWeightsOutAndKeepsShapeOperands() throws {
    let weights = [UInt8](repeating: 7, count: 1 << 20)
    let model = WireBytes.model(
      graph: WireBytes().initializer("w", type: 1, [512, 512], raw: weights)
        .initializer("shape", type: 7, [2], raw: [1] + [UInt8](repeating: 0, count: 15)))
    let reduced = try reduce(model.bytes)
    #expect(reduced.count < 256)
    let graph = try read(model.bytes).graph
    #expect(graph.values[0].type == TensorType(.float32, [512, 512]))
    #expect(graph.values[0].constant == nil)
    #expect(graph.values[1].constant == .integers([1, 0]))
  }

  @Test func dropsFieldsThatTheSchemaDoesNotKnow() throws {
    let model = WireBytes.model(graph: WireBytes())
    let extended = model.field(9999, [UInt8](repeating: 1, count: 4096))
    #expect(try reduce(extended.bytes).count == reduce(model.bytes).count)
  }

  /// Graph, node, attribute, graph: three messages a level.
  private func nested(_ levels: Int) -> WireBytes {
    var graph = WireBytes()
    for _ in 0..<levels {
      graph = WireBytes().message(1, WireBytes().message(5, WireBytes().message(6, graph)))
    }
    return WireBytes.model(graph: graph)
  }

  @Test func boundsNesting() throws {
    #expect(throws: Never.self) { try reduce(nested(30).bytes) }
    let error = #expect(throws: Problem.self) { try reduce(nested(2000).bytes) }
    #expect(error?.fact == "messages nest deeper than 100 levels")
  }

  @Test(arguments: [
    ([0x08, 0x08, 0x3a, 0x7f, 0x00] as [UInt8], "a field of 127 bytes runs past the end"),
    ([0x08, 0x08, 0x3b, 0x00], "wire type 3 does not occur"),
    ([0x08, 0xff, 0xff], "a field ends in the middle"),
    ([0x08, 0x08, 0x02, 0x00], "2 is not a protobuf tag"),
    ([0x08, 0x08, 0x0d, 0x00], "a field ends in the middle"),
    ([0x08] + [UInt8](repeating: 0xff, count: 11), "a number is longer than 10 bytes"),
    (
      [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      "a field of 18446744073709551615 bytes runs past the end"
    ),
  ])
  func namesTheByteThatIsWrong(bytes: [UInt8], reason: String) throws {
    let error = #expect(throws: Problem.self) { try reduce(bytes) }
    #expect(error?.fact.hasPrefix(reason) == true)
    #expect(error?.place.hasPrefix("byte ") == true)
  }
}

@Suite struct ONNXHostileFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var graph: WireBytes
    var message: String
  }

  static func external(_ location: String, offset: String? = nil) -> WireBytes {
    var tensor = WireBytes().number(1, 1).number(2, 1).text(8, "w").number(14, 1)
      .message(13, WireBytes().text(1, "location").text(2, location))
    if let offset { tensor = tensor.message(13, WireBytes().text(1, "offset").text(2, offset)) }
    return WireBytes().message(5, tensor)
  }

  static let cases: [Case] = [
    Case(
      testDescription: "2^62 elements",
      graph: WireBytes().initializer("w", type: 3, [1 << 31, 1 << 31]),
      message: "tensor 'w': shape [2147483648, 2147483648] has more elements than"),
    Case(
      testDescription: "more than 2^63 elements",
      graph: WireBytes().input("x", [Int.max, Int.max]),
      message: "tensor 'x': shape"),
    Case(
      testDescription: "negative size", graph: WireBytes().initializer("w", type: 1, [-4]),
      message: "tensor 'w': dimension -4, expected a size of at least 0"),
    Case(
      testDescription: "name twice",
      graph: WireBytes().node("Relu", ["x"], ["a"]).node("Relu", ["x"], ["a"]),
      message: "tensor 'a': is defined twice"),
    Case(
      testDescription: "cycle",
      graph: WireBytes().node("Relu", ["b"], ["a"]).node("Relu", ["a"], ["b"]),
      message: "node 'a': depends on its own result"),
    Case(
      testDescription: "external data above the folder", graph: external("../w.bin"),
      message: "tensor 'w': external data at '../w.bin', expected a path inside"),
    Case(
      testDescription: "external data at an absolute path", graph: external("/etc/passwd"),
      message: "tensor 'w': external data at '/etc/passwd'"),
    Case(
      testDescription: "external data at an address", graph: external("http://x/w"),
      message: "tensor 'w': external data at 'http://x/w'"),
    Case(
      testDescription: "external data at no number", graph: external("w", offset: "-1"),
      message: "tensor 'w': external data's offset is '-1'"),
  ]

  @Test(arguments: cases) func endsInOneClearError(test: Case) throws {
    let error = #expect(throws: Problem.self) { try read(test.graph) }
    let text = error?.description ?? ""
    #expect(text.contains("model.onnx: \(test.message)"), "\(text)")
    #expect(!text.contains("\n"))
  }

  @Test func missingExternalDataIsANote() throws {
    let model = try read(
      Self.external("weights.bin").node("Relu", ["w"], ["y"]).output("y"))
    #expect(model.diagnostics.map(\.code) == ["external-data"])
    #expect(model.graph.values[0].type.elementCount == 1)
  }

  @Test func externalDataBeyondItsFileIsAnError() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("w.bin", [1, 2, 3])
    let path = try folder.file(
      "model.onnx", WireBytes.model(graph: Self.external("w.bin", offset: "4")).bytes)
    let error = #expect(throws: Problem.self) { try Model(contentsOf: path) }
    #expect(error?.fact == "external data of 0 bytes at 4 in 'w.bin', which has 3 bytes")
  }
}
