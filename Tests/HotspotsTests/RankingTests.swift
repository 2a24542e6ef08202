import Quantities
import Analysis
import HardwareMapping
import OpGraph
import TestSupport
import Testing

@testable import Hotspots

@Suite struct RankingTests {
  /// Products of 100, 300 and 600 multiply-accumulates.
  private func evaluation() throws -> Evaluation {
    var test = TestGraph()
    let x = test.input("x", [1, 10])
    let a = test.product(x, inputs: 10, outputs: 10, name: "/body/first/MatMul")
    let b = test.product(a, inputs: 10, outputs: 30, name: "/body/second/MatMul")
    let y = test.product(b, inputs: 30, outputs: 20, name: "/head/MatMul")
    let complete = try InferredGraph(test.model(outputs: [y]))
    return try Evaluation(Scenario(complete, target: nil))
  }

  @Test func ranksLayersWithTheirCumulativeShare() throws {
    let ranking = Ranking(try evaluation(), by: .macs, grouping: .layer)
    #expect(ranking.entries.map(\.value) == [600, 300, 100])
    #expect(ranking.entries.map(\.layers) == [[2], [1], [0]])
    let sums = ranking.entries.compactMap(\.cumulativeShare)
    #expect(zip(sums, [0.6, 0.9, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func groupsByModule() throws {
    let evaluation = try evaluation()
    let outer = Ranking(evaluation, by: .macs, grouping: .module)
    #expect(outer.entries.map(\.name) == ["head", "body"])
    #expect(outer.remainder == nil)
    let inner = Ranking(evaluation, by: .macs, grouping: .module, depth: 2)
    #expect(inner.entries.map(\.name) == ["head", "body/second", "body/first"])
  }

  @Test func groupsByOperator() throws {
    let ranking = Ranking(try evaluation(), by: .macs, grouping: .operator)
    #expect(ranking.entries.map(\.name) == ["MatMul"])
    #expect(ranking.entries[0].layers == [0, 1, 2])
  }

  /// A root that all names share is left out, so modules start after it.
  @Test func modulesStartBehindTheSharedRoot() throws {
    var test = TestGraph()
    var x = test.input("x", [1, 4])
    for name in ["net/model/first/a", "net/model/first/b", "net/model/second/c"] {
      x = test.product(x, inputs: 4, outputs: 4, name: name)
    }
    let complete = try InferredGraph(test.model(outputs: [x]))
    let evaluation = try Evaluation(Scenario(complete, target: nil))
    let ranking = Ranking(evaluation, by: .macs, grouping: .module)
    #expect(ranking.entries.map(\.name) == ["net/model/first", "net/model/second"])
  }

  @Test(arguments: [
    ("/layer1/layer1.0/conv1/Conv_output_0", ["layer1", "layer1.0", "conv1"]),
    ("encoder.0.weight", ["encoder", "0"]), ("output", []),
  ])
  func readsModulesFromNames(name: String, scope: [String]) {
    #expect(Ranking.scope(of: name) == scope)
  }

  /// A converter joins the names of what became part of an operator.
  @Test func theShortNameIsThatOfTheOperator() throws {
    var test = TestGraph()
    let name = "m/act_2/Relu;m/bn_2/FusedBatchNormV3;m/conv_1/Conv2D;m/conv_1/BiasAdd"
    let y = test.convolution(
      test.input("x", [1, 8, 8, 8]), inputs: 8, outputs: 8, name: name)
    #expect(try test.workload(outputs: [y]).layers[0].shortName == "m/conv_1/Conv2D")
  }

  @Test func groupsLayersOfOneImageSize() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 4])
    let a = test.convolution(x, inputs: 4, outputs: 4, name: "a")
    let b = test.convolution(a, inputs: 4, outputs: 4, name: "b")
    let c = test.convolution(b, inputs: 4, outputs: 4, stride: 2, name: "c")
    let complete = try InferredGraph(test.model(outputs: [c]))
    let evaluation = try Evaluation(Scenario(complete, target: nil))
    let ranking = Ranking(evaluation, by: .macs, grouping: .block)
    #expect(ranking.entries.map(\.name) == ["layers 0 to 1, 8x8", "layers 2 to 2, 4x4"])
  }

  @Test func memoryIsTheMostThatAnyLayerNeeds() throws {
    let ranking = Ranking(try evaluation(), by: .arenaBytes, grouping: .operator)
    // The second product reads 10 and writes 30 elements, the third 30 and 20.
    #expect(ranking.entries.map(\.value) == [4 * 50])
    #expect(ranking.entries[0].cumulativeShare == nil)
  }

  @Test func sharesOfADeviceSumToOneWithoutItsOverhead() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 10])
    let y = test.product(x, inputs: 10, outputs: 10, name: "y")
    let (device, runtime) = testDevice()
    let target = Scenario.Target(
      device: device, runtime: runtime, carbonPerJoule: 2, carbonPerSecond: 3)
    let evaluation = try Evaluation(
      Scenario(try InferredGraph(test.model(outputs: [y])), target: target))
    // 100 MACs of 2 cycles, or 480 B at 1 MB/s, and 1 ms; the runtime's own 2 ms are no layer's.
    #expect(abs(evaluation.cost(.latency, of: 0) - (480e-6 + 1e-3)) < 1e-12)
    let carbon = evaluation.cost(.energy, of: 0) * 2 + evaluation.cost(.latency, of: 0) * 3
    #expect(evaluation.cost(.carbon, of: 0) == carbon)
  }
}
