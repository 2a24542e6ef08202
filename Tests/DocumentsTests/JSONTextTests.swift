import Testing

@testable import Documents

@Suite struct JSONTextTests {
  private func decoded<Content: Decodable>(
    _ json: String, as type: Content.Type = Content.self
  ) -> Content? {
    JSONText(Array(json.utf8))?.decoded()
  }

  @Test(arguments: [
    "", " ", "{", "[1", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{\"a\":1}}",
    "[}", "1 2", "tru", "truex", "nul", "01", "-", "1.", ".5", "1e", "+1", "0x10", "NaN", "\"",
    "\"\\\"",
    "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"\u{1}\"", "'a'", "// 1\n1", "[1]\u{0}",
  ])
  func refuses(_ json: String) {
    #expect(JSONText(Array(json.utf8)) == nil)
  }

  @Test func readsNumbers() {
    #expect(
      decoded("[0, -0, 12, 0.1, -1.5e-3, 1E2]") == [0, -0.0, 12, 0.1, -0.0015, 100] as [Double])
    #expect(decoded("[3, -4, 2.0, 25e1]") == [3, -4, 2, 250] as [Int])
    #expect(decoded(" 7\n", as: Int.self) == 7)
    #expect(decoded("2.5", as: Int.self) == nil)
    #expect(decoded("9223372036854775808", as: Int.self) == nil)
    #expect(decoded("300", as: UInt8.self) == nil)
    #expect(decoded("1e999", as: Double.self) == nil)
    #expect(decoded("\"1\"", as: Double.self) == nil)
    #expect(decoded("1", as: String.self) == nil)
  }

  @Test func readsTexts() {
    #expect(decoded(#""a\n\t\"\\\/\u00e9\ud83d\ude00é""#) == "a\n\t\"\\/é😀é")
    // Half a pair of surrogates is no character.
    #expect(decoded(#""\ud83d""#, as: String.self) == nil)
    #expect(decoded(#""\ud83dx""#, as: String.self) == nil)
    #expect(decoded(#""\ude00""#, as: String.self) == nil)
    // What is no UTF-8 is no text, and harms nobody who does not ask for it.
    let bytes = Array("{\"a\": 1, \"b\": \"".utf8) + [0xFF] + Array("\"}".utf8)
    #expect(JSONText(bytes)?.decoded(as: [String: String].self) == nil)
    #expect(JSONText(bytes)?.decoded(as: One.self)?.a == 1)
  }

  private struct One: Decodable {
    var a: Int
    var c: Int?
  }

  @Test func readsObjects() {
    #expect(decoded("\u{FEFF} { \"a\" : 1 } \n", as: One.self)?.a == 1)
    #expect(decoded(#"{"\u0061": 2, "c": null, "a": 3}"#, as: One.self)?.a == 2)
    #expect(decoded(#"{"c": 1}"#, as: One.self) == nil)
    #expect(decoded(#"[{"a": 1, "x": [{}, []]}, {"a": 2}]"#, as: [One].self)?.map(\.a) == [1, 2])
    #expect(decoded(#"{"x": null, "y": 1}"#, as: [String: Int?].self)?.count == 2)
  }

  @Test func manyKeysTakeNoLonger() {
    let json = "{" + (0..<20_000).map { "\"\($0)\": \($0)" }.joined(separator: ",") + "}"
    let table = decoded(json, as: [String: Int].self)
    #expect(table?.count == 20_000 && table?["777"] == 777)
  }

  @Test func nestsNotTooDeeply() {
    func nested(_ levels: Int) -> JSONText? {
      JSONText(
        Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8))
    }
    #expect(nested(512) != nil)
    #expect(nested(513) == nil)
    #expect(JSONText([UInt8](repeating: UInt8(ascii: "["), count: 10_000_000)) == nil)
  }
}
