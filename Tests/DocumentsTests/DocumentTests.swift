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
    ("name: Rex\nlgs: 4", "pet.yaml:2: key 'lgs' is not known here"),
    (
      "name: Rex\nfriends:\n  - name: Tom\n    tail: 1",
      "pet.yaml:4: key 'tail' is not known here"
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

  @Test func readsAnchors() throws {
    let pet = try read("name: &n Rex\nfriends: [{name: *n}]")
    #expect(pet.friends?.first?.name == "Rex")
  }

  /// Nine levels of nine aliases: 9^9 values in a few lines.
  @Test func refusesFewLinesThatStandForMany() {
    var text = "name: Rex\nl0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...8 {
      let aliases = Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
      text += "l\(level): &l\(level) [\(aliases)]\n"
    }
    #expect(message(text).contains("stands for more than 50000 values"))
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
