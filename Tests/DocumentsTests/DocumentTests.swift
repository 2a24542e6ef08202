import Foundation
import Testing

@testable import Documents

@Suite struct DocumentTests {
  struct Pet: Codable, Equatable {
    var name: String
    var legs: Int?
    var weightKg: Double?
    var friends: [Pet]?
  }

  private func read(_ text: String) throws(DocumentError) -> Pet {
    try Document<Pet>(Data(text.utf8), name: "pet.yaml").content
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
    ("name: [", "pet.yaml:2: is neither YAML nor JSON"),
    ("name: Rex\nname: Tom", "pet.yaml:1: key 'name' twice: is neither YAML nor JSON"),
  ]

  @Test(arguments: wrong) func namesPlaceFactAndExpectation(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  /// Values that aliases repeat, and keys, whose hashes an alias would make as large.
  @Test(arguments: [
    "name: &n Rex", "{name: &n Rex}", "name: Rex\nx: [&a 1, *a]", "? &k [a]\n: 1",
    "&k [a, b] : 1", "name: Rex # R &D", "-&a 1", "k:&a 1",
  ])
  func refusesAnchors(text: String) {
    #expect(message(text).contains("anchors (&name) are not read"), "\(message(text))")
  }

  @Test(arguments: ["R & D", "AT&T", "a & & b"]) func readsAmpersands(name: String) throws {
    #expect(try read("name: \(name)").name == name)
  }

  @Test func refusesWhatNoPersonWrote() {
    #expect(
      message("name: " + String(repeating: "x", count: 1 << 18)).contains("more than 256 KiB"))
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(message("name: Rex\nfriends: \(deep)").contains("nested too deeply"))
    let long = (0...2000).map { "k\($0): 1" }.joined(separator: "\n")
    #expect(message(long).contains("has 2001 entries, expected at most 2000"))
    #expect(message("name: " + String(decoding: [0xC3, 0x28], as: UTF8.self)).contains("read as"))
  }

  @Test func namesAFileThatIsNotThere() {
    let error = #expect(throws: DocumentError.self) {
      try Document<Pet>(contentsOf: "/nowhere/pet.yaml")
    }
    #expect(
      error?.description == "/nowhere/pet.yaml: cannot be read, expected a file in YAML or JSON")
  }

  @Test func readsNoMoreOfADeviceThanADescriptionMayHave() {
    let error = #expect(throws: DocumentError.self) {
      try Document<Pet>(contentsOf: "/dev/zero")
    }
    #expect(error?.description.contains("more than 256 KiB") == true)
  }
}
