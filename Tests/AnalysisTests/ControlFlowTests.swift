import OpGraph
import TestSupport
import Testing

@testable import Analysis

/// Graphs with regions, built by hand.
private struct RegionGraph {
  var test = TestGraph()

  /// A value of a body that differs in each iteration.
  mutating func parameter(_ name: String) -> ValueID {
    test.value(Value(name: name, type: TensorType(.undefined, nil), origin: .computed))
  }

  /// Makes the nodes from `start` on, those of inner regions included, a region.
  mutating func close(
    _ name: String, _ rule: Region.Rule, from start: Int, parent: Int? = nil,
    parameters: [Region.Parameter] = []
  ) {
    var region = Region(name: name, parent: parent, rule: rule, start: start)
    region.nodes = start..<test.graph.nodes.count
    region.owner = test.graph.nodes.count
    region.parameters = parameters
    let id = test.graph.regions.count
    for index in region.nodes { test.graph.nodes[index].region = id }
    test.graph.regions.append(region)
  }

  /// x carried through a body of one node; the loop's result is `y`.
  mutating func loop(
    _ x: ValueID, times: ConstantValue?, body: (inout TestGraph, ValueID) -> ValueID
  ) -> ValueID {
    let start = test.graph.nodes.count
    let inside = parameter("inside")
    let made = body(&test, inside)
    close(
      "y/body", .loop, from: start,
      parameters: [Region.Parameter(inside, .carried(x, result: made))])
    let limit = times.map { test.weights("limit", [], .int64, $0) }
    return control(
      Loop(.loop, carried: 1, gathered: 0, symbol: "Loop(y)"), [limit, nil, x, nil, made], "y")
  }

  mutating func control(_ operation: any Operator, _ inputs: [ValueID?], _ name: String) -> ValueID
  {
    let output = parameter(name)
    test.graph.nodes.append(
      Node(
        operation: operation, name: name, sourceOperator: operation.title, inputs: inputs,
        outputs: [output]))
    return output
  }
}

@Suite struct LoopTests {
  private func product(_ test: inout TestGraph, _ x: ValueID) -> ValueID {
    let w = test.weights("w", [8, 8])
    return test.node(MatMul(), [x, w], name: "made")
  }

  @Test func aBodyCountsAsOftenAsItRuns() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let y = graph.loop(x, times: .integers([5]), body: product)
    let workload = try graph.test.workload(outputs: [y])
    #expect(workload.layers[0].repetitions == 5)
    #expect(workload.totals.macs == .fixed(5 * 4 * 8 * 8))
    // 8 x 8 weights are read in each iteration, and are parameters once.
    #expect(workload.totals.traffic.weights == .fixed(5 * 8 * 8 * 4))
    #expect(workload.totals.parameters == .fixed(8 * 8))
    #expect(workload.coverage.isComplete)
  }

  @Test func aTripCountThatDependsOnDataIsASymbol() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let y = graph.loop(x, times: nil, body: product)
    let model = graph.test.model(outputs: [y])
    let workload = try Workload(InferredGraph(model))
    #expect(workload.totals.macs.description == "256*Loop(y)")
    #expect(
      workload.coverage.dynamicDimensions
        == [Workload.Coverage.DynamicDimension(name: "Loop(y)", dependsOnData: true, maximum: nil)])
    var bindings = Bindings()
    try bindings.add("Loop(y)=3")
    let bound = try Workload(InferredGraph(model, bindings: bindings))
    #expect(bound.totals.macs == .fixed(3 * 256))
  }

  @Test func aSizeThatGrowsIsKnownAfterTheLoop() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let row = graph.test.input("row", [2, 8])
    let y = graph.loop(x, times: .integers([5])) { test, inside in
      test.node(Concat(axis: 0), [inside, row], name: "made")
    }
    let complete = try InferredGraph(graph.test.model(outputs: [y]))
    #expect(complete.graph[y].type.shape == [14, 8])
    // Inside, it is another in each iteration.
    #expect(complete.graph.values[2].type.shape == [.symbol("inside.0"), 8])
    #expect(complete.dataDependentSymbols == ["inside.0"])
  }

  /// while (i < 20) { x = x w; i = i + 3 } from i = 2: 6 times.
  @Test func aCounterTellsHowOftenALoopRuns() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let numbers = [2, 3, 20].map {
      graph.test.weights("\($0)", [], .int32, .integers([.fixed($0)]))
    }
    let (inside, counter) = (graph.parameter("inside"), graph.parameter("counter"))
    let made = product(&graph.test, inside)
    let next = graph.test.node(Elementwise(.add), [counter, numbers[1]], name: "next")
    let goesOn = graph.test.node(
      Elementwise(.less, resultType: .bool), [next, numbers[2]], name: "goesOn")
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [
        Region.Parameter(inside, .carried(x, result: made)),
        Region.Parameter(counter, .carried(numbers[0], result: next)),
      ])
    let y = graph.control(
      Loop(.while, carried: 2, gathered: 0, symbol: "WHILE(y)"),
      [nil, nil, x, numbers[0], goesOn, made, next], "y")
    let workload = try graph.test.workload(outputs: [y])
    #expect(workload.layers[0].repetitions == 6)
    #expect(workload.totals.macs == .fixed(6 * 4 * 8 * 8))
  }

  /// The body runs again while the number of the iteration is below a number: once more than that.
  private func workload(limit: Int?, below: Int) throws -> Workload {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let end = graph.test.weights("end", [], .int64, .integers([.fixed(below)]))
    let number = graph.parameter("number")
    graph.test.graph[number].type = TensorType(.int64, [])
    let inside = graph.parameter("inside")
    let cast = graph.test.node(
      Elementwise(.cast, resultType: .int32), [number], name: "cast")
    let isBelow = graph.test.node(
      Elementwise(.less, resultType: .bool), [cast, end], name: "isBelow")
    let made = product(&graph.test, inside)
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [
        Region.Parameter(number, .stated), Region.Parameter(inside, .carried(x, result: made)),
      ])
    let most = limit.map { graph.test.weights("most", [], .int64, .integers([.fixed($0)])) }
    let y = graph.control(
      Loop(.loop, carried: 1, gathered: 0, symbol: "Loop(y)"), [most, nil, x, isBelow, made], "y")
    return try graph.test.workload(outputs: [y])
  }

  @Test(arguments: [(5, 2, 3), (nil, 2, 3), (10, 10, 10), (2, 9, 2)] as [(Int?, Int, Int)])
  func theNumberOfTheIterationIsFollowed(limit: Int?, below: Int, runs: Int) throws {
    let workload = try workload(limit: limit, below: below)
    #expect(workload.totals.macs == .fixed(runs * 4 * 8 * 8))
    #expect(workload.coverage.isComplete)
  }

  /// A number that is doubled while it is below 100: 1, 2, 4 and so on to 64 are seven.
  @Test func whatHasNoClosedFormIsRun() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let one = graph.test.weights("one", [], .int64, .integers([1]))
    let two = graph.test.weights("two", [], .int64, .integers([2]))
    let hundred = graph.test.weights("hundred", [], .int64, .integers([100]))
    let number = graph.parameter("number")
    graph.test.graph[number].type = TensorType(.int64, [])
    let inside = graph.parameter("inside")
    let next = graph.test.node(Elementwise(.multiply), [number, two], name: "next")
    let isBelow = graph.test.node(
      Elementwise(.less, resultType: .bool), [next, hundred], name: "isBelow")
    let made = product(&graph.test, inside)
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [
        Region.Parameter(number, .carried(one, result: next)),
        Region.Parameter(inside, .carried(x, result: made)),
      ])
    let y = graph.control(
      Loop(.loop, carried: 2, gathered: 0, symbol: "Loop(y)"),
      [nil, nil, one, x, isBelow, next, made], "y")
    #expect(try graph.test.workload(outputs: [y]).totals.macs == .fixed(7 * 4 * 8 * 8))
  }

  /// An inner loop whose limit is made of the number of the outer iteration.
  /// - Parameter below: The inner loop goes on while its number is below it.
  private func nested(
    times: Int?, below: Int? = nil, limit: (inout TestGraph, ValueID) -> ValueID
  ) throws -> Workload {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let number = graph.parameter("number")
    graph.test.graph[number].type = TensorType(.int64, [])
    let inside = graph.parameter("inside")
    let most = limit(&graph.test, number)
    let start = graph.test.graph.nodes.count
    let innermost = graph.parameter("innermost")
    let innerNumber = graph.parameter("innerNumber")
    graph.test.graph[innerNumber].type = TensorType(.int64, [])
    let goesOn = below.map { below in
      let end = graph.test.weights("end", [], .int64, .integers([.fixed(below)]))
      return graph.test.node(
        Elementwise(.less, resultType: .bool), [innerNumber, end], name: "made")
    }
    let made = product(&graph.test, innermost)
    graph.close(
      "inner/body", .loop, from: start, parent: 0,
      parameters: [
        Region.Parameter(innerNumber, .stated),
        Region.Parameter(innermost, .carried(inside, result: made)),
      ])
    let inner = graph.control(
      Loop(.loop, carried: 1, gathered: 0, symbol: "Loop(inner)"),
      [most, nil, inside, goesOn, made], "inner")
    for index in 0..<start { graph.test.graph.nodes[index].region = 0 }
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [
        Region.Parameter(number, .stated), Region.Parameter(inside, .carried(x, result: inner)),
      ])
    // A region comes after those that it lies in.
    graph.test.graph.regions.reverse()
    for index in graph.test.graph.nodes.indices {
      let isInner = graph.test.graph.nodes[index].name == "made"
      graph.test.graph.nodes[index].region =
        index == graph.test.graph.nodes.count - 1
        ? 0 : isInner ? 1 : 0
    }
    let times = times.map { graph.test.weights("times", [], .int64, .integers([.fixed($0)])) }
    let y = graph.control(
      Loop(.loop, carried: 1, gathered: 0, symbol: "Loop(y)"), [times, nil, x, nil, inner], "y")
    return try graph.test.workload(outputs: [y])
  }

  @Test func anInnerLoopRunsAsOftenAsTheOuterNumberSays() throws {
    // 0 + 1 + 2 + 3 + 4 runs.
    let plain = try nested(times: 5) { _, number in number }
    #expect(plain.totals.macs == .fixed(10 * 256))
    #expect(plain.coverage.isComplete && plain.coverage.dynamicDimensions.isEmpty)
    // 2 + 3 + 4 runs.
    let more = try nested(times: 3) { test, number in
      let two = test.weights("two", [], .int64, .integers([2]))
      return test.node(Elementwise(.add), [number, two], name: "more")
    }
    #expect(more.totals.macs == .fixed(9 * 256))
    // 3, 2, 1, 0 and, as none is not less than none, 0 runs.
    let fewer = try nested(times: 5) { test, number in
      let three = test.weights("three", [], .int64, .integers([3]))
      return test.node(Elementwise(.subtract), [three, number], name: "fewer")
    }
    #expect(fewer.totals.macs == .fixed(6 * 256))
    // 0, 2, 4 runs.
    let twice = try nested(times: 3) { test, number in
      let two = test.weights("two", [], .int64, .integers([2]))
      return test.node(Elementwise(.multiply), [number, two], name: "twice")
    }
    #expect(twice.totals.macs == .fixed(6 * 256))
    // At most one run each, as the inner condition says: 0, 1, 1, 1 runs.
    let least = try nested(times: 4, below: 0) { _, number in number }
    #expect(least.totals.macs == .fixed(3 * 256))
    // n of them are n (n - 1) / 2 runs.
    let open = try nested(times: nil) { _, number in number }
    #expect(open.totals.macs.substituting(["Loop(y)": 5]) == .fixed(10 * 256))
  }

  /// for (i = 0; i < 4; i++) for (j = 0; j < i + 1; j++) x = x w: 1 + 2 + 3 + 4 runs.
  @Test func anInnerConditionIsFollowedForEachNumberAround() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    func number(_ value: Int) -> ValueID {
      graph.test.weights("\(value)", [], .int32, .integers([.fixed(value)]))
    }
    let (zero, one, four) = (number(0), number(1), number(4))
    let (inside, counter) = (graph.parameter("inside"), graph.parameter("counter"))
    let end = graph.test.node(Elementwise(.add), [counter, one], name: "end")
    let innermost = graph.parameter("innermost")
    let (inner, limit) = (graph.parameter("innerCounter"), graph.parameter("limit"))
    let innerNext = graph.test.node(Elementwise(.add), [inner, one], name: "inner next")
    let less = Elementwise(.less, resultType: .bool)
    let innerGoesOn = graph.test.node(less, [innerNext, limit], name: "inner goes on")
    let made = product(&graph.test, innermost)
    graph.close(
      "inner/body", .loop, from: 1, parent: 0,
      parameters: [
        Region.Parameter(innermost, .carried(inside, result: made)),
        Region.Parameter(inner, .carried(zero, result: innerNext)),
        Region.Parameter(limit, .carried(end, result: limit)),
      ])
    let result = graph.control(
      Loop(.while, carried: 3, gathered: 0, symbol: "WHILE(inner)"),
      [nil, nil, inside, zero, end, innerGoesOn, made, innerNext, limit], "inner")
    let next = graph.test.node(Elementwise(.add), [counter, one], name: "next")
    let goesOn = graph.test.node(less, [next, four], name: "goes on")
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [
        Region.Parameter(inside, .carried(x, result: result)),
        Region.Parameter(counter, .carried(zero, result: next)),
      ])
    // A region comes after those that it lies in.
    graph.test.graph.regions.reverse()
    for index in graph.test.graph.nodes.indices {
      graph.test.graph.nodes[index].region = (1...3).contains(index) ? 1 : 0
    }
    let y = graph.control(
      Loop(.while, carried: 2, gathered: 0, symbol: "WHILE(y)"),
      [nil, nil, x, zero, goesOn, result, next], "y")
    let workload = try graph.test.workload(outputs: [y])
    #expect(workload.totals.macs == .fixed(10 * 256))
    #expect(workload.coverage.dynamicDimensions.isEmpty)
  }

  @Test func aLimitIsAMaximum() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let goesOn = graph.test.input("goesOn", [], .bool)
    let inside = graph.parameter("inside")
    let made = product(&graph.test, inside)
    graph.close(
      "y/body", .loop, from: 0,
      parameters: [Region.Parameter(inside, .carried(x, result: made))])
    let most = graph.test.weights("most", [], .int64, .integers([5]))
    let y = graph.control(
      Loop(.loop, carried: 1, gathered: 0, symbol: "Loop(y)"), [most, nil, x, goesOn, made], "y")
    let open = try graph.test.workload(outputs: [y])
    #expect(open.coverage.dynamicDimensions.first?.maximum == 5)
    var bindings = Bindings()
    bindings.takesMaxima = true
    let most5 = try Workload(InferredGraph(graph.test.model(outputs: [y]), bindings: bindings))
    #expect(most5.totals.macs == .fixed(5 * 4 * 8 * 8))
  }

  @Test func aLimitOfZeroRunsNothing() throws {
    var graph = RegionGraph()
    let x = graph.test.input("x", [4, 8])
    let y = graph.loop(x, times: .integers([0]), body: product)
    let workload = try graph.test.workload(outputs: [y])
    #expect(workload.layers[0].fold == .untaken)
    #expect(workload.totals.macs == 0)
    #expect(workload.graph[y].type.shape == [4, 8])
  }
}

@Suite struct BranchTests {
  /// A product if the condition holds, and an activation if not.
  private func model(condition: ConstantValue?) -> (Model, ValueID) {
    var graph = RegionGraph()
    let c =
      condition.map { graph.test.weights("c", [], .bool, $0) } ?? graph.test.input("c", [], .bool)
    let x = graph.test.input("x", [4, 8])
    let w = graph.test.weights("w", [8, 8])
    let yes = graph.test.node(MatMul(), [x, w], name: "yes")
    graph.close("y/then", .branch(condition: c, .when(true)), from: 0)
    let no = graph.test.node(Slice(.fixed(starts: [0], ends: [2], axes: [0])), [x], name: "no")
    graph.close("y/else", .branch(condition: c, .when(false)), from: 1)
    graph.test.graph.regions[0].owner = 2
    let y = graph.control(
      If(results: 1, branches: [.when(true), .when(false)]), [c, yes, no], "y")
    return (graph.test.model(outputs: [y]), y)
  }

  @Test func aKnownConditionDecides() throws {
    let (model, y) = model(condition: .integers([0]))
    let workload = try Workload(InferredGraph(model))
    #expect(workload.totals.macs == 0)
    #expect(workload.graph[y].type.shape == [2, 8])
    #expect(workload.layers.map(\.fold) == [.untaken, nil, nil])
    #expect(workload.coverage.isComplete)
    #expect(workload.diagnostics.isEmpty)
  }

  @Test func otherwiseTheDearerBranchIsTakenToRun() throws {
    let (model, y) = model(condition: nil)
    let workload = try Workload(InferredGraph(model))
    #expect(workload.totals.macs == .fixed(4 * 8 * 8))
    // Its result is the node's.
    #expect(workload.graph[y].type.shape == [4, 8])
    #expect(workload.diagnostics.map(\.code) == ["assumed-branch"])
  }

  /// One branch takes elements that are not there.
  @Test func aBranchThatCannotRunIsNotTaken() throws {
    var graph = RegionGraph()
    let c = graph.test.input("c", [], .bool)
    let x = graph.test.input("x", [4, 8])
    let w = graph.test.weights("w", [9, 8])
    let yes = graph.test.node(MatMul(), [x, w], name: "yes")
    graph.close("y/then", .branch(condition: c, .when(true)), from: 0)
    let no = graph.test.node(Activation(.relu), [x], name: "no")
    graph.close("y/else", .branch(condition: c, .when(false)), from: 1)
    graph.test.graph.regions[0].owner = 2
    let y = graph.control(
      If(results: 1, branches: [.when(true), .when(false)]), [c, yes, no], "y")
    let workload = try graph.test.workload(outputs: [y])
    #expect(workload.coverage.isComplete)
    #expect(workload.diagnostics.map(\.code) == ["only-branch"])
  }

  @Test func scalarInputsHaveValues() throws {
    var bindings = Bindings()
    try bindings.add("c=true")
    let (model, y) = model(condition: nil)
    let workload = try Workload(InferredGraph(model, bindings: bindings))
    #expect(workload.graph[y].type.shape == [4, 8])
    #expect(workload.diagnostics.isEmpty)
    var number = Bindings()
    try number.add("c=0.5")
    #expect(throws: (any Error).self) { try InferredGraph(model, bindings: number) }
  }

  @Test func aBindingDecides() throws {
    var bindings = Bindings()
    try bindings.add("If(y)=0")
    let (model, _) = model(condition: nil)
    let workload = try Workload(InferredGraph(model, bindings: bindings))
    #expect(workload.totals.macs == 0)
    #expect(workload.graph[workload.graph.outputs[0]].type.shape == [2, 8])
    #expect(workload.diagnostics.isEmpty)
  }
}

@Suite struct GraphPassTests {
  @Test func whatNothingUsesCostsNothing() throws {
    var test = TestGraph()
    let x = test.input("x", [4, 8])
    let w = test.weights("w", [8, 8])
    let y = test.node(Activation(.relu), [x], name: "y")
    _ = test.node(MatMul(), [y, w], name: "unused")
    let workload = try test.workload(outputs: [y])
    #expect(workload.layers.map(\.fold) == [nil, .unused])
    #expect(workload.totals.macs == 0)
    #expect(workload.totals.parameters == 0)
  }

  private func normalized(isReadTwice: Bool) throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 4, 8, 8])
    let w = test.weights("w", [8, 4, 1, 1])
    let window = SlidingWindow(
      strides: [1, 1], dilations: [1, 1], padding: .explicit(before: [0, 0], after: [0, 0]))
    let convolution = Convolution(
      window: window, groups: 1, layout: .channelsFirst, weightLayout: .outputInputSpace)
    let a = test.node(convolution, [x, w], name: "a")
    let statistics = (0..<4).map { test.weights("s\($0)", [8]) }
    let b = test.node(Normalization(.batch), [a] + statistics, name: "b")
    let y = isReadTwice ? test.node(Elementwise(.add), [a, b], name: "y") : b
    return try test.workload(outputs: [y])
  }

  @Test func aNormalizationBecomesPartOfTheWeightsBeforeIt() throws {
    let workload = try normalized(isReadTwice: false)
    #expect(workload.layers.map(\.fold) == [nil, .normalization])
    #expect(workload.totals.otherOps == 0)
    // Its result is the convolution's in memory.
    #expect(workload.memory.peak?.bytes == (4 + 8) * 64 * 4)
    #expect(try normalized(isReadTwice: true).layers.map(\.fold) == [nil, nil, nil])
  }

  /// The operators are x * (1 + erf(x / 1.41)) * 0.5.
  @Test func operatorsThatAreOneFunctionAreFound() throws {
    var test = TestGraph()
    let x = test.input("x", [4, 8])
    let numbers = (0..<3).map { test.weights("n\($0)", [], .float32, .floats([Double($0)])) }
    let a = test.node(Elementwise(.divide), [x, numbers[0]], name: "a")
    let b = test.node(Elementwise(.errorFunction), [a], name: "b")
    let c = test.node(Elementwise(.add), [b, numbers[1]], name: "c")
    let d = test.node(Elementwise(.multiply), [x, c], name: "d")
    let e = test.node(Elementwise(.multiply), [d, numbers[2]], name: "e")
    let workload = try test.workload(outputs: [e])
    #expect(workload.layers.map(\.pattern?.name) == [String?](repeating: "Gelu", count: 5))
    // A reader of what lies between the operators keeps them apart.
    let kept = try test.workload(outputs: [e, c])
    #expect(kept.layers.map(\.pattern?.name) == [String?](repeating: nil, count: 5))
  }

  @Test func decomposedAttentionAndNormalizationAreFound() throws {
    var test = TestGraph()
    let q = test.input("q", [2, 8, 16])
    let k = test.input("k", [2, 16, 8])
    let v = test.input("v", [2, 8, 16])
    let scale = test.weights("s", [], .float32, .floats([4]))
    let scores = test.node(MatMul(), [q, k], name: "scores")
    let scaled = test.node(Elementwise(.divide), [scores, scale], name: "scaled")
    let weights = test.node(Softmax(), [scaled], name: "weights")
    let x = test.node(MatMul(), [weights, v], name: "x")
    let mean = test.node(
      Reduction(.mean, axes: .fixed([-1]), keepsDimensions: true), [x], name: "mean")
    let centred = test.node(Elementwise(.subtract), [x, mean], name: "centred")
    let square = test.node(Elementwise(.power), [centred, scale], name: "square")
    let variance = test.node(
      Reduction(.mean, axes: .fixed([-1]), keepsDimensions: true), [square], name: "variance")
    let sum = test.node(Elementwise(.add), [variance, scale], name: "sum")
    let root = test.node(Elementwise(.squareRoot), [sum], name: "root")
    let y = test.node(Elementwise(.divide), [centred, root], name: "y")
    let workload = try test.workload(outputs: [y])
    let names = workload.layers.map { $0.pattern?.name ?? "" }
    #expect(names[..<4].allSatisfy { $0 == "Attention" })
    #expect(names[4...].allSatisfy { $0 == "LayerNormalization" })
  }
}
