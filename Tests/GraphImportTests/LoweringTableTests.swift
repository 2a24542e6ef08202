import Testing

@testable import GraphImport

@Suite struct LoweringTableTests {
  @Test func everyONNXRowStandsOnce() {
    let keys = ONNXLowerings.all.map { "\($0.domain).\($0.operatorType) since \($0.sinceVersion)" }
    #expect(Set(keys).count == keys.count)
  }

  @Test(arguments: [TFLiteLowerings.builtins, TFLiteLowerings.custom, TFLiteLowerings.flex])
  func everyTFLiteRowStandsOnce(table: [TFLiteLowering]) {
    let names = table.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: [(4, 1), (5, 5), (17, 5)])
  func picksTheNewestRowThatIsNotTooNew(operatorSet: Int, expected: Int) {
    let row = ONNXLowerings.row(for: "Reshape", domain: "ai.onnx", operatorSet: operatorSet)
    #expect(row?.sinceVersion == expected)
  }

  @Test func knowsNothingOfOtherDomains() {
    #expect(ONNXLowerings.row(for: "Conv", domain: "com.example", operatorSet: 1) == nil)
    #expect(ONNXLowerings.row(for: "Tile", domain: "ai.onnx", operatorSet: 5) == nil)
  }
}
