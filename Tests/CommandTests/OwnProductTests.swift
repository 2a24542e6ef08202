import Foundation
import TestSupport
import Testing

/// From a few facts of a product to its spec sheet and its carbon.
@Suite struct OwnProductTests {
  private static let facts = [
    "--kind", "camera", "--mass", "300g", "--battery", "12Wh", "--display", "0", "--memory", "2GB",
    "--storage", "16GB", "--cable", "2m", "--outdoor",
  ]

  @Test func isWrittenAndUsed() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "gate.json").path
    let run = try Command(["products", "new", "gate"] + Self.facts + ["-o", path])
    #expect(run.status == 0, "\(run.errors)")
    for words in [
      "accessories: 60 g of steel, 40 g of plastic",
      "These facts would narrow it most: transport in the file, ",
      "to make, ship and dispose of",
    ] {
      #expect(run.output.contains(words), "\(run.output)")
    }
    // What was stated is no assumption, and a product with a battery needs no power supply.
    for key in ["cableM", "memoryGB", "storageGB", "powerSupply"] {
      #expect(!run.output.contains("  \(key): "), "\(run.output)")
    }
    let sheet = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        as? [String: Any])
    let facts = try #require(sheet["specSheet"] as? [String: Any])
    #expect(facts["massG"] as? Double == 300 && facts["storageGB"] as? Double == 16)
    #expect(facts["outdoor"] as? Bool == true)
    #expect(try Command("products", "validate", path).status == 0)
    let use = try Command(
      "footprint", "Fixtures/tflite/ds_cnn_int8.tflite", "-d", "esp32", "--product", path,
      "--inferences-per-day", "1000")
    #expect(use.output.contains("gate"), "\(use.errors)")

    let again = try Command(["products", "new", "gate"] + Self.facts + ["-o", path])
    #expect(again.status == 2 && again.errors.contains("exists already"))
  }

  static let wrong: [([String], String)] = [
    (["--kind", "camra", "--mass", "3g"], "did you mean 'camera'?"),
    (["--kind", "camera", "--mass", "300"], "expected g, such as '300 g' or 1.2kg"),
    (["--kind", "camera", "--mass", "300g", "--battery", "3000mAh"], "expected Wh, such as 12Wh"),
    (["--kind", "camera", "--mass", "10g", "--battery", "12Wh"], "--battery: 12.0 Wh in 10.0 g"),
    (
      ["--kind", "camera", "--mass", "10g", "--display", "900cm2"], "--display: 900.0 cm2 on 10.0 g"
    ),
    (
      ["--kind", "camera", "--mass", "10g", "--cameras", "21"],
      "--cameras of 21.0, expected 0 to 20"
    ),
    (["--kind", "camera", "--mass", "10g", "--casing", "titan"], "did you mean 'titanium'?"),
    (["--kind", "camera", "--mass", "10g", "--cables", "2m"], "Did you mean '--cable'?"),
    (["--kind", "camera", "--mass", "10g", "--casing", ","], "','"),
    (["--kind", "camera", "--mass", "10g", "--casing", "plastic,,steel"], "'plastic,,steel'"),
    (["--kind", "camera"], "--mass is not stated"), ([], "--mass is not stated"),
    (
      ["--kind", "camera", "--mass", "10g", "--display-technology", "oled"],
      "--display-technology without --display"
    ),
  ]

  @Test(arguments: wrong) func namesTheFlag(flags: [String], says: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "x.json").path
    let run = try Command(["products", "new", "x"] + flags + ["-o", path])
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains(says), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  private static let answers = ["camera", "300g", "12Wh", "0", "2GB", "16GB", "2m", "yes"]

  private func facts(_ path: String) throws -> [String: Any] {
    let sheet = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    return try #require((sheet as? [String: Any])?["specSheet"] as? [String: Any])
  }

  /// Answers of a pipe are the facts of flags, and what flags state is not asked for.
  @Test func answersAreFlags() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "gate.json").path
    func sheet(_ flags: [String], _ answers: [String]) throws -> String {
      try? FileManager.default.removeItem(atPath: path)
      let run = try Command(
        ["products", "new", "gate", "-o", path] + flags,
        input: Array(answers.map { $0 + "\n" }.joined().utf8))
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("These facts would narrow it most: "))
      return try String(contentsOfFile: path, encoding: .utf8)
    }
    let stated = try sheet(Self.facts, [])
    #expect(try sheet(["--ask"], Self.answers) == stated)
    let some = ["--ask", "--kind", "camera", "--memory", "2GB", "--outdoor"]
    #expect(try sheet(some, ["300g", "12Wh", "0", "16GB", "2m"]) == stated)
    // Empty answers, and those that the end of the input leaves out, are no facts.
    _ = try sheet(["--ask"], ["", " 300 g ", "", ""])
    let short = try facts(path)
    #expect(short["massG"] as? Double == 300)
    #expect(short.values.filter { !($0 is NSNull) }.count == 1, "\(short)")
  }

  @Test(arguments: [
    (["camra"], "Kind of product (camera, "), (["camra"], "did you mean 'camera'?"),
    (["", "300"], "expected g, such as '300 g' or 1.2kg"),
    (["", ""], "nothing can be estimated without it"), ([], "--mass is not stated"),
    (["", "3g", "", "", "", "", "", "perhaps"], "'perhaps', expected yes or no"),
    (["", "10g", "12Wh"], "--battery: 12.0 Wh in 10.0 g"),
    ([String(repeating: "x", count: 1100)], "an answer of more than 1000 bytes"),
  ])
  func aWrongAnswerOfAPipeIsAnError(answers: [String], says: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "x.json").path
    let run = try Command(
      ["products", "new", "x", "--ask", "-o", path],
      input: Array(answers.map { $0 + "\n" }.joined().utf8))
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains(says), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// On a terminal the command asks by itself, and asks again where an answer is wrong.
  @Test func aTerminalIsAsked() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "gate.json").path
    let lines = ["camra", "camera", "", "300g"] + Self.answers[2...]
    let run = try PseudoTerminal.run(
      ["products", "new", "gate", "-o", path], typing: lines.map { $0 + "\n" }.joined())
    #expect(run.status == 0, "\(run.output)")
    for words in [
      "did you mean 'camera'?", "nothing can be estimated without it",
      "Length of the cables in the box", "These facts would narrow it most: ",
    ] {
      #expect(run.output.contains(words), "\(run.output)")
    }
    #expect(try facts(path)["cableM"] as? Double == 2)
  }

  /// The sheet on standard output, and what it rests on beside it.
  @Test func aDashIsStandardOutput() throws {
    let run = try Command(["products", "new", "gate"] + Self.facts + ["-o", "-"])
    #expect(run.status == 0)
    let sheet = try run.json()
    #expect(sheet["name"] as? String == "gate")
    #expect(run.errors.contains("--product gate.json"), "\(run.errors)")
    let board = try Command(
      "devices", "new", "b", "--core", "cortex-m33", "--clock", "160MHz", "--ram", "768KB",
      "--flash",
      "2MB", "-o", "-")
    #expect(try board.json()["name"] as? String == "b")
    #expect(board.errors.contains("--device b.json"), "\(board.errors)")
  }
}
