import Quantities
import OpGraph
import TestSupport
import Testing

@testable import GraphImport

private func readModel(_ model: WireBytes) throws -> Model {
  let folder = try TemporaryFolder()
  return try Model(contentsOf: folder.file("model.onnx", model.bytes))
}

private func read(_ graph: WireBytes) throws -> Graph {
  try readModel(WireBytes.model(graph: graph)).graph
}

@Suite struct ONNXControlFlowTests {
  /// A branch that reads a value of the graph around it.
  private func branch(_ type: String, result: String) -> WireBytes {
    WireBytes().node(type, ["x"], [result]).output(result)
  }

  @Test func branchesBecomeRegionsBeforeTheirNode() throws {
    let graph = try read(
      WireBytes().node(
        "If", ["c"], ["y"],
        attributes: [
          .graph("then_branch", branch("Relu", result: "a")),
          .graph("else_branch", branch("Sigmoid", result: "b")),
        ]
      ).input("c", type: 9, []).input("x", [2]).output("y"))
    #expect(graph.nodes.map(\.sourceOperator) == ["Relu", "Sigmoid", "If"])
    #expect(graph.regions.map(\.name) == ["y/then_branch", "y/else_branch"])
    #expect(graph.regions.map(\.nodes) == [0..<1, 1..<2])
    #expect(graph.regions.map(\.owner) == [2, 2])
    let condition = graph.inputs[0]
    #expect(
      graph.regions.map(\.rule) == [
        .branch(condition: condition, .when(true)),
        .branch(condition: condition, .when(false)),
      ])
    // Both read the input itself; the node reads the condition and both results.
    #expect(graph.nodes[0].inputs == [graph.inputs[1]])
    #expect(
      graph.nodes[2].inputs == [condition, graph.nodes[0].outputs[0], graph.nodes[1].outputs[0]])
  }

  /// Searches of onnxruntime run a decoder for each token, and an encoder or a decoder of the prompt once.
  @Test(arguments: [
    ("BeamSearch", ["encoder", "decoder"]), ("BeamSearch", ["decoder"]),
    ("GreedySearch", ["init_decoder", "decoder"]), ("Sampling", ["decoder"]),
  ])
  func searchesRunTheirDecoder(name: String, bodies: [String]) throws {
    let graph = try read(
      WireBytes().node(
        name, ["prompt", "most"], ["tokens"],
        attributes: bodies.map { body in
          .graph(
            body,
            WireBytes().node("MatMul", ["b.x", "w"], ["\(body).y"]).input("b.x", [1, 8])
              .output("\(body).y"))
        }, domain: "com.microsoft"
      ).input("prompt", type: 6, [1, 4]).initializer("most", type: 6, [1], raw: [20, 0, 0, 0])
        .initializer("w", type: 1, [8, 8], raw: [UInt8](repeating: 0, count: 256))
        .output("tokens", type: 6))
    #expect(graph.regions.map(\.name) == bodies.map { "tokens/\($0)" })
    #expect(graph.regions.map(\.rule) == bodies.map { $0 == "decoder" ? .loop : .call })
    #expect(graph.nodes.last?.sourceOperator == "com.microsoft.\(name)")
    let loop = try #require(graph.nodes.last?.operation as? Loop)
    let operands = graph.operands(of: graph.nodes[bodies.count])
    // How many tokens there are depends on data; at most so many as are stated.
    #expect(loop.repetitions(operands) == .symbol("com.microsoft.\(name)(tokens)"))
    #expect(loop.maxima(for: operands) == ["com.microsoft.\(name)(tokens)": 20])
  }

  @Test func aNodeThatOnlyABodyReadsComesBeforeIt() throws {
    let graph = try read(
      WireBytes().node(
        "If", ["c"], ["y"],
        attributes: [
          .graph("then_branch", WireBytes().node("Relu", ["late"], ["a"]).output("a")),
          .graph("else_branch", WireBytes().node("Relu", ["x"], ["b"]).output("b")),
        ]
      ).node("Neg", ["x"], ["late"]).input("c", type: 9, []).input("x", [2]).output("y"))
    #expect(graph.nodes.map(\.sourceOperator) == ["Neg", "Relu", "Relu", "If"])
  }

  @Test func whatALoopHandsOnUnchangedIsNotCarried() throws {
    let body = WireBytes().node("Add", ["b.x", "b.k"], ["b.y"])
      .input("b.i", type: 7, []).input("b.c", type: 9, []).input("b.x", nil).input("b.k", nil)
      .output("b.c", type: 9).output("b.y").output("b.k").output("b.y2")
      .node("Neg", ["b.y"], ["b.y2"])
    let graph = try read(
      WireBytes().node(
        "Loop", ["", "", "x", "k"], ["y", "z", "all"], attributes: [.graph("body", body)]
      ).input("x", [2]).input("k", [2]).output("y"))
    let region = try #require(graph.regions.first)
    #expect(region.rule == .loop)
    // The number, the condition and x; k is the outer k.
    #expect(region.parameters.map { graph[$0.value].name } == ["b.i", "b.c", "b.x"])
    #expect(graph.nodes[0].inputs[1] == graph.inputs[1])
    let made = try #require(graph.nodes[0].outputs[0])
    #expect(region.parameters[2].source == .carried(graph.inputs[0], result: made))
    let loop = try #require(graph.nodes[2].operation as? Loop)
    #expect(loop.carried == 2 && loop.gathered == 1 && loop.symbol == "Loop(y)")
  }

  /// As jax2onnx hands weights to each iteration: they are constants, not what a loop starts with.
  @Test func whatIsHandedOnBehindIdentityIsNotCarried() throws {
    let body = WireBytes().node("MatMul", ["b.x", "b.w"], ["b.y"])
      .node("Identity", ["b.w"], ["b.v"]).node("Identity", ["b.v"], ["b.w2"])
      .input("b.i", type: 7, []).input("b.c", type: 9, []).input("b.x", nil).input("b.w", nil)
      .output("b.c", type: 9).output("b.y").output("b.w2")
    let graph = try read(
      WireBytes().node("Loop", ["", "", "x", "w"], ["y", "z"], attributes: [.graph("body", body)])
        .input("x", [2, 2]).input("w", [2, 2]).output("y"))
    let region = try #require(graph.regions.first)
    #expect(region.parameters.map { graph[$0.value].name } == ["b.i", "b.c", "b.x"])
    #expect(graph.nodes[0].inputs == [region.parameters[2].value, graph.inputs[1]])
  }

  @Test func aStateThatAScanHandsOnIsNotCarried() throws {
    let body = WireBytes().node("MatMul", ["b.x", "b.w"], ["b.y"])
      .node("Identity", ["b.w"], ["b.w2"])
      .input("b.w", nil).input("b.h", nil).input("b.x", nil)
      .output("b.w2").output("b.y").output("b.y")
    let graph = try read(
      WireBytes().node(
        "Scan", ["w", "h", "xs"], ["v", "last", "ys"],
        attributes: [.graph("body", body), .integer("num_scan_inputs", 1)]
      ).input("w", [2, 2]).input("h", [1, 2]).input("xs", [5, 1, 2]).output("ys"))
    let region = try #require(graph.regions.first)
    #expect(region.parameters.map { graph[$0.value].name } == ["b.h", "b.x"])
    #expect(graph.nodes[0].inputs == [region.parameters[1].value, graph.inputs[0]])
    #expect(
      region.parameters[0].source == .carried(graph.inputs[1], result: graph.nodes[0].outputs[0]))
  }

  @Test func aFunctionIsLoweredAtEachCall() throws {
    let nodes = WireBytes().node(
      "Concat", ["a", "b"], ["c"], attributes: [.reference("axis", to: "where")])
    let model = WireBytes.model(
      graph: WireBytes()
        .node("Join", ["x", "x"], ["y"], attributes: [.integer("where", 1)], domain: "local")
        .node("Join", ["y", "y"], ["z"], attributes: [.integer("where", 0)], domain: "local")
        .input("x", [2, 3]).output("z")
    ).function("Join", inputs: ["a", "b"], outputs: ["c"], nodes: nodes)
    let read = try readModel(model)
    let graph = read.graph
    #expect(graph.nodes.map(\.sourceOperator) == ["Concat", "local.Join", "Concat", "local.Join"])
    #expect(graph.nodes.compactMap { ($0.operation as? Concat)?.axis } == [1, 0])
    #expect(graph.nodes.map(\.name) == ["y/c", "y", "z/c", "z"])
    #expect(graph.regions.map(\.rule) == [.call, .call])
    #expect(read.subgraphs.map(\.name) == ["", "local.Join"])
  }

  @Test func anOperandThatACallLeavesOutIsLeftOutInside() throws {
    let nodes = WireBytes().node("Clip", ["a", "low", "high"], ["c"])
    let model = WireBytes.model(
      graph: WireBytes().node("Limit", ["x", "", "h"], ["y"], domain: "local")
        .input("x", [2]).input("h", []).output("y")
    ).function("Limit", inputs: ["a", "low", "high"], outputs: ["c"], nodes: nodes)
    let graph = try readModel(model).graph
    #expect(graph.nodes[0].inputs == [graph.inputs[0], nil, graph.inputs[1]])
  }

  @Test func recursionIsRefused() throws {
    let nodes = WireBytes().node("Again", ["a"], ["b"], domain: "local")
    let model = WireBytes.model(
      graph: WireBytes().node("Again", ["x"], ["y"], domain: "local").input("x", [2]).output("y")
    ).function("Again", inputs: ["a"], outputs: ["b"], nodes: nodes)
    let error = #expect(throws: Problem.self) { try readModel(model) }
    #expect(error?.fact == "calls itself, expected no recursion")
    #expect(error?.place == "function 'local.Again'")
  }

  /// Each function calls the one before ten times: a few kilobytes for 10^12 operators.
  @Test func functionsCannotMultiplyWithoutLimit() throws {
    var model = WireBytes.model(
      graph: WireBytes().node("F12", ["x"], ["y"], domain: "local").input("x", [2]).output("y"))
    for level in 1...12 {
      var nodes = WireBytes()
      for call in 0..<10 {
        nodes = nodes.node(
          level == 1 ? "Relu" : "F\(level - 1)", ["v\(call)"], ["v\(call + 1)"],
          domain: level == 1 ? "" : "local")
      }
      model = model.function("F\(level)", inputs: ["v0"], outputs: ["v10"], nodes: nodes)
    }
    let error = #expect(throws: Problem.self) { try readModel(model) }
    // A file of 3055 bytes may call for 8192 + 3055 / 64 operators. Of 824 calls with ten each, one is of F12 to F4
    // each, 8 are of F3, 74 of F2 and the rest of F1.
    #expect(model.bytes.count == 3055)
    #expect(error?.place == "function 'local.F1'")
    #expect(
      error?.fact == "is called 733 times or more, and calls make more than 8239 operators")
  }

  /// A chain of functions, each of which calls the next one once.
  private func chain(of count: Int, _ call: (String) -> WireBytes) -> WireBytes {
    var model = WireBytes.model(
      graph: WireBytes().node("F1", ["c", "x"], ["y"], domain: "local").input("c", type: 9, [])
        .input("x", [2]).output("y"))
    for level in 1...count {
      let nodes =
        level == count ? WireBytes().node("Relu", ["a"], ["b"]) : call("F\(level + 1)")
      model = model.function("F\(level)", inputs: ["c", "a"], outputs: ["b"], nodes: nodes)
    }
    return model
  }

  /// What lies within each other takes the stack, however few operators it makes.
  @Test func callsCannotGoDeeperThanALimit() throws {
    func call(_ name: String) -> WireBytes {
      WireBytes().node(name, ["c", "a"], ["b"], domain: "local")
    }
    let most = CallBudget.deepest
    #expect(try readModel(chain(of: most, call)).graph.nodes.count == most + 1)
    let error = #expect(throws: Problem.self) { try readModel(chain(of: most + 1, call)) }
    #expect(error?.place == "function 'local.F\(most + 1)'")
    #expect(error?.fact == "lies in \(most + 1) graphs that run each other")
    #expect(error?.expectation == "at most \(most)")
  }

  /// Each function runs a branch, and in it the next function.
  @Test func bodiesCountAsDepthToo() throws {
    func call(_ name: String) -> WireBytes {
      let calling = WireBytes().node(name, ["c", "a"], ["t"], domain: "local").output("t")
      return WireBytes().node(
        "If", ["c"], ["b"],
        attributes: [
          .graph("then_branch", calling), .graph("else_branch", branch("Relu", result: "e")),
        ])
    }
    let most = CallBudget.deepest
    let error = #expect(throws: Problem.self) { try readModel(chain(of: most, call)) }
    #expect(error?.fact == "lies in \(most + 1) graphs that run each other")
  }

  /// Sizes of a function's tensors are texts of any length, which each call has again.
  @Test func callsCannotMultiplySizes() throws {
    let text = Array(repeating: "a", count: 500).joined(separator: "+")
    let shape = (0..<60).reduce(WireBytes()) { shape, _ in
      shape.message(1, WireBytes().text(2, text))
    }
    let stated = WireBytes().text(1, "t")
      .message(2, WireBytes().message(1, WireBytes().number(1, 1).message(2, shape)))
    let body = branch("Relu", result: "t").message(13, stated)
    let nodes = WireBytes().node(
      "If", ["c"], ["b"],
      attributes: [.graph("then_branch", body), .graph("else_branch", branch("Neg", result: "e"))])
    func model(calls: Int) -> WireBytes {
      var graph = WireBytes().input("c", type: 9, []).input("x", [2])
      for call in 0..<calls {
        graph = graph.node("F", ["c", "x"], ["y\(call)"], domain: "local")
      }
      return WireBytes.model(graph: graph.output("y0"))
        .function("F", inputs: ["c", "x"], outputs: ["b"], nodes: nodes)
    }
    #expect(try readModel(model(calls: 10)).graph.nodes.count == 40)
    let error = #expect(throws: Problem.self) { try readModel(model(calls: 100)) }
    #expect(error?.place == "function 'local.F'")
    #expect(error?.fact.hasSuffix(" bytes of names and attributes") == true)
  }

  /// Each call hands on a list of 100,000 integers, which every convolution in the function would hold.
  @Test func callsCannotMultiplyAttributes() throws {
    var nodes = WireBytes()
    for index in 0..<20 {
      nodes = nodes.node(
        "Conv", ["a", "a"], ["v\(index)"], attributes: [.reference("pads", to: "pads")])
    }
    let pads = [Int](repeating: 1, count: 100_000)
    let model = WireBytes.model(
      graph: WireBytes().node(
        "Pads", ["x"], ["y"], attributes: [.integers("pads", pads)], domain: "local"
      ).input("x", [2]).output("y")
    ).function("Pads", inputs: ["a"], outputs: ["v0"], nodes: nodes)
    let error = #expect(throws: Problem.self) { try readModel(model) }
    #expect(error?.place == "function 'local.Pads'")
    #expect(error?.fact.hasSuffix(" bytes of names and attributes") == true)
  }

  @Test func aControlFlowNodeWithoutItsGraphIsOneUnknownOperator() throws {
    let model = try readModel(
      WireBytes.model(
        graph: WireBytes().node("Loop", ["", "", "x"], ["y"]).node("Relu", ["y"], ["z"])
          .input("x", [2]).output("z")))
    #expect(model.diagnostics.map(\.code) == ["invalid-operator"])
    #expect(model.graph.nodes.map(\.sourceOperator) == ["Loop", "Relu"])
    #expect(model.graph.nodes[0].operation is Opaque)
  }
}
