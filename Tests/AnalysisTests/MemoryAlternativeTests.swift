import GraphImport
import OpGraph
import TestSupport
import Testing

@testable import Analysis

@Suite struct MemoryAlternativeTests {
  /// x (64 B) -> a -> b -> c, each of 64 B and element by element.
  private func chain() throws -> InferredGraph {
    var test = TestGraph()
    var x = test.product(test.input("x", [1, 16]), inputs: 16, outputs: 16, name: "a")
    x = test.node(Activation(.relu), [x], name: "b")
    x = test.node(Activation(.tanh), [x], name: "c")
    return try InferredGraph(test.model(outputs: [x]))
  }

  @Test func namesWhatIsAliveAtThePeak() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 4])
    let large = test.product(x, inputs: 4, outputs: 100, name: "large")
    let small = test.product(large, inputs: 100, outputs: 50, name: "small")
    let workload = try test.workload(outputs: [small])
    let peak = try #require(workload.memory.peak)
    #expect(peak.bytes == 4 * 150 && peak.layer == 1)
    #expect(peak.buffers.map { workload.graph[$0.value].name } == ["large", "small"])
    #expect(peak.buffers.map(\.bytes) == [400, 200])
  }

  /// The input is kept; what follows it needs one buffer instead of two at a time.
  @Test func layersWriteOverAnOperand() throws {
    let complete = try chain()
    let plan = try #require(MemoryPlan.inPlace(Workload(complete)))
    #expect(plan.layers == [1, 2])
    #expect(plan.peakBytes == 128)
    #expect(plan.arenaBytes == 128)
    // a and b are live at once, then b and c: 128 B as well, so nothing is gained at the peak.
    #expect(try Workload(complete).memory.peak?.bytes == 128)
  }

  @Test func whatIsReadAgainIsNotWrittenOver() throws {
    var test = TestGraph()
    let x = test.product(test.input("x", [1, 16]), inputs: 16, outputs: 16, name: "a")
    let b = test.node(Activation(.relu), [x], name: "b")
    let y = test.node(Elementwise(.add), [x, b], name: "y")
    let plan = try #require(MemoryPlan.inPlace(test.workload(outputs: [y])))
    #expect(plan.layers == [2])
  }

  @Test func aResultIsNotWrittenOver() throws {
    var test = TestGraph()
    let a = test.product(test.input("x", [1, 4]), inputs: 4, outputs: 16, name: "a")
    let b = test.node(Activation(.relu), [a], name: "b")
    #expect(try MemoryPlan.inPlace(test.workload(outputs: [a, b])) == nil)
  }

  /// As many branches as the beam cannot follow side by side.
  @Test func manyBranchesAreSearchedGreedily() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 4])
    let large = (0..<150).map { test.product(x, inputs: 4, outputs: 1000, name: "large\($0)") }
    let small = large.enumerated().map {
      test.product($0.element, inputs: 1000, outputs: 1, name: "small\($0.offset)")
    }
    let y = test.node(Elementwise(.sum), small, name: "y")
    let plan = try #require(MemoryPlan.reordered(test.workload(outputs: [y])))
    #expect(plan.peakBytes < 2 * 4000)
  }

  /// Four branches that grow before they shrink, all grown first.
  @Test func branchesRunOneAfterTheOther() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 16])
    let large = (0..<4).map { test.product(x, inputs: 16, outputs: 1000, name: "large\($0)") }
    let small = large.enumerated().map {
      test.product($0.element, inputs: 1000, outputs: 16, name: "small\($0.offset)")
    }
    let sums = [0, 2].map {
      test.node(Elementwise(.add), [small[$0], small[$0 + 1]], name: "sum\($0)")
    }
    let y = test.node(Elementwise(.add), sums, name: "y")
    let complete = try InferredGraph(test.model(outputs: [y]))
    let before = try #require(Workload(complete).memory.peak?.bytes)
    // Four large ones beside the input, or beside the first small one.
    #expect(before == 4 * 4000 + 64)
    let plan = try #require(MemoryPlan.reordered(Workload(complete)))
    // One large one, the input, at most one small one or sum before it, and the one it makes.
    #expect(plan.peakBytes == 4000 + 64 + 64 + 64)
    #expect(try isValid(plan.layers, complete))
  }

  @Test func aChainLeavesNoChoice() throws {
    #expect(try MemoryPlan.reordered(Workload(chain())) == nil)
  }

  /// Every layer comes after those that make its operands.
  private func isValid(_ order: [Int], _ complete: InferredGraph) throws -> Bool {
    let graph = complete.graph
    var made = Set(graph.inputs)
    for index in order {
      let operands = graph.nodes[index].inputs.compactMap { $0 }.filter { !graph[$0].isConstant }
      guard operands.allSatisfy(made.contains) else { return false }
      made.formUnion(graph.nodes[index].outputs.compactMap { $0 })
    }
    return Set(order).count == order.count
  }

  /// On random graphs: a better order is better, valid, and never below what one layer needs.
  @Test(arguments: 0..<40)
  func ordersHoldTheirBounds(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var test = TestGraph()
    var values = [test.input("x", [1, 64])]
    var sizes = [64]
    for index in 0..<12 {
      let operand = Int.random(in: 0..<values.count, using: &random)
      let size = [8, 64, 512, 2048].randomElement(using: &random) ?? 8
      values.append(
        test.product(values[operand], inputs: sizes[operand], outputs: size, name: "n\(index)"))
      sizes.append(size)
    }
    let ends = values.enumerated().dropFirst().map {
      test.product($0.element, inputs: sizes[$0.offset], outputs: 4, name: "end\($0.offset)")
    }
    let y = test.node(Elementwise(.sum), ends, name: "y")
    let complete = try InferredGraph(test.model(outputs: [y]))
    let workload = try Workload(complete)
    let peak = try #require(workload.memory.peak?.bytes)
    let least =
      workload.layers.map { layer in
        Set(layer.inputs.compactMap { $0 } + layer.outputs).filter {
          !workload.graph[$0].isConstant
        }
        .compactMap { workload.graph[$0].type.storageBytes.fixedValue }.reduce(0, +)
      }.max() ?? 0
    #expect(peak >= least)
    guard let plan = MemoryPlan.reordered(workload) else { return }
    #expect(plan.peakBytes < peak && plan.peakBytes >= least)
    #expect(try isValid(plan.layers, complete))
    #expect(plan.layers.count == workload.layers.count)
  }
}

@Suite struct StateTests {
  /// A cache of 10 steps that a new one is put behind, read by a product and returned.
  @Test func aCacheThatIsReturnedIsState() throws {
    var test = TestGraph()
    let past = test.input("past", [1, 10, 8])
    let new = test.input("new", [1, 1, 8])
    let present = test.node(Concat(axis: 1), [past, new], name: "present")
    let y = test.node(Activation(.relu), [present], name: "y")
    let workload = try test.workload(outputs: [y, present])
    let traffic = workload.layers[0].traffic
    #expect(traffic.stateRead == .fixed(4 * 80) && traffic.activationsRead == .fixed(4 * 8))
    #expect(traffic.stateWritten == .fixed(4 * 88) && traffic.activationsWritten == 0)
    #expect(workload.layers[1].traffic.stateRead == .fixed(4 * 88))
  }

  @Test func aResultThatNothingReadsIsNone() throws {
    var test = TestGraph()
    let both = [test.input("a", [1, 8]), test.input("b", [1, 8])]
    let y = test.node(Concat(axis: 1), both, name: "y")
    #expect(try test.workload(outputs: [y]).totals.traffic.stateWritten == 0)
  }
}
