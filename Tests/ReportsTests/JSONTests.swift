import FoundationEssentials
import Quantities
import Testing

@testable import Reports

/// What FoundationEssentials writes of the same value is the answer.
@Suite struct JSONTests {
  private func theirs(_ value: some Encodable, isPretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  private func expectSame(
    _ value: some Encodable, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try JSON.document(value) == theirs(value, isPretty: true), sourceLocation: sourceLocation)
    #expect(try JSON.line(value) == theirs(value, isPretty: false), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "", "a", "a b/c", "\"\\/", "\u{0}\u{1}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{1F}\u{7F}", "é",
    "e\u{301}",
    "\u{80}\u{2028}\u{FEFF}", "😀 \u{10FFFF}", "</script>", "\"", "\u{301}", "\\u00e9", "x\n",
    String(repeating: "long \"text\" ", count: 1000),
  ])
  func texts(text: String) throws {
    try expectSame(text)
    try expectSame([text])
    try expectSame([text: text])
  }

  @Test(arguments: [
    0, -0.0, 1, -1, 0.1, 100, 1e15, 1e16, 1.5e16, 123_456_789_012_345_680, 1e17, 1e21, 1e22, 1e100,
    1e-3, 1e-4, 1e-5, 1.5e-7, 3e-300, 2.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    4_503_599_627_370_496.5, 9_007_199_254_740_992, .pi,
  ])
  func numbers(number: Double) throws {
    try expectSame(number)
    try expectSame([Float(number).isFinite ? Float(number) : 0])
  }

  /// Every exponent, with all bits of the fraction at random.
  @Test func manyNumbers() throws {
    var random = SystemRandomNumberGenerator()
    let numbers = (0..<2046).map { exponent in
      Double(
        sign: Bool.random(using: &random) ? .plus : .minus, exponentBitPattern: UInt(exponent),
        significandBitPattern: random.next())
    }
    try expectSame(numbers)
  }

  @Test func integers() throws {
    try expectSame([Int.min, -1, 0, 1, 9, 10, 4096, .max])
    try expectSame([Int8.min, 0, .max])
    try expectSame([Int16.min, 0, .max])
    try expectSame([Int32.min, 0, .max])
    try expectSame([Int64.min, 0, .max])
    try expectSame([UInt.min, .max])
    try expectSame([UInt8.min, .max])
    try expectSame([UInt16.min, .max])
    try expectSame([UInt32.min, .max])
    try expectSame([UInt64.min, .max])
    try expectSame([true, false])
    try expectSame([Int?.none, 1])
  }

  @Test func containers() throws {
    try expectSame([Int]())
    try expectSame([[Int]](repeating: [], count: 2))
    try expectSame([String: Int]())
    try expectSame(["b": [1, 2], "a": [], "B": [3]])
    try expectSame([1: "one", 10: "ten", 2: "two"])
    try expectSame(["a": ["z": ["y": 1, "x": 2], "b": [:]]])
    try expectSame([Nested()])
    try expectSame(Nested())
  }

  /// Keys are in the order of their bytes, not of what a language says.
  @Test func keysAreSorted() throws {
    let keys = [
      "b", "a", "B", "A", "a10", "a2", "é", "z", "e\u{302}", "_", "aé", "ae", "", "a/b", "😀",
      "\u{FFFD}", "a\"", "a#", "a!", "a\u{1}", "ß", "Z", "aa",
    ]
    try expectSame(Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) }))
    try expectSame(KeysTwice())
  }

  @Test func whatIsNotFiniteIsAnError() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(throws: Problem.self) { try JSON.document(["a": [number]]) }
    }
    #expect(throws: Problem.self) { try JSON.line(Nothing()) }
  }

  /// Pieces are handed on before a list is complete, and make up the same bytes.
  @Test func longListsComeInPieces() throws {
    let list = PromisedList(count: 20_000)
    var pieces: [[UInt8]] = []
    var mostMade = 0
    try JSON.write(list, isPretty: true) { piece in
      pieces.append(Array(piece))
      mostMade = max(mostMade, piece.count)
    }
    #expect(pieces.count > 10)
    #expect(mostMade < 1 << 17)
    #expect(
      String(decoding: pieces.joined(), as: UTF8.self) == (try theirs(list, isPretty: true)))
  }

  @Test func aBrokenPromiseIsAnError() {
    #expect(throws: Problem.self) { try JSON.document(BrokenPromise()) }
  }

  private struct Failure: Error {}

  @Test func whatTheSinkThrowsIsPassedOn() {
    #expect(throws: Failure.self) {
      try JSON.write(1, isPretty: true) { _ in throw Failure() }
    }
  }
}

/// Encodes nothing of its own.
private struct Nothing: Encodable {
  func encode(to encoder: any Encoder) throws {}
}

/// All that a container can hold, by every way that there is to put it there.
private struct Nested: Encodable {
  private enum Keys: String, CodingKey {
    case zero, nothing, list, object, null, again, single, estimate, nullable
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Keys.self)
    try members.encode(0, forKey: .zero)
    try members.encode(Nothing(), forKey: .nothing)
    var list = members.nestedUnkeyedContainer(forKey: .list)
    try list.encode("first")
    try list.encodeNil()
    var inner = list.nestedContainer(keyedBy: Keys.self)
    try inner.encode(1.5, forKey: .zero)
    try inner.encode([Nothing()], forKey: .list)
    _ = list.nestedUnkeyedContainer()
    try list.encode(true)
    var object = members.nestedContainer(keyedBy: Keys.self, forKey: .object)
    try object.encode(["x": 1], forKey: .zero)
    try members.encodeNil(forKey: .null)
    // A second container of one value goes on with the first.
    var again = encoder.container(keyedBy: Keys.self)
    try again.encode([Int8(1)], forKey: .again)
    try again.encode(Single(), forKey: .single)
    try again.encode(
      Energy(1.5, low: 1, high: 2, provenance: .measured, sources: ["s"]), forKey: .estimate)
    try again.encode([Nullable(1), Nullable(nil)], forKey: .nullable)
  }

  private struct Single: Encodable {
    func encode(to encoder: any Encoder) throws {
      var single = encoder.singleValueContainer()
      try single.encode(["list": [1, 2]])
    }
  }
}

/// Encodes a key a second time: the later value holds.
private struct KeysTwice: Encodable {
  private enum Keys: String, CodingKey { case a, b, c }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Keys.self)
    try members.encode([1, 2], forKey: .b)
    try members.encode(1, forKey: .c)
    try members.encode(2, forKey: .b)
    try members.encode(3, forKey: .a)
    try members.encode(4, forKey: .a)
  }
}

private struct PromisedList: Encodable {
  var count: Int

  private enum Keys: String, CodingKey { case end, list }

  func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: Keys.self)
    try members.encode("end", forKey: .end)
    var list = members.nestedUnkeyedContainer(forKey: .list)
    for number in 0..<count { try list.encode(["number": number, "half": number / 2]) }
  }
}

private struct BrokenPromise: Encodable {
  private enum Keys: String, CodingKey { case a, b }

  func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: Keys.self)
    try members.encode(1, forKey: .b)
    try members.encode(2, forKey: .a)
  }
}
