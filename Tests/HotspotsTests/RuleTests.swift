import Quantities
@testable import DeviceProfiles
import Analysis
import Foundation
@testable import HardwareMapping
import OpGraph
import TestSupport
import Testing

@testable import Hotspots

/// A scenario of a graph on a device with round numbers.
private func evaluation(
  _ test: TestGraph, _ output: ValueID, on target: (DeviceProfile, Runtime)? = nil,
  isRunning: Bool = false
) throws -> Evaluation {
  let model =
    isRunning ? try test.runningModel(outputs: [output]) : test.model(outputs: [output])
  let complete = try InferredGraph(model)
  let place = target.map {
    Scenario.Target(device: $0.0, runtime: $0.1, carbonPerJoule: 1e-4, carbonPerSecond: 0)
  }
  return try Evaluation(
    Scenario(complete, target: place) { shapes in
      var bindings = Bindings()
      bindings.shapes = shapes
      return try? InferredGraph(model, bindings: bindings)
    })
}

/// What one rule finds, by a metric.
private func findings(
  _ rule: any HotspotRule, _ evaluation: Evaluation, by metric: Metric = .trafficBytes
) -> [Finding] {
  HotspotRules.findings(evaluation, by: metric, rules: [rule])
}

extension Finding {
  fileprivate func saves(_ metric: Metric, _ part: Double) -> Bool {
    abs((savings[metric]?.value ?? .infinity) - part) < 1e-12
  }
}

private let all: [Precision] = [.float32, .int8, .hybrid8, .int32]

@Suite struct RuleListTests {
  private static let folder = Paths.root.appending(path: "Sources/Hotspots/Rules")

  /// The types in the folder of rules.
  private static let types: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.sorted().flatMap { file in
      let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
      return text.matches(of: #/struct (?<type>\w+): HotspotRule/#).map { "\($0.output.type)" }
    }
  }()

  @Test(arguments: types) func everyRuleIsInTheList(type: String) {
    #expect(
      HotspotRules.all.contains { "\(Swift.type(of: $0))" == type },
      "\(type) is never asked: add \(type)() to HotspotRules.all in HotspotRules.swift")
  }

  @Test func namesDiffer() {
    let names = HotspotRules.all.map(\.name)
    #expect(Set(names).count == names.count, "two rules have one name: \(names.sorted())")
    #expect(HotspotRules.all.count == Self.types.count)
  }

  @Test(arguments: HotspotRules.all.map { ($0.name, "\(Swift.type(of: $0))") })
  func everyRuleIsTestedAndDescribed(name: String, type: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let tests = try ["RuleTests.swift", "TextRuleTests.swift"]
      .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined()
    let page = try String(
      contentsOf: Paths.root.appending(path: "docs/method/hotspots.md"), encoding: .utf8)
    let (isTested, isDescribed) = (tests.contains("\(type)()"), page.contains("| `\(name)` |"))
    #expect(
      isTested,
      """
      \(type) has no test: add a suite to RuleTests.swift with a graph where the rule fires and one \
      where it must not
      """)
    #expect(
      isDescribed, "docs/method/hotspots.md: add a row for `\(name)` to the table of rules")
  }
}

@Suite struct FloatModelTests {
  /// A product of 64 x 64 in 4 bytes moves a quarter in 1 byte.
  @Test func firesWhereNothingIsQuantized() throws {
    var test = TestGraph()
    let y = test.product(test.input("x", [1, 64]), inputs: 64, outputs: 64, name: "y")
    let found = findings(FloatModel(), try evaluation(test, y))
    try #require(found.count == 1)
    #expect(found[0].savings[.trafficBytes]?.value == 0.75)
    #expect(found[0].savings[.macs]?.value == 0)
  }

  @Test func doesNotFireOnIntegers() throws {
    var test = TestGraph()
    let y = test.product(
      test.input("x", [1, 64], .int8), inputs: 64, outputs: 64, .int8, name: "y")
    #expect(findings(FloatModel(), try evaluation(test, y)).isEmpty)
  }
}

@Suite struct FloatIslandTests {
  private func graph(isIsland: Bool) -> (TestGraph, ValueID) {
    var test = TestGraph()
    var x = test.product(
      test.input("x", [1, 64], .int8), inputs: 64, outputs: 64, .int8, name: "a")
    if isIsland { x = test.dequantize(x, name: "real") }
    x = test.node(Activation(.tanh), [x], name: "tanh")
    if isIsland { x = test.quantize(x, name: "integer") }
    let result = test.product(x, inputs: 64, outputs: 64, .int8, name: "b")
    return (test, result)
  }

  /// Three layers that read and write 64 elements of 4 bytes or 1 become one that moves 64 + 64.
  @Test func firesOnRealsBetweenIntegers() throws {
    let (test, y) = graph(isIsland: true)
    let found = findings(FloatIsland(), try evaluation(test, y, isRunning: true))
    try #require(found.count == 1)
    let products = 2 * (64 + 64 * 64 + 64)
    let before = Double(products + (64 + 256) + (256 + 256) + (256 + 64))
    let saved = 1 - Double(products + 64 + 64) / before
    #expect(found[0].saves(.trafficBytes, saved))
    #expect(found[0].reason.contains("'real'"))
  }

  @Test func doesNotFireWithoutConversions() throws {
    let (test, y) = graph(isIsland: false)
    #expect(findings(FloatIsland(), try evaluation(test, y, isRunning: true)).isEmpty)
  }
}

@Suite struct ConversionPairTests {
  private func graph(isPair: Bool) -> (TestGraph, ValueID) {
    var test = TestGraph()
    var x = test.product(
      test.input("x", [1, 64], .int8), inputs: 64, outputs: 64, .int8, name: "a")
    x = test.dequantize(x, name: "real")
    if !isPair { x = test.node(Activation(.tanh), [x], name: "tanh") }
    x = test.quantize(x, name: "integer")
    let result = test.product(x, inputs: 64, outputs: 64, .int8, name: "b")
    return (test, result)
  }

  @Test func firesOnAPair() throws {
    let (test, y) = graph(isPair: true)
    let found = findings(ConversionPair(), try evaluation(test, y, isRunning: true))
    #expect(found.map(\.layers) == [[1, 2]])
  }

  @Test func doesNotFireWithWorkBetween() throws {
    let (test, y) = graph(isPair: false)
    #expect(findings(ConversionPair(), try evaluation(test, y, isRunning: true)).isEmpty)
  }
}

@Suite struct WeightOnlyQuantizedTests {
  @Test func firesOnIntegerWeightsAndRealActivations() throws {
    var test = TestGraph()
    let a = test.product(
      test.input("x", [64, 64], .int8), inputs: 64, outputs: 64, .int8, name: "a")
    let y = test.product(
      test.dequantize(a, name: "real"), inputs: 64, outputs: 64, .int8, name: "y")
    let found = findings(WeightOnlyQuantized(), try evaluation(test, y, isRunning: true))
    try #require(found.map(\.layers) == [[2]])
    // Parts of 64 x 64 bytes: 3 for the first product, 1 + 4 to make it real, 4 + 1 + 4 for the
    // second one, which become 3, nothing and 3.
    #expect(found[0].saves(.trafficBytes, 1 - 6.0 / 17))
  }

  /// Quantizing the whole model is what another rule says.
  @Test func doesNotFireWhereNothingIsInIntegers() throws {
    var test = TestGraph()
    let y = test.product(test.input("x", [64, 64]), inputs: 64, outputs: 64, .int8, name: "y")
    #expect(findings(WeightOnlyQuantized(), try evaluation(test, y, isRunning: true)).isEmpty)
  }

  @Test func doesNotFireOnReals() throws {
    var test = TestGraph()
    let y = test.product(test.input("x", [64, 64]), inputs: 64, outputs: 64, name: "y")
    #expect(findings(WeightOnlyQuantized(), try evaluation(test, y)).isEmpty)
  }
}

@Suite struct UnfoldedNormalizationTests {
  private func graph(constantPerChannel: Bool) -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.convolution(
      test.input("x", [1, 8, 8, 4]), inputs: 4, outputs: 4, name: "convolution")
    let shape: Shape = constantPerChannel ? [4] : [1, 8, 8, 4]
    let scaled = test.node(
      Elementwise(.multiply), [x, test.weights("scale", shape)], name: "scaled")
    let result = test.node(
      Elementwise(.add), [scaled, test.weights("shift", [4])], name: "shifted")
    return (test, result)
  }

  @Test func firesOnScaleAndShift() throws {
    let (test, y) = graph(constantPerChannel: true)
    let found = findings(UnfoldedNormalization(), try evaluation(test, y, isRunning: true))
    #expect(found.map(\.layers) == [[1, 2]])
  }

  @Test func doesNotFireOnAnImageOfFactors() throws {
    let (test, y) = graph(constantPerChannel: false)
    #expect(findings(UnfoldedNormalization(), try evaluation(test, y, isRunning: true)).isEmpty)
  }
}

@Suite struct UnfusedOperatorsTests {
  private func graph() -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.product(test.input("x", [1, 64]), inputs: 64, outputs: 64, name: "a")
    let result = test.node(Activation(.relu), [x], name: "y")
    return (test, result)
  }

  /// The starting of a second kernel goes: 1 ms of 2 ms + 2 kernels' time.
  @Test func firesWhereTheRuntimeDoesNotFuse() throws {
    let (test, y) = graph()
    let before = try evaluation(test, y, on: testDevice())
    let found = findings(UnfusedOperators(), before, by: .latency)
    #expect(found.map(\.layers) == [[1]])
    let fused = try evaluation(test, y, on: testDevice(fusions: [.contractionActivation]))
    let saving = 1 - (fused.total(.latency)?.value ?? 0) / (before.total(.latency)?.value ?? 1)
    #expect(found[0].savings[.latency]?.value == saving)
  }

  /// Another runtime costs what it costs when all is counted again, with the ratio of the model as it is.
  @Test func anotherTargetIsEstimatedAlone() throws {
    let (test, y) = graph()
    var scenario = try evaluation(test, y, on: testDevice()).scenario
    scenario.target?.ratio = 3
    let before = try Evaluation(scenario)
    let after = try #require(
      try before.with { $0.runtime.fusions.append(.contractionActivation) })
    let again = try Evaluation(after.scenario)
    #expect(Metric.ranked.allSatisfy { after.total($0) == again.total($0) })
    let plain = try evaluation(test, y, on: testDevice(fusions: [.contractionActivation]))
    let seconds = try #require(plain.total(.latency)?.value)
    #expect(abs((after.total(.latency)?.value ?? 0) - 3 * seconds) < 1e-12)
    #expect(try evaluation(test, y).with { _ in } == nil)
  }

  @Test func doesNotFireWhereItDoes() throws {
    let (test, y) = graph()
    let device = testDevice(fusions: [.contractionActivation])
    #expect(findings(UnfusedOperators(), try evaluation(test, y, on: device), by: .latency).isEmpty)
  }
}

@Suite struct MemoryBoundDepthwiseTests {
  private func graph() -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.depthwise(test.input("x", [1, 16, 16, 8]), channels: 8, name: "depthwise")
    let result = test.convolution(x, inputs: 8, outputs: 8, kernelSize: 1, name: "pointwise")
    return (test, result)
  }

  @Test func firesWhereMemoryIsSlow() throws {
    let (test, y) = graph()
    let device = testDevice(bytesPerSecond: 1e4)
    let found = findings(MemoryBoundDepthwise(), try evaluation(test, y, on: device), by: .energy)
    #expect(found.map(\.layers) == [[0]])
    #expect(found[0].reason.contains("ram"))
  }

  @Test func doesNotFireWhereItIsFast() throws {
    let (test, y) = graph()
    let device = testDevice(bytesPerSecond: 1e9)
    #expect(
      findings(MemoryBoundDepthwise(), try evaluation(test, y, on: device), by: .energy).isEmpty)
  }
}

@Suite struct WeightBoundTests {
  /// 1 x 256 by 256 x 256: nearly all bytes are weights, which int4 halves.
  @Test func firesOnAVectorTimesAMatrix() throws {
    var test = TestGraph()
    let y = test.product(
      test.input("x", [1, 256], .int8), inputs: 256, outputs: 256, .int8, name: "y")
    let found = findings(WeightBound(), try evaluation(test, y))
    let bytes = Double(256 * 256 + 256 + 256)
    try #require(found.count == 1)
    let saved: Double = 256 * 128 / bytes
    #expect(found[0].saves(.trafficBytes, saved))
    #expect(found[0].advice.contains("int4"))
  }

  @Test func doesNotFireOnAMatrixTimesAMatrix() throws {
    var test = TestGraph()
    let y = test.product(
      test.input("x", [256, 256], .int8), inputs: 256, outputs: 256, .int8, name: "y")
    #expect(findings(WeightBound(), try evaluation(test, y)).isEmpty)
  }

  /// One row through one of four experts: bytes that hold two weights cannot be narrower.
  @Test(arguments: [(1, true), (2, false)])
  func firesOnExpertsOfWholeBytes(packing: Int, fires: Bool) throws {
    var test = TestGraph()
    let rows = [test.input("x", [1, 256]), test.input("router", [1, 4])]
    let shape: Shape = [4, 256, .fixed(256 / packing)]
    let matrices = ["up", "down"].map { test.weights($0, shape, .uint8) }
    let y = test.node(
      MixtureOfExperts(active: 1, packing: packing), rows + matrices, name: "y")
    #expect(findings(WeightBound(), try evaluation(test, y)).isEmpty == !fires)
  }
}

@Suite struct FindingsTests {
  /// A fusion that takes the only kernel of known cost into one of unknown cost saves nothing.
  @Test func whatBecomesUnknownIsNotSaved() throws {
    var test = TestGraph()
    let x = test.product(test.input("x", [1, 64]), inputs: 64, outputs: 64, name: "a")
    let open = test.input("open", [.symbol("n"), 64])
    let y = test.node(Elementwise(.add), [x, open], name: "y")
    let evaluation = try evaluation(test, y, on: testDevice())
    #expect(!evaluation.isComplete)
    #expect(findings(UnfusedOperators(), evaluation, by: .latency).isEmpty)
    #expect(
      Ranking(evaluation, by: .latency, grouping: .layer).entries.allSatisfy { $0.share == nil })
  }

  /// A tensor that a layer reads only a part of is inside a kernel, and traffic is not below zero.
  @Test func trafficInsideAKernelIsNotNegative() throws {
    var test = TestGraph()
    let sum = test.node(
      Elementwise(.add), [test.input("a", [64, 1]), test.input("b", [1, 64])], name: "sum")
    let y = test.node(CastLike(), [test.input("z", [1]), sum], name: "y")
    let evaluation = try evaluation(test, y, on: testDevice(fusions: [.elementwiseChain]))
    let kernels = try #require(evaluation.estimate?.kernels)
    #expect(kernels.count == 1)
    #expect((kernels[0].kernel.traffic.activationsRead.fixedValue ?? -1) >= 0)
  }

  /// A convolution whose file states a result of another rank is left alone.
  @Test func aResultOfAnotherRankIsNoReasonToCrash() throws {
    var test = TestGraph()
    let y = test.convolution(test.input("x", [1, 8, 8, 16]), inputs: 16, outputs: 8, name: "y")
    var model = try test.runningModel(outputs: [y])
    model.graph.values[y.index].type.shape = []
    let evaluation = try Evaluation(Scenario(InferredGraph(model), target: nil))
    _ = HotspotRules.findings(evaluation, by: .macs)
  }
}

@Suite struct AcceleratorFallbackTests {
  private func graph() -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.product(
      test.input("x", [1, 64], .int8), inputs: 64, outputs: 64, .int8, name: "a")
    let soft = test.node(Softmax(), [x], name: "softmax")
    let result = test.product(soft, inputs: 64, outputs: 64, .int8, name: "b")
    return (test, result)
  }

  @Test func firesOnAnOperatorThatIsRefused() throws {
    let (test, y) = graph()
    let accelerator = Acceptance(kinds: [.fullyConnected, .matMul], precisions: [.int8])
    let device = testDevice(accelerator: accelerator, precisions: all)
    let found = findings(AcceleratorFallback(), try evaluation(test, y, on: device), by: .latency)
    #expect(found.map(\.layers) == [[1]])
    // The softmax's operand goes to the host and its result comes back.
    #expect(found[0].reason.contains("2 tensors"))
  }

  @Test func doesNotFireWhereEverythingIsTaken() throws {
    let (test, y) = graph()
    let accelerator = Acceptance(
      kinds: [.fullyConnected, .matMul, .softmax], precisions: [.int8])
    let device = testDevice(accelerator: accelerator, precisions: all)
    #expect(
      findings(AcceleratorFallback(), try evaluation(test, y, on: device), by: .latency).isEmpty)
  }
}

@Suite struct DenseConvolutionTests {
  private func graph(kernelSize: Int) -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 16])
    let result = test.convolution(x, inputs: 16, outputs: 32, kernelSize: kernelSize, name: "y")
    return (test, result)
  }

  /// 9 x 16 x 32 products a position become 9 x 16 + 16 x 32.
  @Test func firesOnLargeKernelsAndManyChannels() throws {
    let (test, y) = graph(kernelSize: 3)
    let found = findings(DenseConvolution(), try evaluation(test, y), by: .macs)
    try #require(found.count == 1)
    let saved = 1 - Double(9 * 16 + 16 * 32) / Double(9 * 16 * 32)
    #expect(found[0].saves(.macs, saved))
  }

  @Test func doesNotFireOnAPointwiseOne() throws {
    let (test, y) = graph(kernelSize: 1)
    #expect(findings(DenseConvolution(), try evaluation(test, y), by: .macs).isEmpty)
  }
}

@Suite struct LargeInputTests {
  private func graph(side: Int) -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.input("x", [1, .fixed(side), .fixed(side), 3])
    let first = test.convolution(x, inputs: 3, outputs: 8, stride: 2, name: "first")
    let second = test.convolution(first, inputs: 8, outputs: 8, stride: 2, name: "second")
    return (test, second)
  }

  @Test func firesWhereTheFirstLayersCostMost() throws {
    let (test, y) = graph(side: 64)
    let found = findings(LargeInput(), try evaluation(test, y), by: .macs)
    #expect(found.map(\.layers) == [[0]])
    #expect(found[0].savings[.macs]?.value == 0.75)
    #expect(found[0].advice.contains("32 x 32"))
  }

  @Test func doesNotFireOnASmallImage() throws {
    let (test, y) = graph(side: 8)
    #expect(findings(LargeInput(), try evaluation(test, y), by: .macs).isEmpty)
  }
}

@Suite struct TransposesTests {
  @Test func firesOnATranspose() throws {
    var test = TestGraph()
    let x = test.input("x", [16, 32])
    let turned = test.node(
      Transpose(permutation: [1, 0], reversesByDefault: false), [x], name: "t")
    let y = test.product(turned, inputs: 16, outputs: 8, name: "y")
    let found = findings(Transposes(), try evaluation(test, y))
    #expect(found.map(\.layers) == [[0]])
  }

  @Test func doesNotFireOnAView() throws {
    var test = TestGraph()
    let flat = test.node(Reshape(.flattened(axis: 1)), [test.input("x", [4, 4, 4])], name: "flat")
    let y = test.product(flat, inputs: 16, outputs: 8, name: "y")
    #expect(findings(Transposes(), try evaluation(test, y)).isEmpty)
  }
}

@Suite struct OverheadBoundTests {
  private func graph() -> (TestGraph, ValueID) {
    var test = TestGraph()
    var x = test.input("x", [1, 4])
    for index in 0..<4 { x = test.node(Activation(.relu), [x], name: "relu\(index)") }
    return (test, x)
  }

  @Test func firesOnAChainOfSmallOperators() throws {
    let (test, y) = graph()
    let found = findings(OverheadBound(), try evaluation(test, y, on: testDevice()), by: .latency)
    #expect(found.map(\.layers) == [[0, 1, 2, 3]])
  }

  @Test func doesNotFireWithoutOverhead() throws {
    let (test, y) = graph()
    let device = testDevice(overhead: 0)
    #expect(findings(OverheadBound(), try evaluation(test, y, on: device), by: .latency).isEmpty)
  }
}

@Suite struct ExecutionOrderTests {
  /// Two branches that grow large before they are added up to little: one after the other needs one
  /// large activation at a time, both at once need two.
  private func graph(isInterleaved: Bool) -> (TestGraph, ValueID) {
    var test = TestGraph()
    let x = test.input("x", [1, 16])
    func grow(_ name: String) -> ValueID {
      test.product(x, inputs: 16, outputs: 4096, name: "\(name)/large")
    }
    func shrink(_ large: ValueID, _ name: String) -> ValueID {
      test.product(large, inputs: 4096, outputs: 16, name: "\(name)/small")
    }
    let small: [ValueID]
    if isInterleaved {
      let large = [grow("a"), grow("b")]
      small = [shrink(large[0], "a"), shrink(large[1], "b")]
    } else {
      small = [shrink(grow("a"), "a"), shrink(grow("b"), "b")]
    }
    let result = test.node(Elementwise(.add), small, name: "y")
    return (test, result)
  }

  @Test func firesOnBranchesThatAreInterleaved() throws {
    let (test, y) = graph(isInterleaved: true)
    let found = findings(ExecutionOrder(), try evaluation(test, y), by: .arenaBytes)
    try #require(found.count == 1)
    // Two of 16 KiB become one, beside vectors of 64 B.
    let saving = found[0].savings[.arenaBytes]?.value ?? 0
    #expect(saving > 0.49 && saving < 0.5)
  }

  @Test func doesNotFireOnABranchAfterTheOther() throws {
    let (test, y) = graph(isInterleaved: false)
    #expect(findings(ExecutionOrder(), try evaluation(test, y), by: .arenaBytes).isEmpty)
  }
}

@Suite struct ZeroFiltersTests {
  /// Elements that are written by hand.
  private struct Elements: StoredElements {
    var tensors: [ValueID: (type: TensorType, numbers: [Float])]

    func type(of value: ValueID) -> TensorType? { tensors[value]?.type }

    func read(_ value: ValueID, _ take: (UnsafeRawBufferPointer) -> Void) {
      tensors[value]?.numbers.withUnsafeBytes(take)
    }
  }

  /// Two convolutions of 1 x 1 over 4 x 4 pixels, from 2 to 4 to 3 channels.
  private func evaluation(firstIsZero zero: Set<Int>, isRead: Bool = true) throws -> Evaluation {
    var test = TestGraph()
    let x = test.input("x", [1, 4, 4, 2])
    let a = test.convolution(x, inputs: 2, outputs: 4, kernelSize: 1, name: "a")
    let b = test.convolution(a, inputs: 4, outputs: 3, kernelSize: 1, name: "b")
    var numbers = ["a/weights": (0..<8).map { Float(zero.contains($0 / 2) ? 0 : $0 + 1) }]
    numbers["b/weights"] = [Float](repeating: 1, count: 12)
    var scenario = Scenario(try InferredGraph(test.model(outputs: [b])), target: nil)
    let elements = Elements(
      tensors: Dictionary(
        uniqueKeysWithValues: test.graph.values.indices.compactMap { index in
          let value = test.graph.values[index]
          return numbers[value.name].map { (ValueID(index), (value.type, $0)) }
        }))
    if isRead {
      scenario.weights = try WeightReview(Workload(scenario.complete), elements)
    }
    return try Evaluation(scenario)
  }

  @Test func firesOnZeroFiltersThatCanGo() throws {
    let found = findings(ZeroFilters(), try evaluation(firstIsZero: [0, 2]), by: .macs)
    try #require(found.count == 1)
    // Half of the first, and with its channels half of the second.
    #expect(found[0].saves(.macs, 0.5))
    #expect(found[0].layers == [0])
    #expect(found[0].advice.hasSuffix("saves 160 MACs, 50 %"), "\(found[0].advice)")
  }

  @Test func doesNotFireWhereNothingIsZeroOrRead() throws {
    #expect(findings(ZeroFilters(), try evaluation(firstIsZero: []), by: .macs).isEmpty)
    let unread = try evaluation(firstIsZero: [0, 2], isRead: false)
    #expect(findings(ZeroFilters(), unread, by: .macs).isEmpty)
  }
}
