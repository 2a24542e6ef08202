import OpGraph
import TestSupport
import Testing

@testable import Analysis

@Suite struct ConventionTests {
  /// conv (8 x 8 x 4 -> 8, 3 x 3, bias) -> relu -> mean over space, and its counts by hand.
  private func workload() throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 4, 8, 8])
    let weights = test.weights("w", [8, 4, 3, 3])
    let convolution = Convolution(
      window: SlidingWindow(strides: [1, 1], dilations: [1, 1], padding: .sameUpper), groups: 1,
      layout: .channelsFirst, weightLayout: .outputInputSpace)
    let y = test.node(convolution, [x, weights, test.weights("b", [8])], name: "y")
    let relu = test.node(Activation(.relu), [y], name: "relu")
    let mean = test.node(
      Reduction(.globalAverage, axes: .spatial, keepsDimensions: true), [relu],
      name: "/pool/mean")
    for (index, name) in ["Conv", "Relu", "GlobalAveragePool"].enumerated() {
      test.graph.nodes[index].sourceOperator = name
    }
    return try test.workload(outputs: [mean])
  }

  private static let macs = 8 * 8 * 8 * 4 * 9
  private static let elements = 8 * 8 * 8

  private static let totals: [(String, Int)] = [
    ("contraction", macs),
    // The bias and the ReLU once for each element; each averaged element, and 4 for a division.
    ("onnx-tool", macs + 3 * elements + 8 * 4),
    // Each averaged element, and each result.
    ("thop", macs + elements + 8),
    ("fvcore", macs + elements),
  ]

  @Test(arguments: totals)
  func countsAsTheToolDoes(name: String, expected: Int) throws {
    let convention = try #require(Conventions.all.first { $0.name == name })
    let found = Reconciliation(try workload(), convention, format: .onnx)
    #expect(found.theirs == .fixed(expected))
    let told = found.differences.map { $0.theirs - $0.ours }.sum
    #expect(found.ours + told == .fixed(expected))
  }

  @Test func saysWhatAToolDoesNotRead() throws {
    let found = Reconciliation(try workload(), VelaConvention(), format: .onnx)
    #expect(found.theirs == nil)
    #expect(found.remark == "ethos-u-vela 5.2.0 does not read ONNX files")
  }

  @Test func whatAToolDoesNotSeeIsTold() throws {
    var test = TestGraph()
    let y = test.node(
      Attention(queryHeads: nil, keyHeads: nil),
      (0..<3).map { test.input("x\($0)", [1, 2, 4, 8]) }, name: "y")
    let found = Reconciliation(try test.workload(outputs: [y]), ThopConvention(), format: .onnx)
    #expect(found.theirs == 0)
    #expect(found.differences.map(\.ours) == [.fixed(2 * 4 * 4 * 16)])
  }

  @Test func saysWhatAToolStopsAt() throws {
    var test = TestGraph()
    let y = test.node(Activation(.mish), [test.input("x", [1, 8])], name: "y")
    let found = Reconciliation(
      try test.workload(outputs: [y]), OnnxToolConvention(), format: .onnx)
    #expect(found.theirs == nil && found.stopsAt == ["Mish"])
  }
}

@Suite struct LayerMatchingTests {
  /// Products of 4 x 8, 8 x 16 and 16 x 4 with activations, under names that start as said.
  private func workload(_ prefix: String, widths: [Int] = [4, 8, 16, 4]) throws -> Workload {
    var test = TestGraph()
    var x = test.input("x", [1, .fixed(widths[0])])
    for (index, pair) in zip(widths, widths.dropFirst()).enumerated() {
      x = test.product(x, inputs: pair.0, outputs: pair.1, name: "\(prefix)\(index)")
      x = test.node(Activation(.relu), [x], name: "\(prefix)relu\(index)")
    }
    return try test.workload(outputs: [x])
  }

  @Test func matchesNames() throws {
    let matching = LayerMatching(try workload("a"), try workload("a", widths: [4, 8, 32, 4]))
    #expect(matching.matches.map(\.old) == [0, 1, 2, 3, 4, 5])
    #expect(matching.matches.allSatisfy { $0.reason == .name })
    #expect(matching.added.isEmpty && matching.removed.isEmpty)
  }

  @Test func matchesStructureUnderOtherNames() throws {
    let matching = LayerMatching(try workload("a"), try workload("b"))
    #expect(matching.matches.map(\.old) == matching.matches.map(\.new))
    #expect(matching.matches.allSatisfy { $0.reason == .structure })
  }

  @Test func findsWhatWasPutIn() throws {
    let matching = LayerMatching(try workload("a"), try workload("b", widths: [4, 8, 16, 12, 4]))
    #expect(matching.matches.count == 6)
    #expect(matching.removed.isEmpty && matching.added.count == 2)
  }
}
