import Testing

@testable import Documents

@Suite struct EmbeddedJSONTests {
  private static let file: StaticString = """
    {
      "a": {"b": [1, 2.5e3, -4], "text": "}]\\"{", "c": null},
      "list": [{"id": "x", "v": 1}, {"id": "y", "v": [[], {}]}, "z", true], "empty": [], "last": "q"
    }

    """
  private let json = EmbeddedJSON(Self.file, named: "file")

  @Test func findsWhatIsAskedFor() {
    #expect(json["a"]?["b"]?.decoded() == [1, 2500, -4])
    #expect(json["a"]?["c"]?.decoded(as: Int?.self) == .some(nil))
    #expect(json["last"]?.text == "q")
    #expect(json["last"]?.isText("q") == true)
    #expect(json["list"]?.isText("q") == false)
    #expect(json["list"]?.text == nil)
  }

  @Test func aKeyThatIsMissingOrLiesDeeperIsNotFound() {
    #expect(json["b"] == nil)
    #expect(json["a"]?["list"] == nil)
    #expect(json["q"] == nil)
    #expect(json["last"]?["q"] == nil)
  }

  @Test func listsElements() {
    let list = json["list"]?.elements ?? []
    #expect(list.count == 4)
    #expect(list.compactMap { $0["id"]?.text } == ["x", "y"])
    #expect(list[2].text == "z" && list[3].decoded() == true)
    #expect(json["empty"]?.elements.count == 0)
  }

  @Test func decodesWithOneElementOfAList() throws {
    struct Whole: Decodable {
      struct Item: Decodable { var id: String }
      var list: [Item]
      var last: String
    }
    let list = try #require(json["list"])
    let whole: Whole = json.decoded(keeping: list.elements[1], of: list)
    #expect(whole.list.map(\.id) == ["y"] && whole.last == "q")
  }
}
