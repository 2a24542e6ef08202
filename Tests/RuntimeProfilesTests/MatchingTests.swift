import Analysis
import OpGraph
import TestSupport
import Testing

@testable import RuntimeProfiles

/// Entries of made-up profiles on a small graph.
@Suite struct MatchingTests {
  /// first (matmul) -> second (matmul) -> third (matmul).
  private func workload() throws -> Workload {
    var test = TestGraph()
    let x = test.input("x", [1, 10])
    let a = test.product(x, inputs: 10, outputs: 10, name: "/body/first/MatMul")
    let b = test.product(a, inputs: 10, outputs: 30, name: "/body/second/MatMul")
    let y = test.product(b, inputs: 30, outputs: 20, name: "/head/MatMul")
    return try test.workload(outputs: [y])
  }

  private func entry(
    _ name: String, _ word: String, _ seconds: Double, parts: [String]? = nil
  ) -> RuntimeProfile.Entry {
    RuntimeProfile.Entry(
      name: name, operatorWord: word, parts: parts ?? [name], timing: Timing(seconds))
  }

  private func layers(_ entries: [RuntimeProfile.Entry], _ format: ProfileFormat = .onnxruntime)
    throws -> [[Int]]
  {
    try ProfileMatching(RuntimeProfile(format, entries: entries), workload()).kernels.map(\.layers)
  }

  @Test func matchesNamesWithWhatARuntimeAddsToThem() throws {
    let entries = [
      entry("/head/MatMul_nchwc", "Gemm", 3),
      entry("/body/first/MatMul/MatMulAddFusion", "Gemm", 1),
      entry("/body/second/MatMul_token_12", "FusedMatMul", 2),
    ]
    let matching = ProfileMatching(RuntimeProfile(.onnxruntime, entries: entries), try workload())
    #expect(matching.kernels.map(\.timing.value) == [1, 2, 3])
    #expect(matching.unmatched.isEmpty && matching.unmeasured.isEmpty)
  }

  @Test func matchesOperatorsInOrderWithoutNames() throws {
    #expect(
      try layers([
        entry("0", "FULLY_CONNECTED", 1), entry("1", "FULLY_CONNECTED", 2),
        entry("2", "FULLY_CONNECTED", 3),
      ]) == [[0], [1], [2]])
  }

  @Test func takesAnOperatorOfAnotherNameByItsPlace() throws {
    #expect(
      try layers([
        entry("/body/first/MatMul", "Gemm", 1), entry("fused_7", "Mystery", 2),
        entry("/head/MatMul", "Gemm", 3),
      ]) == [[0], [1], [2]])
  }

  @Test func listsWhatARuntimeAdds() throws {
    let entries = [
      entry("/body/first/MatMul", "Gemm", 1), entry("ReorderOutput", "ReorderOutput", 5),
      entry("/body/second/MatMul", "Gemm", 2), entry("/head/MatMul", "Gemm", 3),
    ]
    let matching = ProfileMatching(RuntimeProfile(.onnxruntime, entries: entries), try workload())
    #expect(matching.unmatched == [1])
  }

  @Test func aTableIsTakenLiterally() throws {
    let rows = [
      entry("t", "", 4, parts: ["/body/first/MatMul", "/body/second/MatMul"])
    ]
    let matching = ProfileMatching(RuntimeProfile(.table, entries: rows), try workload())
    #expect(matching.kernels.map(\.layers) == [[0, 1]] && matching.unmeasured == [2])
  }

  @Test func aRangeIsAllLayersFromOneToTheOther() throws {
    var range = entry("{ForeignNode}", "", 4, parts: ["/body/first/MatMul", "/head/MatMul"])
    range.isRange = true
    #expect(try layers([range], .tensorRT) == [[0, 1, 2]])
  }

  /// The first and the third entry are one set: so are all that either joins.
  @Test func setsGrowTogether() {
    var sets = DisjointSets(5)
    sets.join(0, 2)
    sets.join(4, 2)
    #expect(sets.sets(of: 0..<5) == [[0, 2, 4], [1], [3]])
  }
}
