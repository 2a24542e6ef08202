import Quantities
import Testing

@testable import Documents

@Suite struct DocumentTests {
  struct Pet: Codable, Equatable {
    var name: String
    var legs: Int?
    var weightKg: Double?
    var friends: [Pet]?
    var sort: Sort?
    var legsBy: [Sort: Int]?

    enum Sort: String, Codable, CaseIterable, CodingKeyRepresentable { case cat, dog }
  }

  private func read(_ text: String) throws(Problem) -> Pet {
    try Document<Pet>(Array(text.utf8), name: "pet.yaml").content
  }

  private func message(_ text: String) -> String {
    do {
      let pet = try read(text)
      return "read as \(pet)"
    } catch {
      return error.description
    }
  }

  @Test func readsYAMLAndJSONAlike() throws {
    let yaml = """
      # a comment
      name: Rex
      legs: 4
      friends:
        - {name: Tom, weightKg: 4.5}
      """
    let json = #"{"name": "Rex", "legs": 4, "friends": [{"name": "Tom", "weightKg": 4.5}]}"#
    #expect(try read(yaml) == read(json))
    #expect(try read(yaml).friends?.first?.weightKg == 4.5)
  }

  static let wrong: [(String, String)] = [
    ("", "pet.yaml: is empty"),
    ("legs: 4", "pet.yaml:1: key 'name' is missing"),
    ("name: Rex\nlegs: four", "pet.yaml:2: legs: expected a whole number, found 'four'"),
    ("name: Rex\nlgs: 4", "pet.yaml:2: lgs: is not a known key; did you mean 'legs'?"),
    ("name: Rex\nlegs:", "pet.yaml:2: legs: has no value"),
    (
      "name: Rex\nfriends:\n  - name: Tom\n    tail: 1",
      "pet.yaml:4: friends.1.tail: is not a known key"
    ),
    (
      "name: Rex\nfriends:\n  - legs: 1", "pet.yaml:3: friends.1: key 'name' is missing"
    ),
    ("naem: Rex", "pet.yaml:1: naem: is not a known key; did you mean 'name'?"),
    (
      "name: Rex\nsort: cta",
      "pet.yaml:2: sort: expected one of: cat, dog, found 'cta'; did you mean 'cat'?"
    ),
    (
      "name: Rex\nlegsBy: {dgo: 4}",
      "pet.yaml:2: legsBy.dgo: expected one of: cat, dog, found 'dgo'; did you mean 'dog'?"
    ),
    ("name: Rex\nlegsBy: {cat: {x: 4}}", "pet.yaml:2: legsBy.cat: expected a whole number"),
    ("name: Rex\nlegs: '4'", "pet.yaml:2: legs: expected a whole number, found '4'"),
    ("name: Rex\nlegs: 4.5", "pet.yaml:2: legs: expected a whole number, found '4.5'"),
    ("name: [a]", "pet.yaml:1: name: expected text"),
    ("- 1", "pet.yaml:1: expected keys with values"),
    ("name: Rex\n? [a]\n: 1", "pet.yaml:1: expected keys that are text"),
    ("name: Rex\n1: x\n'1': y", "pet.yaml:1: key '1' twice"),
    ("a: 1\n\"a\": 2", "pet.yaml:1: key 'a' twice: is neither YAML nor JSON"),
    ("name: Rex\nx: {a: 1,\n  b: 2, a: 3}", "pet.yaml:2: key 'a' twice: is neither YAML nor JSON"),
    ("# nothing", "pet.yaml: is empty"),
    ("--- ~", "pet.yaml:1: expected keys with values, found '~'"),
    ("name: Rex\n---\nname: Tom", "pet.yaml:2: is neither YAML nor JSON"),
    ("name: Rex\nlegs: \u{1}", "pet.yaml:2: is neither YAML nor JSON"),
    (
      "name: Rex\nlegs: *four",
      "pet.yaml:2: aliases (*name) are not read, expected quotes around a text with '*'"
    ),
    ("name: [", "pet.yaml:2:1: is neither YAML nor JSON"),
    ("name: Rex\nname: Tom", "pet.yaml:1: key 'name' twice: is neither YAML nor JSON"),
  ]

  @Test(arguments: wrong) func namesPlaceFactAndExpectation(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  /// Values that aliases repeat, and keys, whose hashes an alias would make as large.
  @Test(arguments: [
    ("name: &n Rex", 1), ("{name: &n Rex}", 1), ("name: Rex\nx: [&a 1, *a]", 2),
    ("? &k [a]\n: 1", 1), ("&k [a, b] : 1", 1), ("name: Rex\nfriends: &f\n  - name: Tom", 2),
    ("&all\nname: Rex", 1),
  ])
  func refusesAnchors(text: String, line: Int) {
    #expect(
      message(text)
        == "pet.yaml:\(line): anchors (&name) are not read, expected a space behind '&'")
  }

  @Test(arguments: ["R & D", "AT&T", "a & & b", "-&a 1", "k:&a", "'&a'", "Rex # R &D"])
  func readsAmpersands(name: String) throws {
    #expect(try read("name: \(name)").name == name.split(separator: " #")[0].filter { $0 != "'" })
  }

  @Test(arguments: [
    #"{"name":"Rex","legs":4}"#, "{\n\t\"name\": \"Rex\",\n\t\"legs\": 4\n}\n",
    #"{"name": "R\u0065x", "legs": 4}"#,
  ])
  func readsJSONHoweverItIsWritten(text: String) throws {
    let pet = try read(text)
    #expect((pet.name, pet.legs) == ("Rex", 4))
  }

  /// What a check finds is reported with the line of the innermost part that the file has.
  @Test(arguments: [
    (["friends", "2", "legs"], "pet.yaml:5: friends.2.legs: too many"),
    (["friends", "2", "tail"], "pet.yaml:4: friends.2.tail: too many"),
    (["friends", "9"], "pet.yaml:2: friends.9: too many"), ([], "pet.yaml:1: too many"),
  ])
  func aCheckHasALineToo(path: [String], expected: String) {
    let text = "name: Rex\nfriends:\n  - name: Tom\n  - name: Max\n    legs: 5"
    let error = #expect(throws: Problem.self) {
      try Document<Pet>(Array(text.utf8), name: "pet.yaml") { _ in
        throw DocumentProblem(path, "too many")
      }
    }
    #expect(error?.description == expected)
  }

  @Test func refusesWhatNoPersonWrote() {
    #expect(
      message("name: " + String(repeating: "x", count: 1 << 18)).contains("more than 256 KiB"))
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(message("name: Rex\nfriends: \(deep)") == "pet.yaml:2: is nested too deeply")
    #expect(message("? \(deep)\n: 1") == "pet.yaml:1: is nested too deeply")
    let long = (0...2000).map { "k\($0): 1" }.joined(separator: "\n")
    #expect(message(long).contains("has 2001 entries, expected at most 2000"))
    #expect(message("name: " + String(decoding: [0xC3, 0x28], as: UTF8.self)).contains("read as"))
    let error = #expect(throws: Problem.self) {
      try Document<Pet>([0x6E, 0x3A, 0x20, 0xC3, 0x28], name: "pet.yaml")
    }
    #expect(error?.description == "pet.yaml: is not text in UTF-8")
  }

  @Test func namesAFileThatIsNotThere() {
    let error = #expect(throws: Problem.self) {
      try Document<Pet>(contentsOf: "/nowhere/pet.yaml")
    }
    #expect(
      error?.description == "/nowhere/pet.yaml: cannot be read, expected a file in YAML or JSON")
  }

  @Test func readsNoMoreOfADeviceThanADescriptionMayHave() {
    let error = #expect(throws: Problem.self) {
      try Document<Pet>(contentsOf: "/dev/zero")
    }
    #expect(error?.description.contains("more than 256 KiB") == true)
  }
}

/// What a scalar means, as it is written behind `- `.
@Suite struct ScalarTests {
  private func scalar(_ text: String) throws -> Scalar {
    let node = try #require(try Composer.compose("- \(text)\n", limits: .description))
    return try #require(node.sequence?.first?.scalar)
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("4", 4), ("+4", 4), ("-4", -4), ("1_000", 1000), ("0x1F", 31),
    ("-0x1f", -31), ("0b101", 5), ("0o17", 15), ("017", 15), ("9223372036854775807", Int.max),
    ("9223372036854775808", nil), ("08", nil), ("4.0", nil), ("1e3", nil), ("8:30", nil),
    ("0x-5", nil), ("--5", nil), ("0x", nil), ("_", nil), ("\"4\"", nil), ("'4'", nil),
    ("!!str 4", nil), ("!!int 4", 4), ("~", nil), ("four", nil), ("٤", nil),
  ])
  func isAWholeNumber(text: String, expected: Int?) throws {
    #expect(try scalar(text).int == expected)
  }

  @Test(
    arguments: [
      ("4", 4), ("-4.5", -4.5), (".5", 0.5), ("1e3", 1000), ("1.5E-3", 0.0015), ("1_000.5", 1000.5),
      ("0x10", 16), (".inf", .infinity), ("-.INF", -.infinity), ("4,5", nil), ("'4'", nil),
      ("8:30", nil), ("4 kg", nil), ("''", nil),
    ] as [(String, Double?)])
  func isANumber(text: String, expected: Double?) throws {
    #expect(try scalar(text).double == expected)
  }

  @Test func isNoNumber() throws { #expect(try scalar(".NaN").double?.isNaN == true) }

  @Test(arguments: [
    ("true", true), ("Yes", true), ("ON", true), ("false", false), ("No", false), ("off", false),
    ("tRUE", nil), ("y", nil), ("1", nil), ("'true'", nil), ("!!str true", nil), ("|\n  true", nil),
  ])
  func isATruthValue(text: String, expected: Bool?) throws {
    #expect(try scalar(text).bool == expected)
  }

  @Test(arguments: [
    ("", true), ("~", true), ("null", true), ("NULL", true), ("nuLL", false), ("''", false),
    ("'null'", false), ("!!str null", false), ("0", false),
  ])
  func isNoValue(text: String, expected: Bool) throws {
    #expect(try scalar(text).isNull == expected)
  }

  @Test(arguments: [
    ("4", "4"), ("'it''s'", "it's"), (#""a\tb\u00e9""#, "a\tbé"), ("a: b".debugDescription, "a: b"),
    (">\n  one\n  two", "one two\n"), ("|-\n  one\n  two", "one\ntwo"), ("!x a", "a"),
  ])
  func hasAText(text: String, expected: String) throws {
    #expect(try scalar(text).text == expected)
  }
}

@Suite struct SuggestionTests {
  static let known = ["latency", "energy", "macs", "cyclesPerMAC", "cyclesPerOp", "idlePower"]

  @Test(arguments: [
    ("latncy", ["latency"]), ("enrgey", ["energy"]), ("idlePowr", ["idlePower"]),
    ("IDLEPOWER", ["idlePower"]), ("mac", ["macs"]), ("cyclesPerMACs", ["cyclesPerMAC"]),
    ("cyclesPer", ["cyclesPerOp"]), ("watts", []), ("", []),
    ("idle", ["idlePower"]), ("idle_power", ["idlePower"]), ("lat", ["latency"]),
    (String(repeating: "x", count: 10_000), []),
  ])
  func areClose(name: String, expected: [String]) {
    #expect(Suggestion.nearest(to: name, among: Self.known) == expected)
  }

  @Test func areSaidInWords() {
    #expect(
      Suggestion.text(for: "macz", among: ["macs", "mack", "x"])
        == "; did you mean 'mack' or 'macs'?")
    #expect(Suggestion.text(for: "watts", among: Self.known) == "")
  }
}
