@testable import DeviceProfiles
import Analysis
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import HardwareMapping

@Suite struct FusionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var fusions: [FusionPatternName]
    /// Adds layers behind an image of 8 x 8 x 4.
    var build: @Sendable (inout TestGraph, ValueID) -> ValueID
    /// The layers of each kernel.
    var expected: [[Int]]
  }

  private static func relu(_ test: inout TestGraph, _ x: ValueID) -> ValueID {
    test.node(Activation(.relu), [x], name: "relu")
  }

  private static func add(_ test: inout TestGraph, _ x: ValueID, _ other: ValueID) -> ValueID {
    test.node(Elementwise(.add), [x, other], name: "add")
  }

  private static func convolution(_ test: inout TestGraph, _ x: ValueID) -> ValueID {
    test.convolution(x, inputs: 4, outputs: 4, name: "convolution")
  }

  static let cases: [Case] = [
    Case(
      testDescription: "nothing is fused without a pattern", fusions: [],
      build: { relu(&$0, convolution(&$0, $1)) }, expected: [[0], [1]]),
    Case(
      testDescription: "an activation", fusions: [.contractionActivation],
      build: { relu(&$0, convolution(&$0, $1)) }, expected: [[0, 1]]),
    Case(
      testDescription: "a constant and an activation", fusions: [.contractionBias],
      build: { test, x in
        let y = convolution(&test, x)
        return relu(&test, add(&test, y, test.weights("b", [4])))
      }, expected: [[0, 1, 2]]),
    Case(
      testDescription: "a constant is no other tensor", fusions: [.contractionResidual],
      build: { test, x in
        let y = convolution(&test, x)
        return relu(&test, add(&test, y, test.weights("b", [4])))
      }, expected: [[0], [1], [2]]),
    Case(
      testDescription: "the block's input is added", fusions: [.contractionResidual],
      build: { test, x in
        let y = convolution(&test, x)
        return relu(&test, add(&test, y, x))
      }, expected: [[0, 1, 2]]),
    Case(
      testDescription: "a pad, and what the convolution fuses",
      fusions: [.padWindow, .contractionActivation],
      build: { test, x in
        let padded = test.node(Pad(.fixed([0, 1, 1, 0, 0, 1, 1, 0])), [x], name: "pad")
        return relu(&test, convolution(&test, padded))
      }, expected: [[0, 1, 2]]),
    Case(
      testDescription: "a chain as long as it is", fusions: [.elementwiseChain],
      build: { test, x in (0..<4).reduce(x) { y, _ in relu(&test, y) } },
      expected: [[0, 1, 2, 3]]),
    Case(
      testDescription: "depthwise, activation, pointwise", fusions: [.depthwisePointwise],
      build: { test, x in
        let y = relu(&test, test.depthwise(x, channels: 4, name: "depthwise"))
        return test.convolution(y, inputs: 4, outputs: 8, kernelSize: 1, name: "pointwise")
      }, expected: [[0, 1, 2]]),
    Case(
      testDescription: "what is read twice is not inside a kernel",
      fusions: [.contractionActivation, .elementwiseActivation],
      build: { test, x in
        let y = convolution(&test, x)
        return add(&test, relu(&test, y), y)
      }, expected: [[0], [1], [2]]),
    Case(
      testDescription: "a sum between dequantized operands and a quantized result",
      fusions: [.qdq],
      build: { test, x in
        let integers = test.quantize(x, name: "q")
        let left = test.dequantize(integers, name: "left")
        let right = test.dequantize(integers, name: "right")
        return test.quantize(add(&test, left, right), name: "sum")
      }, expected: [[0], [1, 2, 3, 4]]),
    Case(
      testDescription: "GELU in five operators", fusions: [.gelu],
      build: { test, x in
        func constant(_ name: String, _ value: Double) -> ValueID {
          test.weights(name, [], .float32, .floats([value]))
        }
        let scaled = test.node(Elementwise(.divide), [x, constant("root", 1.414)], name: "div")
        let erf = test.node(Elementwise(.errorFunction), [scaled], name: "erf")
        let one = test.node(Elementwise(.add), [erf, constant("one", 1)], name: "one")
        let product = test.node(Elementwise(.multiply), [x, one], name: "product")
        return test.node(Elementwise(.multiply), [product, constant("half", 0.5)], name: "y")
      }, expected: [[0, 1, 2, 3, 4]]),
  ]

  @Test(arguments: cases)
  func kernelsHoldTheOperatorsOfAPattern(test: Case) throws {
    var graph = TestGraph()
    let y = test.build(&graph, graph.input("x", [1, 8, 8, 4]))
    let workload = try Workload(InferredGraph(graph.runningModel(outputs: [y])))
    let (_, runtime) = testDevice(fusions: test.fusions)
    let kernels = KernelPlanner(workload, on: runtime).kernels()
    #expect(kernels.map(\.layers) == test.expected)
    #expect(kernels.allSatisfy { ($0.layers.count > 1) == !$0.fusions.isEmpty })
  }

  /// A square that is written as d * d reads d twice, and neither read leaves the kernel.
  @Test func anOperandThatIsReadTwiceIsTakenOffTwice() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 4])
    func mean(_ value: ValueID, _ name: String) -> ValueID {
      test.node(Reduction(.mean, axes: .fixed([-1]), keepsDimensions: true), [value], name: name)
    }
    let difference = test.node(Elementwise(.subtract), [x, mean(x, "mean")], name: "difference")
    let square = test.node(Elementwise(.multiply), [difference, difference], name: "square")
    let epsilon = test.weights("epsilon", [], .float32, .floats([1e-5]))
    let sum = test.node(Elementwise(.add), [mean(square, "variance"), epsilon], name: "sum")
    let root = test.node(Elementwise(.squareRoot), [sum], name: "root")
    let y = test.node(Elementwise(.divide), [difference, root], name: "y")
    let workload = try test.workload(outputs: [y])
    let (_, runtime) = testDevice(fusions: [.layerNormalization])
    let kernels = KernelPlanner(workload, on: runtime).kernels()
    #expect(kernels.map(\.layers) == [[0, 1, 2, 3, 4, 5, 6]])
    // x is read for the mean and for the difference; y is written.
    #expect(kernels[0].traffic.activationsRead == .fixed(2 * 1024))
    #expect(kernels[0].traffic.activationsWritten == .fixed(1024))
  }

  @Test func everyPatternIsNamedOnceAndEveryProfileKnowsItsOwn() throws {
    let names = FusionCatalog.patterns.map(\.name)
    #expect(names.count == FusionPatternName.allCases.count)
    #expect(Set(names) == Set(FusionPatternName.allCases))
    #expect(FusionCatalog.patterns.allSatisfy { ($0.steps == nil) != ($0.function == nil) })
  }

  /// 8 x 8 positions of 9 kernel elements of 4 channels, written and read: 2 x 9216 B at 1 MB/s.
  @Test func patchesOfAnImageTakeTime() throws {
    var test = TestGraph()
    let y = test.convolution(test.input("x", [1, 8, 8, 4]), inputs: 4, outputs: 4, name: "y")
    let workload = try test.workload(outputs: [y])
    #expect(workload.layers[0].patchBytes == .fixed(8 * 8 * 9 * 4 * 4))
    let (device, plain) = testDevice(bytesPerSecond: 1e5)
    let (_, patched) = testDevice(bytesPerSecond: 1e5, imageToColumn: [.convolution])
    let before = InferenceEstimate(workload, on: device, runtime: plain)
    let after = InferenceEstimate(workload, on: device, runtime: patched)
    #expect(after.kernels[0].kernel.scratchBytes == .fixed(9216))
    let difference = (after.latency?.value ?? 0) - (before.latency?.value ?? 0)
    #expect(abs(difference - 2 * 9216 / 1e5) < 1e-9)
  }
}

/// What holds of any model on any device.
@Suite struct MappingPropertyTests {
  static let models: [String] =
    Paths.fixtures + (Paths.sharedModels.map { Paths.models(below: $0) } ?? [])

  @Test func fusingMovesLessAndComputesTheSame() throws {
    var mapped = 0
    for path in Self.models where !path.contains("/malformed/") {
      guard let model = try? Model(contentsOf: path),
        let complete = try? InferredGraph(model), let workload = try? Workload(complete),
        workload.coverage.isComplete
      else { continue }
      let compulsory = workload.totals.traffic.total.fixedValue ?? 0
      for fusions in [[], FusionCatalog.patterns.map(\.name)] {
        let (_, runtime) = testDevice(fusions: fusions)
        let kernels = KernelPlanner(workload, on: runtime).kernels()
        let layers = kernels.flatMap(\.layers)
        #expect(Set(layers).count == layers.count, "\(path): a layer in two kernels")
        let macs = layers.map { workload.layers[$0].work.macs }.sum
        #expect(macs == workload.totals.macs, "\(path)")
        let moved = kernels.map(\.traffic.total).sum.fixedValue ?? .max
        #expect(moved <= compulsory && (moved == compulsory || !fusions.isEmpty), "\(path)")
        // What is gone was written and read once inside kernels.
        #expect(
          moved >= compulsory - 3 * (workload.memory.activationBytes.fixedValue ?? 0), "\(path)")
      }
      mapped += 1
    }
    #expect(mapped >= 10)
  }

  @Test func sumsAndPeaksHoldTheirBounds() throws {
    for path in Self.models where !path.contains("/malformed/") {
      guard let model = try? Model(contentsOf: path),
        let workload = try? Workload(InferredGraph(model)), workload.coverage.isComplete
      else { continue }
      let layers = workload.layers
      #expect(layers.map(\.work.macs).sum == workload.totals.macs, "\(path)")
      #expect(layers.map(\.work.otherOps).sum == workload.totals.otherOps, "\(path)")
      #expect(layers.map(\.traffic.total).sum == workload.totals.traffic.total, "\(path)")
      guard let peak = workload.memory.peak?.bytes, workload.graph.regions.isEmpty else { continue }
      for layer in layers where layer.fold == nil {
        let own = Set(
          (layer.inputs.compactMap { $0 } + layer.outputs).map { workload.aliases[$0.index] })
        let values = own.map { workload.graph.values[$0] }
        let bytes = values.filter {
          !$0.isConstant && $0.origin != .state && $0.type.elementType != .resource
        }
        .compactMap(\.type.storageBytes.fixedValue).reduce(0, +)
        #expect(peak >= bytes, "\(path): \(layer.name)")
      }
      if let arena = workload.memory.arenaBytes { #expect(arena >= peak, "\(path)") }
    }
  }
}
