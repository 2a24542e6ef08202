import Quantities
import OpGraph
import TestSupport
import Testing

@testable import Analysis

@Suite struct BindingTests {
  @Test(
    arguments: [
      ("batch=8", ["batch": 8], [:]), ("a=b=3", ["a=b": 3], [:]),
      ("x=1x3x224x224", [:], ["x": [1, 3, 224, 224]]),
    ] as [(String, [String: Int], [String: [Int]])])
  func reads(text: String, symbols: [String: Int], shapes: [String: [Int]]) throws {
    var bindings = Bindings()
    try bindings.add(text)
    #expect(bindings.symbols == symbols)
    #expect(bindings.shapes == shapes)
  }

  @Test(arguments: ["batch", "=3", "batch=", "batch=-1x2", "batch=1xx2", "batch=two"])
  func refuses(text: String) {
    var bindings = Bindings()
    #expect(throws: Problem.self) { try bindings.add(text) }
  }

  private func complete(_ binding: String...) throws -> InferredGraph {
    var test = TestGraph()
    let x = test.input("x", [.symbol("batch"), 4])
    let y = test.node(Activation(.relu), [x], name: "y")
    var bindings = Bindings()
    for text in binding { try bindings.add(text) }
    return try InferredGraph(test.model(outputs: [y]), bindings: bindings)
  }

  /// A value is for scalar inputs.
  @Test(arguments: ["batch=-1", "batch=0.5", "x=true"])
  func refusesValuesOfSizes(binding: String) {
    #expect(throws: Problem.self) { try complete(binding) }
  }

  /// A list of one integer has a value only where it is bound to one.
  @Test func aListOfOneIntegerCanBeABatch() throws {
    var test = TestGraph()
    let x = test.input("x", [1], .int64)
    let y = test.node(Elementwise(.add), [x, x], name: "y")
    var bindings = Bindings()
    bindings.batch = 8
    let model = test.model(outputs: [y])
    #expect(try InferredGraph(model, bindings: bindings).graph[y].type.shape == [8])
    bindings = Bindings()
    try bindings.add("x=5")
    #expect(try InferredGraph(model, bindings: bindings).graph[y].constant == .integers([10]))
  }

  /// A size that is written as an expression gives its only open name a value.
  @Test func solvesExpressions() throws {
    var test = TestGraph()
    let past = SymbolicInt.symbol("past")
    let x = test.input("x", [past + 1, 4])
    let p = test.input("p", [past])
    let y = test.node(Activation(.relu), [p], name: "y")
    _ = test.node(Activation(.relu), [x], name: "z")
    var bindings = Bindings()
    try bindings.add("x=5x4")
    let model = test.model(outputs: [y])
    #expect(try InferredGraph(model, bindings: bindings).graph[p].type.shape == [4])
    try bindings.add("past=9")
    #expect(throws: Problem.self) { try InferredGraph(model, bindings: bindings) }
  }

  @Test func bindsSymbolsAndWholeInputs() throws {
    #expect(try complete("batch=3").graph.values[1].type.shape == [3, 4])
    #expect(try complete("x=5x4").graph.values[1].type.shape == [5, 4])
    #expect(try complete().dynamicSymbols == ["batch"])
  }

  @Test func refusesWhatDoesNotFitAndNamesWhatIsKnown() {
    #expect(
      throws: Problem("'seq' is neither a symbolic dimension nor an input; known: batch, x")
    ) {
      try complete("seq=3")
    }
    #expect(throws: Problem("input 'x' has rank 2 ([batch, 4]), bound to 3 sizes")) {
      try complete("x=1x2x3")
    }
    #expect(throws: Problem("'batch' is bound to 2 and, through input 'x', to 3")) {
      try complete("batch=2", "x=3x4")
    }
  }
}

@Suite struct WorkloadTests {
  @Test func anUnknownOperatorIsCountedAsUnknown() throws {
    var test = TestGraph()
    let x = test.input("x", [2, 4])
    let w = test.weights("w", [4, 8])
    let a = test.node(MatMul(), [x, w], name: "a")
    let y = test.node(Opaque("Mystery"), [a], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.totals.macs == .fixed(2 * 8 * 4))
    #expect(workload.coverage.operators == 2)
    #expect(workload.coverage.operatorsCosted == 1)
    #expect(workload.coverage.unknownOperators.map(\.name) == ["Mystery"])
    #expect(!workload.coverage.isComplete)
    #expect(workload.diagnostics.map(\.code) == ["unknown-operator"])
    #expect(workload.layers[1].work.macs == .unknown)
    #expect(workload.memory.peak?.bytes == nil)
  }

  /// A softmax multiplies nothing and accumulates nothing: zero, but only if nothing else is there.
  @Test func aSumOfZeroIsNotKnownBesideAnUnknownOperator() throws {
    var test = TestGraph()
    let softmax = test.node(Softmax(), [test.input("x", [2, 4])], name: "a")
    let complete = try test.workload(outputs: [softmax])
    #expect(complete.known(complete.totals.macs) == 0)
    let unknown = test.node(Opaque("Mystery"), [softmax], name: "y")
    let incomplete = try test.workload(outputs: [unknown])
    #expect(incomplete.totals.macs == 0)
    #expect(incomplete.known(incomplete.totals.macs) == nil)
    // What is known of the rest is a lower bound, and still a number.
    #expect(incomplete.known(incomplete.totals.otherOps) != nil)
  }

  @Test func constantsAreComputedBeforeTheFirstInference() throws {
    var test = TestGraph()
    let x = test.input("x", [2, 4])
    let w = test.weights("w", [8, 4])
    let transposed = test.node(
      Transpose(permutation: [1, 0], reversesByDefault: true), [w], name: "t")
    let y = test.node(MatMul(), [x, transposed], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.layers[0].fold == .constant)
    #expect(workload.layers[0].traffic == .none)
    #expect(workload.totals.parameters == .fixed(8 * 4))
    #expect(workload.layers[1].parameters == .fixed(8 * 4))
    #expect(workload.totals.traffic.weights == .fixed(8 * 4 * 4))
  }

  @Test func aSharedWeightIsOneParameterAndIsReadTwice() throws {
    var test = TestGraph()
    let x = test.input("x", [4, 4])
    let w = test.weights("w", [4, 4])
    let a = test.node(MatMul(), [x, w], name: "a")
    let y = test.node(MatMul(), [a, w], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.totals.parameters == 16)
    #expect(workload.layers.map(\.parameters) == [16, 0])
    #expect(workload.totals.traffic.weights == .fixed(2 * 16 * 4))
  }

  @Test func literalsAndShapeOperandsAreNoParameters() throws {
    var test = TestGraph()
    let x = test.input("x", [2, 6])
    let epsilon = test.weights("epsilon", [], .float32, .floats([1e-5]))
    let shape = test.weights("shape", [2], .int64, .integers([3, 4]))
    let a = test.node(Elementwise(.add), [x, epsilon], name: "a")
    let y = test.node(Reshape(.operand(zeroIsLiteral: false)), [a, shape], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.totals.parameters == 0)
    #expect(workload.graph.values.last?.type.shape == [3, 4])
  }

  @Test func countsThatDoNotFitAreAnError() throws {
    var test = TestGraph()
    // 2^20 rows times 2^24 columns, 2^24 products each: 2^68.
    let x = test.input("x", [.fixed(1 << 20), .fixed(1 << 24)])
    let w = test.weights("w", [.fixed(1 << 24), .fixed(1 << 24)])
    let y = test.node(MatMul(), [x, w], name: "y")
    #expect(throws: Problem("node 'y' (MatMul): its operations or bytes exceed 2^63")) {
      try test.workload(outputs: [y])
    }
  }

  @Test(arguments: [[-2, -3], [-1_000_000]]) func negativeSizesAreContradictions(sizes: [Int])
    throws
  {
    var test = TestGraph()
    let x = test.input("x", [6])
    let shape = test.weights(
      "shape", [.fixed(sizes.count)], .int64, .integers(sizes.map(SymbolicInt.fixed)))
    let y = test.node(Reshape(.operand(zeroIsLiteral: true)), [x, shape], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.layers[0].isContradictory)
    #expect(!workload.coverage.isComplete)
    #expect(workload.coverage.unknownOperators.isEmpty)
    #expect(workload.diagnostics.map(\.code) == ["invalid-operands"])
  }

  @Test func inferenceOverrulesDeclaredShapesOfONNXAndSaysSo() throws {
    var test = TestGraph()
    let x = test.input("x", [2, 4])
    let y = test.node(Activation(.relu), [x], name: "y")
    test.graph[y].type = TensorType(.float32, [2, 5])
    let workload = try test.workload(outputs: [y])
    #expect(workload.graph[y].type.shape == [2, 4])
    #expect(workload.diagnostics.map(\.code) == ["shape-disagreement"])
  }
}

@Suite struct QuantizationFoldingTests {
  /// x -> [quantize, dequantize] -> MatMul with dequantized weights -> relu -> [quantize, ...].
  private func workload(quantizesActivations: Bool) throws -> Workload {
    var test = TestGraph()
    var x = test.input("x", [2, 4])
    let scale = test.weights("scale", [], .float32, .floats([0.5]))
    let zero = test.weights("zero", [], .int8, .integers([0]))
    if quantizesActivations {
      x = test.node(Quantize(resultType: nil), [x, scale, zero], name: "xq")
      x = test.node(Dequantize(resultType: nil), [x, scale, zero], name: "xd")
    }
    let stored = test.weights("w", [4, 8], .int8)
    let scales = test.weights("scales", [8])
    let w = test.node(Dequantize(resultType: nil), [stored, scales], name: "wd")
    var y = test.node(MatMul(), [x, w], name: "a")
    y = test.node(Activation(.relu), [y], name: "r")
    if quantizesActivations {
      y = test.node(Quantize(resultType: nil), [y, scale, zero], name: "yq")
      y = test.node(Dequantize(resultType: nil), [y, scale, zero], name: "yd")
    }
    return try test.workload(outputs: [y])
  }

  @Test func anOperatorBetweenPairsRunsOnIntegers() throws {
    let workload = try workload(quantizesActivations: true)
    let layers = Dictionary(uniqueKeysWithValues: workload.layers.map { ($0.name, $0) })
    #expect(layers["a"]?.precision == .int8)
    #expect(layers["a"]?.factors == "int8 x int8")
    #expect(layers["a"]?.traffic.weights == .fixed(4 * 8))
    #expect(layers["a"]?.traffic.activationsRead == .fixed(2 * 4))
    #expect(layers["r"]?.traffic.activationsWritten == .fixed(2 * 8))
    for name in ["xd", "wd", "yq"] { #expect(layers[name]?.fold == .quantization, "\(name)") }
    // Float comes in and goes out.
    #expect(layers["xq"]?.fold == nil && layers["yd"]?.fold == nil)
    let weights = try #require(workload.graph.values.first { $0.name == "wd" })
    #expect(weights.type.quantization?.granularity == .perAxis(1))
  }

  @Test func quantizedWeightsAloneAreReadAsTheyAreStored() throws {
    let workload = try workload(quantizesActivations: false)
    #expect(workload.layers.map(\.fold) == [.constant, nil, nil])
    // The arithmetic is in floating point, the weights are read as integers.
    #expect(workload.layers[1].precision == .float32)
    #expect(workload.layers[1].factors == "float32 x int8")
    #expect(workload.layers[1].traffic.weights == .fixed(4 * 8))
    #expect(workload.totals.weightBytes == .fixed(4 * 8))
  }
}

@Suite struct MemoryPlanTests {
  /// x (64 B) -> a (32 B) -> b (32 B), and x is read again by the last node.
  @Test func countsWhatIsAliveAtOneTime() throws {
    var test = TestGraph()
    let x = test.input("x", [16])
    let a = test.node(Slice(.fixed(starts: [0], ends: [8], axes: [0])), [x], name: "a")
    let b = test.node(Activation(.relu), [a], name: "b")
    let y = test.node(Concat(axis: 0), [b, x], name: "y")
    let workload = try test.workload(outputs: [y])
    // Last step: x 64, b 32 and y 96 bytes.
    #expect(workload.memory.peak?.bytes == 64 + 32 + 96)
    // Largest first: y at 0; x (64) behind it at 96; b (32), live with both, at 160; a (32),
    // live with x and b only, below y's end at 0.
    #expect(workload.memory.arenaBytes == 192)
    #expect(workload.memory.activationBytes == .fixed(64 + 32 + 32 + 96))
  }

  @Test func alignsBuffersTo16Bytes() throws {
    var test = TestGraph()
    let x = test.input("x", [5], .int8)
    let y = test.node(Activation(.relu), [x], name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.memory.peak?.bytes == 10)
    #expect(workload.memory.arenaBytes == 32)
  }
}

@Suite struct CountTests {
  /// An operator whose attributes make its count negative, as those of a damaged file can.
  private struct Owing: Operator {
    var work: Work
    var name: OperatorName { .identity }
    func kind(for operands: Operands) -> KernelKind { .elementwise }
    func constantRole(at index: Int) -> OperandRole { .parameter }
    func outputTypes(for operands: Operands) -> [TensorType] { operands[0].map { [$0.type] } ?? [] }
    func work(for operands: Operands, outputs: [TensorType]) -> Work { work }
  }

  /// Neither a total nor a part of one that another part makes up for.
  @Test(arguments: [
    Work(macs: -1, .adds(10)), Work(macs: 10, .adds(-1)),
    Work(OperationCounts(adds: -1, multiplies: 10)),
    Work(OperationCounts(adds: 10, lookUps: -1)), Work(.moves(-1)),
  ])
  func noLayerCountsBelowZero(work: Work) {
    var test = TestGraph()
    let x = test.input("x", [16])
    let y = test.node(Owing(work: work), [x], name: "y")
    #expect {
      try test.workload(outputs: [y])
    } throws: {
      "\($0)"
        == "node 'y' (Identity): its attributes contradict its operands: a count is -1, expected 0 or more"
    }
  }
}
