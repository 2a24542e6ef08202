@testable import DeviceProfiles
import Analysis
@testable import HardwareMapping
import OpGraph
import Quantities
import TestSupport
import Testing

private func derived<U>(_ value: Double) -> Estimate<U> {
  Estimate(exactly: value, provenance: .derived, sources: ["test"])
}

/// 128 multiply-accumulates a cycle in microblocks of 1 x 2 x 8, half a cycle an output.
private let configuration = EthosUConfiguration(
  microblock: FeatureMapExtent(1, 2, 8), cores: 1, blockBuffer: derived(22 * 1024),
  cyclesPerPoolPosition: derived(4), cyclesPerOutput: derived(0.5),
  cyclesPerAddition: derived(1.5), cyclesPerMultiplication: derived(0.75),
  cyclesPerWideMultiplication: derived(1.25), cyclesPerCopy: derived(1),
  cyclesPerInterpolation: derived(2.2), cyclesPerArgMax: derived(12),
  softmax: EthosUConfiguration.SoftmaxCycles(
    start: derived(1000), perRow: derived(54), perElement: derived(15.6)),
  cyclesPerStart: derived(0),
  latency: EthosUConfiguration.Latency(read: derived(32), write: derived(32)),
  externalLatency: EthosUConfiguration.Latency(read: derived(500), write: derived(250)),
  intervalFactor: 2, sources: ["test"])

private let memories = EthosUMemories(nearBytesPerCycle: 8, externalBytesPerCycle: 1)

private let formulas = EthosUFormulas(
  configuration: configuration, constants: .standard, memories: memories)

private let square = FeatureMapExtent(8, 8, 16)

/// The operations of a workload that lies on the unit as a whole.
private func operations(_ workload: Workload) -> [EthosUOperation?] {
  let lowering = EthosULowering(
    workload, isOnUnit: workload.layers.map { _ in true }, flow: DataFlow(workload))
  return workload.layers.indices.map(lowering.operation)
}

@Suite struct EthosUTests {
  /// One block holds the whole: 8 x 4 microblocks of 4 cycles for each 8 of 16 channels are 256
  /// cycles, 1,024 outputs take 512; the other stage once, and 32 + 1,024 / 8 cycles in and out.
  @Test func aPointwiseConvolutionOfOneBlock() {
    let operation = EthosUOperation(kind: .convolution, input: square, output: square)
    let block = BlockChoice(configuration).choose(operation, isKernelFirst: false)
    #expect(block.output == square)
    let cost = formulas.cost(of: operation, after: 0)
    #expect(cost.cycles == 512 + 256 + 160 + 160)
    // 256 weights of 0.9 bytes, 40 besides, and 10 bytes of scale and bias a channel.
    #expect(abs(cost.externalBytes - (256 * 0.9 + 40 + 160)) < 1e-9)
    #expect(cost.nearBytes == 1024 + 1024)
    #expect(cost.total(in: memories) == 1088)
  }

  /// 9 kernel elements are 3 bundles of 4 for each output; 16 channels depth by depth.
  @Test func aDepthwiseConvolutionStepsOverItsKernel() {
    var operation = EthosUOperation(kind: .depthwise, input: square, output: square)
    operation.kernelSize = (3, 3)
    let cost = formulas.cost(of: operation, after: 0)
    // 32 microblocks * 4 * 3 steps * 2 depths; the block's outputs once; 10 x 10 is clipped to 8 x 8.
    #expect(cost.cycles == 768 + 512 + 160 + 160)
  }

  @Test func elementwiseOperatorsTakeTheOutputStage() {
    let sum = EthosUOperation(
      kind: .addition(read: 2, constants: 0), input: square, output: square)
    let cost = formulas.cost(of: sum, after: 0)
    #expect(cost.cycles == 1536)
    #expect(cost.nearBytes == 3 * 1024)
    let softmax = EthosUOperation(
      kind: .softmax, input: FeatureMapExtent(1, 2, 10), output: FeatureMapExtent(1, 2, 10))
    #expect(formulas.cost(of: softmax, after: 0).cycles == 1000 + 54 + 312)
  }

  /// Runs of 3 bytes use a quarter of what a burst brings.
  @Test func fewChannelsInRowsWasteBursts() {
    var operation = EthosUOperation(
      kind: .convolution, input: FeatureMapExtent(8, 8, 3), output: square)
    operation.source.isInRows = true
    let narrow = formulas.cost(of: operation, after: 0).nearBytes
    #expect(narrow == 64 * 3 * 4 + 1024)
  }

  @Test func whatIsNoOperatorOfItsOwnCostsNothing() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 16], .int8)
    let pads = test.weights("pads", [4, 2], .int32, .integers([0, 0, 1, 1, 1, 1, 0, 0]))
    let padded = test.node(Pad(.pairs), [x, pads], name: "pad")
    let made = test.convolution(padded, inputs: 16, outputs: 16, .int8, name: "convolution")
    let clipped = test.node(Activation(.relu), [made], name: "relu")
    let sum = test.node(Elementwise(.add), [clipped, clipped], name: "sum")
    let kinds = operations(try test.workload(outputs: [sum])).map { $0?.kind }
    #expect(kinds[0] == .nothing)
    #expect(kinds[1] == .convolution)
    #expect(kinds[2] == .nothing)
    #expect(kinds[3] == .addition(read: 2, constants: 0))
  }

  /// A matmul of many rows is laid out as an image that is as square as it can be.
  @Test func rowsOfAMatMulBecomeAnImage() throws {
    var test = TestGraph()
    let x = test.input("x", [12, 64], .int8)
    let y = test.product(x, inputs: 64, outputs: 10, .int8, name: "y")
    let operation = try #require(operations(try test.workload(outputs: [y]))[0])
    #expect(operation.input == FeatureMapExtent(3, 4, 64))
    #expect(operation.output == FeatureMapExtent(3, 4, 10))
  }

  @Test func theEdgesOfTheGraphLieBehindWhereCapacityIsSmall() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 16], .int8)
    let a = test.convolution(x, inputs: 16, outputs: 16, .int8, name: "a")
    let b = test.convolution(a, inputs: 16, outputs: 16, .int8, name: "b")
    let workload = try test.workload(outputs: [b])
    let flow = DataFlow(workload)
    func external(_ capacity: Double?) -> [Bool] {
      let maps = FeatureMaps(
        workload, operations(workload), isOnUnit: [true, true], flow: flow,
        layout: .channelsLast, capacity: capacity)
      return [x, a, b].map { maps.residence(of: $0).isExternal }
    }
    #expect(external(nil) == [false, false, false])
    #expect(external(10_000) == [true, false, true])
    // 2,048 bytes are live while b runs: the two run as a cascade, whose inside stays.
    #expect(external(1500) == [true, false, true])
  }

  /// The formulas' cycles become the kernel's time, with the factor of the interval.
  @Test func cyclesBecomeTime() throws {
    let profile = try DeviceCatalog.profile(named: "ethos-u55-128")
    let runtime = try #require(profile.runtime(named: nil))
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 16], .int8)
    let y = test.convolution(x, inputs: 16, outputs: 16, kernelSize: 1, .int8, name: "y")
    var model = try test.runningModel(outputs: [y])
    for id in [x, y] {
      model.graph[id].type.quantization = Quantization(
        granularity: .perTensor, scales: [1], zeroPoints: [0])
    }
    let workload = try Workload(InferredGraph(model))
    let kernel = try #require(
      InferenceEstimate(workload, on: profile, runtime: runtime).kernels.first)
    #expect(kernel.unit == "ethos-u55-128")
    #expect(abs((kernel.time?.value ?? 0) - 1088 / 500e6) < 1e-12)
    #expect(kernel.bound == .compute)
  }

  /// Every length is covered, no block leaves the buffers, and shapes from a file cannot trap.
  @Test(arguments: [1, 2, 3, 7, 16, 31, 100, 1 << 20, 1 << 40]) func anyShapeHasABlock(
    length: Int
  ) {
    for channels in [1, 3, 8, 24, 1 << 20] {
      var operation = EthosUOperation(
        kind: .convolution, input: FeatureMapExtent(length, length, channels),
        output: FeatureMapExtent(length, length, channels))
      operation.kernelSize = (length, 3)
      operation.stride = (1 << 40, 2)
      let cost = formulas.cost(of: operation, after: 0)
      #expect(cost.cycles.isFinite && cost.cycles > 0)
    }
  }

  /// Axes may count from the back, and a tensor may have no elements.
  @Test func oddOperatorsAreNoTrap() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 4, 6, 8], .int8)
    let turned = test.node(
      Transpose(permutation: [0, 2, 1, -1], reversesByDefault: false), [x], name: "turned")
    let empty = test.input("empty", [0, .fixed(1 << 24), .fixed(1 << 24)], .int8)
    let kept = test.node(Elementwise(.absolute), [empty], name: "kept")
    let kinds = operations(try test.workload(outputs: [turned, kept])).map { $0?.kind }
    #expect(kinds == [.transposition(passes: 1), .nothing])
  }

  @Test func aMicroblockBeyondEveryBlockIsRefused() {
    var large = configuration
    large.microblock.height = 64
    #expect(large.problems.count == 1)
    #expect(configuration.problems.isEmpty)
  }

  /// A unit without a bandwidth has no memory to take operands from.
  @Test func withoutAMemoryNoCostIsKnown() throws {
    var profile = try DeviceCatalog.profile(named: "ethos-u55-128")
    profile.runtimes[0].units[0].bandwidth = [:]
    #expect(profile.problems().contains { "\($0)".contains("needs the bandwidth of a memory") })
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 16], .int8)
    let y = test.node(Softmax(), [x], name: "y")
    let workload = try test.workload(outputs: [y])
    let model = EthosUModel(
      configuration,
      UnitAssignment(
        workload: workload, flow: DataFlow(workload), device: profile,
        unit: profile.runtimes[0].units[0], isOnUnit: [true]))
    let kernels = KernelPlanner.kernels(of: workload, fusions: [])
    #expect(kernels.map(model.costs(of: kernels)).map { $0 == nil } == [true])
    #expect(model.copiedViews.isEmpty)
  }
}
