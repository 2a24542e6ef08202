import Testing

@testable import OpGraph

@Suite struct FloatRoundingTests {
  /// Half precision has 11 bits: from 2048 on, every second number.
  @Test(
    arguments: [
      (2049, .float16, 2048), (2051, .float16, 2052), (65504, .float16, 65504),
      (65519, .float16, 65504), (65520, .float16, .infinity), (-70000, .float16, -.infinity),
      (0x1p-25, .float16, 0), (0x1.8p-24, .float16, 0x1p-23), (0, .float16, 0),
      (257, .bfloat16, 256), (259, .bfloat16, 260), (1e39, .bfloat16, .infinity),
      (16_777_217, .float32, 16_777_216), (16_777_217, .float64, 16_777_217),
    ] as [(Double, ElementType, Double)])
  func takesTheNearestNumber(number: Double, type: ElementType, nearest: Double) {
    #expect(type.rounded(number) == nearest)
  }

  @Test(
    arguments: [
      (0x3c00, 1), (0xc000, -2), (0x0001, 0x1p-24), (0x7bff, 65504), (0xfc00, -.infinity),
      (0x3555, 0.333251953125), (0x8000, 0),
    ] as [(UInt16, Double)])
  func readsHalfPrecision(bits: UInt16, number: Double) {
    #expect(ElementType.float16(bits: bits) == number)
  }

  @Test func everyNumberOfHalfPrecisionIsItsOwnNearest() {
    for bits in UInt16.min...UInt16.max {
      let number = ElementType.float16(bits: bits)
      #expect(number.isNaN || ElementType.float16.rounded(number) == number)
    }
  }
}
