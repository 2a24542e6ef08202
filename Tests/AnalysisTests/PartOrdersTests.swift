import TestSupport
import Testing

@testable import Analysis

@Suite struct PartOrdersTests {
  /// A part from steps that each make one activation: what they read, by the steps that make it, and its
  /// bytes.
  ///
  /// The first `inputs` activations are there from the start; the last one is kept.
  private func part(inputs: [Int], _ steps: [(reads: [Int], bytes: Int)]) -> PartOrders {
    let count = steps.count
    let values = (0..<inputs.count + count).map { value in
      var readBy = StepSet(count: count)
      for (index, step) in steps.enumerated() where step.reads.contains(value) {
        readBy.insert(index)
      }
      return PartOrders.Value(
        bytes: value < inputs.count ? inputs[value] : steps[value - inputs.count].bytes,
        readBy: readBy, isKept: value == inputs.count + count - 1,
        producer: value < inputs.count ? nil : value - inputs.count)
    }
    return PartOrders(
      steps: steps.enumerated().map { index, step in
        var needs = StepSet(count: count)
        for value in step.reads where value >= inputs.count { needs.insert(value - inputs.count) }
        return PartOrders.Step(needs: needs, made: [index + inputs.count], read: step.reads)
      }, values: values, live: inputs.reduce(0, +), offset: 10)
  }

  /// Two branches that grow to 100 and shrink to 1, both grown first: 10 + 200 bytes.
  ///
  /// One after the other it is the input, a large activation, and a small one from before or after: 10 + 100 + 1. Of equal orders
  /// the one that goes on with the lower step is taken: 0 after 1 and 3, not 1 after 0 and 2.
  @Test func findsTheOrderOfBranches() throws {
    let part = part(
      inputs: [10], [([0], 100), ([0], 100), ([1], 1), ([2], 1), ([3, 4], 1)])
    let found = try #require(part.order(below: 210))
    #expect(found.peak == 111)
    #expect(found.steps == [11, 13, 10, 12, 14])
    // No order is better, which the bound does not say: the search does.
    #expect(part.order(below: 111) == nil)
  }

  /// Whatever the order, all results are live when the last step reads them: 3 * 5 + 15.
  @Test func endsAtTheLowerBound() {
    let part = part(inputs: [5], [([0], 5), ([0], 5), ([0], 5), ([1, 2, 3], 15)])
    #expect(part.order(below: 30) == nil)
    // With a limit above the bound any order is as good.
    #expect(Set(part.order(below: 31)?.steps.prefix(3) ?? []) == [10, 11, 12])
    #expect(part.order(below: 31)?.peak == 30)
  }

  /// On small random parts all orders are tried: the search finds none that is not there, and the limit
  /// that the least peak gives is kept.
  @Test(arguments: 0..<60)
  func agreesWithAllOrders(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let sizes = [1, 8, 64, 100]
    var steps: [(reads: [Int], bytes: Int)] = []
    for index in 0..<6 {
      let reads = Set(
        (0..<Int.random(in: 1...2, using: &random)).map { _ in
          Int.random(in: 0...index, using: &random)
        })
      steps.append((reads.sorted(), sizes.randomElement(using: &random) ?? 1))
    }
    steps.append((Array(1...6), 1))
    let part = part(inputs: [8], steps)
    let best = least(8, steps)
    #expect(part.order(below: best) == nil)
    let found = try #require(part.order(below: best + 1))
    #expect(found.peak == best)
    #expect(Set(found.steps) == Set(10..<17))
  }

  /// The least peak of all orders; the last activation is kept.
  private func least(_ input: Int, _ steps: [(reads: [Int], bytes: Int)]) -> Int {
    func bytes(_ value: Int) -> Int { value == 0 ? input : steps[value - 1].bytes }
    func least(_ done: Set<Int>, _ live: Set<Int>, _ peak: Int) -> Int {
      if done.count == steps.count { return peak }
      var best = Int.max
      for (index, step) in steps.enumerated()
      where !done.contains(index) && step.reads.allSatisfy({ $0 == 0 || done.contains($0 - 1) }) {
        let during = live.union([index + 1])
        let after = done.union([index])
        let kept = during.filter { value in
          value == steps.count
            || steps.indices.contains { !after.contains($0) && steps[$0].reads.contains(value) }
        }
        let now = during.reduce(0) { $0 + bytes($1) }
        best = min(best, least(after, kept, max(peak, now)))
      }
      return best
    }
    return least([], [0], 0)
  }
}

@Suite struct StepSetTests {
  @Test func holdsNumbersAcrossWords() {
    var set = StepSet(count: 130)
    #expect(set.isEmpty)
    for number in [0, 63, 64, 129] { set.insert(number) }
    var found: [Int] = []
    set.forEach { found.append($0) }
    #expect(found == [0, 63, 64, 129])
    set.remove(64)
    #expect(!set.contains(64) && set.contains(129))
    var other = StepSet(count: 130)
    for number in [0, 63] { other.insert(number) }
    #expect(other.isSubset(of: set) && !set.isSubset(of: other))
    #expect(set.isSubset(of: other, and: 129) && !set.isSubset(of: other, and: 1))
    #expect(set.intersects(other))
    var third = StepSet(count: 130)
    third.insert(100)
    #expect(!set.intersects(third))
    third.formUnion(other)
    #expect(set.intersects(third) && third.contains(100))
  }
}
