import OpGraph
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

  /// Every row that does not depend on attributes has a name of its own in the documentation.
  @Test func rowsNameACanonicalOperator() {
    for row in SupportedOperators.onnx + SupportedOperators.tflite {
      #expect(row.canonicalName != .opaque, "\(row.name)")
    }
  }

  /// Lowered once: a debug build takes a while for all rows.
  private static let namesOfRows = Set(
    (SupportedOperators.onnx + SupportedOperators.tflite).compactMap(\.canonicalName))

  /// Operators of rows that need a node's attributes or operands: such a row names no operator here.
  static let namesFromAttributes: Set<OperatorName> = [
    .audioSpectrogram, .averagePool1D, .averagePool2D, .averagePool3D, .averagePoolND,
    .broadcastInDim, .concatEmbeddings, .constant, .conv1D, .conv2D, .conv3D, .convTranspose1D,
    .convTranspose2D, .convTranspose3D, .depthToSpace, .depthwiseConv1D,
    .depthwiseConv2D, .depthwiseConv3D, .depthwiseConvND, .dilate, .gradient, .hadamardRotation,
    .im2Col, .iota,
    .linearAttention, .lpPool1D, .lpPool2D, .lpPool3D, .lpPoolND, .maxPool1D,
    .maxPool3D, .maxPoolND, .maxPoolWithArgmax2D, .maxRoiPool, .maxUnpool, .packedMatMul,
    .readVariable, .resizeCubic, .selfAttention, .signBit, .signalIrfft, .signalRfft,
    .tfIdfVectorizer, .unfoldTensor, .spaceToDepth,
  ]

  @Test(arguments: OperatorName.allCases.filter { $0 != .opaque })
  func everyOperatorIsTheResultOfARow(name: OperatorName) {
    let isResult = Self.namesOfRows.contains(name)
    #expect(
      isResult != Self.namesFromAttributes.contains(name),
      """
      \(name) \(isResult ? "is" : "is not") the result of a lowering row without attributes: \
      \(isResult
        ? "remove it from namesFromAttributes in LoweringTableTests.swift"
        : "add a row to Sources/GraphImport/ONNX/ONNXLowerings*.swift or "
          + "Sources/GraphImport/TFLite/TFLiteLowerings*.swift; if the row needs attributes, add the "
          + "name to namesFromAttributes in LoweringTableTests.swift")
      """)
  }

  @Test func fakeQuantizationStaysInFloatingPoint() throws {
    let row = try #require(TFLiteLowerings.builtins.first { $0.name == "FAKE_QUANT" })
    let op = TFLiteOperator(
      index: 0, name: "FAKE_QUANT", isCustom: false, version: 1, inputs: [], outputs: [],
      options: TFLiteOptions())
    let lowered = try row.lower(TFLiteOperatorReader(op))
    #expect(lowered.operation is FakeQuantize)
    #expect(lowered.operation.name == .fakeQuantize)
  }

  @Test func knowsNothingOfOtherDomains() {
    #expect(ONNXLowerings.row(for: "Conv", domain: "com.example", operatorSet: 1) == nil)
    #expect(ONNXLowerings.row(for: "Tile", domain: "ai.onnx", operatorSet: 5) == nil)
  }
}
