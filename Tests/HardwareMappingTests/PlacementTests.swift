@testable import DeviceProfiles
import Analysis
@testable import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

/// A layer alone, with the facts that placement rules see.
private func facts(
  _ operation: any Operator, _ shapes: [Shape], type: ElementType = .int8,
  constants: [Int: ConstantValue] = [:], scales: [Float] = [0.1]
) throws -> OperatorFacts {
  var test = TestGraph()
  var inputs: [ValueID] = []
  for (place, shape) in shapes.enumerated() {
    let role = operation.constantRole(at: place)
    let isStored = place > 0 && (role != .parameter || constants[place] != nil)
    var id = test.input("x\(place)", shape, type)
    if isStored {
      test.graph.inputs.removeLast()
      test.graph.values.removeLast()
      let stored: ElementType = role == .bias || role == .attribute ? .int32 : type
      id = test.weights("w\(place)", shape, stored, constants[place])
    }
    if role != .attribute || place == 0 {
      test.graph[id].type.quantization = Quantization(
        granularity: .perTensor, scales: scales, zeroPoints: scales.map { _ in 0 })
    }
    inputs.append(id)
  }
  let y = test.node(operation, inputs, name: "y")
  var workload = try test.workload(outputs: [y])
  var graph = workload.graph
  graph[y].type.quantization = Quantization(
    granularity: .perTensor, scales: scales, zeroPoints: scales.map { _ in 0 })
  if type != .int8 { workload.layers[0].precision = .float32 }
  return OperatorFacts(workload.layers[0], in: graph, graph.imageLayout)
}

private func convolution(stride: Int, padding: Padding = .valid) -> Convolution {
  Convolution(
    window: SlidingWindow(strides: [stride, stride], dilations: [1, 1], padding: padding),
    groups: nil,
    layout: .channelsLast, weightLayout: .outputSpaceInput)
}

private func pool(_ side: Int, padding: Padding = .valid) -> Pooling {
  Pooling(
    .average, kernel: [side, side],
    window: SlidingWindow(strides: [1, 1], dilations: [1, 1], padding: padding),
    layout: .channelsLast)
}

/// An operator of a table and what the rules say to it.
private struct Case: Sendable, CustomTestStringConvertible {
  var what: String
  /// Part of the reason; nil where the operator is taken.
  var refusal: String?
  var facts: @Sendable () throws -> OperatorFacts
  var testDescription: String { what }

  init(_ what: String, _ refusal: String?, _ facts: @escaping @Sendable () throws -> OperatorFacts)
  {
    self.what = what
    self.refusal = refusal
    self.facts = facts
  }
}

private let image: Shape = [1, 17, 17, 16]

private let ethosCases = [
  Case("convolution", nil) { try facts(convolution(stride: 2), [image, [8, 3, 3, 16], [8]]) },
  Case("reals", "feature maps are int8") {
    try facts(convolution(stride: 1), [image, [8, 3, 3, 16]], type: .float32)
  },
  Case("stride 4 without padding", nil) {
    try facts(convolution(stride: 4), [image, [8, 5, 5, 16]])
  },
  Case("stride 4 over the edge", "strides above 3") {
    try facts(convolution(stride: 4, padding: .sameUpper), [image, [8, 5, 5, 16]])
  },
  Case("padded pool of 8", nil) { try facts(pool(8, padding: .sameUpper), [image]) },
  Case("padded pool of 9", "at most 8 x 8; here 9") {
    try facts(pool(9, padding: .sameUpper), [image])
  },
  Case("pool of 9 inside", nil) { try facts(pool(9), [image]) },
  Case("scales for each channel", "only weights may have a scale for each channel; here 2") {
    try facts(pool(2), [image], scales: [0.1, 0.2])
  },
  Case("mean over a batch", "the batch is 1; here 2") {
    try facts(
      Reduction(.mean, axes: .fixed([1, 2]), keepsDimensions: true), [[2, 8, 8, 4]])
  },
  Case("mean over channels", "channels are reduced only") {
    try facts(Reduction(.mean, axes: .fixed([3]), keepsDimensions: true), [[1, 8, 8, 4]])
  },
  Case("resize by 2", nil) {
    try facts(
      Resize(.linear, target: .spatialSizes), [[1, 8, 8, 4], [2]],
      constants: [1: .integers([16, 16])])
  },
  Case("resize by 3", "2, 4 or 8 times as large; here 3") {
    try facts(
      Resize(.nearest, target: .spatialSizes), [[1, 8, 8, 4], [2]],
      constants: [1: .integers([24, 24])])
  },
  Case("resize by 4 with half-pixel centres", "half-pixel centres") {
    try facts(
      Resize(.linear, target: .spatialSizes), [[1, 8, 8, 4], [2]],
      constants: [1: .integers([32, 32])])
  },
  Case("no kernel", "The accelerator has no kernel for Sin") {
    try facts(Elementwise(.sine), [image])
  },
]

@Suite struct PlacementTests {
  @Test(arguments: ethosCases) fileprivate func ethosU(example: Case) throws {
    try check(example, rules: .ethosU)
  }

  @Test(arguments: [
    Case("convolution", nil) { try facts(convolution(stride: 4), [image, [8, 3, 3, 16]]) },
    Case("one vector", nil) { try facts(Softmax(), [[1, 1000]]) },
    Case("many vectors", "a softmax is over one vector; here 49") {
      try facts(Softmax(), [[1, 7, 7, 10]])
    },
    Case("resize by 33", "at most 16 times as long; here 33") {
      try facts(
        Resize(.linear, target: .spatialSizes), [[1, 1, 1, 4], [2]],
        constants: [1: .integers([33, 33])])
    },
  ]) fileprivate func edgeTPU(example: Case) throws {
    try check(example, rules: .edgeTPU)
  }

  @Test(arguments: [
    Case("convolution", nil) { try facts(convolution(stride: 1), [image, [8, 3, 3, 16]]) },
    Case("depthwise", nil) { try facts(convolution(stride: 1), [image, [16, 3, 3, 1]]) },
    Case("four groups", "one group, or one for each channel; here 4") {
      try facts(convolution(stride: 1), [image, [8, 3, 3, 4]])
    },
    Case("softmax", "The accelerator has no kernel for Softmax") {
      try facts(Softmax(), [[1, 1000]])
    },
  ]) fileprivate func drpAI3(example: Case) throws {
    try check(example, rules: .drpAI3)
  }

  private func check(_ example: Case, rules: PlacementSetName) throws {
    let refusal = try Acceptance(rules: rules).refusal(of: example.facts())
    if let part = example.refusal {
      #expect(refusal?.contains(part) == true, "\(refusal ?? "taken")")
    } else {
      #expect(refusal == nil)
    }
  }

  /// The NPU of STM32MP25 takes weights of one scale, its GPU those with a scale for each channel too.
  @Test func weightsWithManyScalesLeaveAnNPUOfOne() throws {
    let units = try DeviceCatalog.profile(named: "stm32mp25").runtimes[0].units
    let shapes: [Shape] = [image, [2, 3, 3, 16]]
    let one = try facts(convolution(stride: 1), shapes)
    let two = try facts(convolution(stride: 1), shapes, scales: [0.1, 0.2])
    #expect(units[0].accepts?.refusal(of: one) == nil)
    let reason = try #require(units[0].accepts?.refusal(of: two))
    #expect(reason.contains("one scale for all channels") && reason.contains("GPU"))
    #expect(units[1].accepts?.refusal(of: two) == nil)
  }

  /// x -> product -> softmax -> product, where the softmax is not taken.
  private func chain() throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 64], .int8)
    let a = test.product(x, inputs: 64, outputs: 64, .int8, name: "a")
    let soft = test.node(Softmax(), [a], name: "soft")
    let b = test.product(soft, inputs: 64, outputs: 64, .int8, name: "b")
    return try test.workload(outputs: [b])
  }

  @Test func aCompilerOfOnePartLeavesTheRest() throws {
    let both = Acceptance(kinds: [.fullyConnected, .matMul])
    var first = both
    first.takesOnlyFirstPart = true
    let workload = try chain()
    func units(_ accepts: Acceptance) -> [Int] {
      let (_, runtime) = testDevice(accelerator: accepts, precisions: [.int8])
      return PlacementPlan(workload, on: runtime).placements.map(\.unit)
    }
    #expect(units(both) == [0, 1, 0])
    #expect(units(first) == [0, 1, 1])
  }

  @Test func partitionsTellWhatRunsWhereAndWhy() throws {
    let (profile, runtime) = testDevice(
      accelerator: Acceptance(kinds: [.fullyConnected, .matMul]), precisions: [.int8])
    let partitions = Partition.all(InferenceEstimate(try chain(), on: profile, runtime: runtime))
    #expect(partitions.map(\.unitName) == ["npu", "cpu", "npu"])
    #expect(partitions.map(\.layers) == [[0], [1], [2]])
    #expect(partitions[1].reasons.map(\.reason) == ["The accelerator has no kernel for Softmax"])
    // The softmax's operand goes over, and its result comes back: 64 bytes at 1 MB/s after 5 ms.
    #expect(partitions[0].crossing == nil)
    #expect(abs((partitions[2].crossing?.value ?? 0) - 5.064e-3) < 1e-12)
  }

  @Test(arguments: PlacementSetName.allCases) func everyConstraintHasALimitAndASentence(
    rules: PlacementSetName
  ) throws {
    let acceptance = try #require(PlacementCatalog.all[rules])
    for constraint in try #require(acceptance.constraints) {
      #expect(constraint.atMost != nil || constraint.oneOf != nil || constraint.types != nil)
      #expect(!constraint.sentence.isEmpty)
      for name in (constraint.operators ?? []) + (constraint.except ?? []) {
        #expect(acceptance.operators?.contains(name) == true, "\(name)")
      }
    }
  }

  /// Attributes come from files: none of them may overflow.
  @Test func hugeWindowsAreNoTrap() throws {
    let huge = 1 << 62
    let pool = Pooling(
      .max, kernel: [3, 3],
      window: SlidingWindow(strides: [huge, huge], dilations: [huge, 1], padding: .sameUpper),
      layout: .channelsLast)
    let facts = try facts(pool, [image])
    #expect(facts.isPadded && facts.unevenStride == huge)
    #expect(Acceptance(rules: .ethosU).refusal(of: facts)?.contains("strides above 3") == true)
  }

  @Test func whatContradictsItsDefinitionIsNotPlaced() throws {
    var test = TestGraph()
    let x = test.input("x", image, .int8)
    // Weights for 3 channels, where the image has 16.
    let y = test.convolution(x, inputs: 3, outputs: 8, .int8, name: "y")
    let (_, runtime) = testDevice(accelerator: Acceptance(rules: .ethosU), precisions: [.int8])
    let model = try test.runningModel(outputs: [y])
    let workload = try Workload(InferredGraph(model))
    let placed = PlacementPlan(workload, on: runtime).placements[0]
    #expect(placed.unit == 1)
    #expect(placed.refusal?.contains("contradict") == workload.layers[0].isContradictory)
  }

  /// Height and width come last where the model's images have their channels first.
  @Test func theAxesOfImagesAreThoseOfTheModel() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 16, 16], .int8)
    let resize = Resize(.nearest, target: .factors([1, 1, 2, 2]))
    let large = test.node(resize, [x], name: "large")
    let pool = Pooling(
      .max, kernel: [2, 2],
      window: SlidingWindow(strides: [2, 2], dilations: [1, 1], padding: .valid),
      layout: .channelsFirst)
    let y = test.node(pool, [large], name: "y")
    let graph = try test.workload(outputs: [y])
    #expect(graph.graph.imageLayout == .channelsFirst)
    let facts = OperatorFacts(graph.layers[0], in: graph.graph, graph.graph.imageLayout)
    #expect(facts.resizeFactor == 2 && facts.enlargement == 2 && facts.channels == 8)
  }

  /// A dequantize that is part of its neighbours starts no second part.
  @Test func foldedLayersBreakNoPart() throws {
    var first = Acceptance(kinds: [.activation])
    first.takesOnlyFirstPart = true
    var test = TestGraph()
    var x = test.input("x", [1, 64])
    for index in 0..<3 {
      x = test.dequantize(test.quantize(x, name: "q\(index)"), name: "d\(index)")
      x = test.node(Activation(.relu), [x], name: "r\(index)")
    }
    let workload = try test.workload(outputs: [x])
    let (_, runtime) = testDevice(accelerator: first, precisions: [.int8, .float32])
    let placements = PlacementPlan(workload, on: runtime).placements
    let units = workload.layers.filter { $0.kind == .activation }.map { placements[$0.index].unit }
    #expect(workload.layers.contains { $0.fold == .quantization })
    #expect(units == [0, 0, 0])
  }
}
