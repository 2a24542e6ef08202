import OpGraph
import Testing

private let n = SymbolicInt.symbol("n")
private let h = SymbolicInt.symbol("h")

@Suite struct SymbolicIntTests {
  @Test(arguments: [
    (n * 2 + 1, "2*n + 1"), (n + h - n, "h"), (n - n, "0"), (n * h * 3, "3*h*n"),
    ((n + 1) * (n - 1), "n*n - 1"), ((h + 1).floorDivided(by: 2), "floor((h + 1)/2)"),
    (h.ceilDivided(by: 2), "floor((h + 1)/2)"), ((n * 4).floorDivided(by: 2), "2*n"),
    ((n * h).floorDivided(by: n), "h"), (SymbolicInt.maximum(n, h), "max(h, n)"),
    (SymbolicInt.maximum(h, n), "max(h, n)"), (n * -1, "-n"), (.fixed(7) - n, "-n + 7"),
  ])
  func writesANormalForm(expression: SymbolicInt, expected: String) {
    #expect(expression.description == expected)
  }

  @Test(arguments: [(7, 2, 3), (-7, 2, -4), (7, -2, -4), (-8, 2, -4), (0, 5, 0)])
  func floorsDivision(a: Int, b: Int, expected: Int) {
    #expect(SymbolicInt.fixed(a).floorDivided(by: .fixed(b)) == .fixed(expected))
  }

  /// Each sum is that of a plain loop.
  @Test(
    arguments: [
      .fixed(7), n, n * n * 3 + n * 2 + 1, n * n * n * n - 5, n * n * n * n * n,
      (n + 3).floorDivided(by: 4), SymbolicInt.maximum(n, 20) * 2, n * h,
      SymbolicInt.minimum(n, 20) + n * n,
    ] as [SymbolicInt])
  func sumsOverARange(expression: SymbolicInt) {
    for numbers in [0..<1, 3..<40, 5..<5] {
      #expect(
        expression.sum(over: SymbolRange("n", numbers))
          == numbers.map { expression.substituting(["n": $0]) }.sum)
    }
  }

  @Test func aSumThatDoesNotFitOverflows() {
    let most = SymbolicInt.fixed(.max)
    #expect(((n + 1) * most).sum(over: SymbolRange("n", 1..<3)) == .overflow)
  }

  @Test(
    arguments: [
      (n + 1, -1, 1), (n, -1, 1), (n, n, 0), (n * h + n + 1, n, 1), (-1, n, -1), (n, n + h + 1, -1),
      (n, 0, nil), (n, h, nil), (n - h, -1, nil), (3, 5, -1),
      (SymbolicInt.maximum(n, h) + 1, 0, nil),
    ] as [(SymbolicInt, SymbolicInt, Int?)])
  func comparesWhereSizesAreNotNegative(left: SymbolicInt, right: SymbolicInt, sign: Int?) {
    #expect(left.sign(against: right) == sign)
  }

  @Test func neverTraps() {
    let most = SymbolicInt.fixed(.max)
    #expect(most + 1 == .overflow)
    #expect(most * 2 == .overflow)
    #expect(SymbolicInt.fixed(.min) - 1 == .overflow)
    #expect(SymbolicInt.fixed(.min).floorDivided(by: -1) == .overflow)
    #expect(most.floorDivided(by: 0) == .unknown)
    #expect(SymbolicInt.fixed(.min).floorDivided(by: 0) == .unknown)
    #expect(n * most * 2 == .overflow)
    #expect(SymbolicInt.overflow * 0 == 0)
    #expect(SymbolicInt.unknown + 1 == .unknown)
  }

  @Test func givesUpOnExpressionsThatGrowWithoutLimit() {
    var sum: SymbolicInt = 1
    for index in 0..<12 { sum *= SymbolicInt.symbol("s\(index)") + 1 }
    #expect(sum == .unknown)
    var nested = n
    for _ in 0..<100 { nested = (nested + 1).floorDivided(by: 3) }
    #expect(nested == .unknown)
    // Each level holds the one before twice: 2^40 parts without a bound.
    var doubling = n
    for level in 0..<40 { doubling = .maximum(doubling, doubling + .fixed(level)) * n }
    #expect(doubling == .unknown)
  }

  @Test func substitutesBindingsEverywhere() {
    let expression = (h * 3 + 1).floorDivided(by: 2) + SymbolicInt.maximum(n, 4)
    #expect(expression.substituting(["h": 5, "n": 2]) == .fixed(8 + 4))
    #expect(expression.symbols == ["h", "n"])
  }
}

@Suite struct TensorTypeTests {
  @Test(arguments: [
    (ElementType.int8, 24), (.int4, 12), (.uint2, 6), (.float16, 48), (.float32, 96),
    (.float64, 192), (.bool, 24), (.float6e2m3, 18),
  ])
  func storesAtTheElementsWidth(type: ElementType, bytes: Int) {
    #expect(TensorType(type, [2, 3, 4]).storageBytes == .fixed(bytes))
  }

  @Test func roundsPackedElementsUpToABytes() {
    #expect(TensorType(.int4, [3]).storageBytes == 2)
    #expect(TensorType(.int4, [n]).storageBytes.description == "floor((4*n + 7)/8)")
  }

  @Test func countsTextsAsTheObjectsThatHoldThem() {
    #expect(TensorType(.string, [2]).storageBytes == .fixed(2 * 32))
  }

  @Test func knowsNothingOfOpenShapes() {
    #expect(TensorType(.undefined, [2]).storageBytes == .unknown)
    #expect(TensorType(.undefined, [0]).storageBytes == 0)
    #expect(TensorType(.float32, nil).storageBytes == .unknown)
  }

  @Test(
    arguments: [
      ([[2, 3], [3]], [2, 3]), ([[1, 5], [4, 1]], [4, 5]), ([[], [2]], [2]),
      ([[n, 1], [1, 7]], [n, 7]), ([[n], [8]], [8]), ([[n], [1]], [n]),
    ] as [([Shape], Shape)])
  func broadcasts(shapes: [Shape], expected: Shape) throws {
    #expect(try broadcast(shapes) == expected)
  }

  @Test func refusesShapesThatDoNotBroadcast() {
    #expect(throws: ShapeError.invalid("dimensions 3 and 4 do not broadcast")) {
      try broadcast([[2, 3], [2, 4]])
    }
  }
}
