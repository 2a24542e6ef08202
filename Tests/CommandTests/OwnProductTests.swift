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
      "accessories: 60 g of steel, 40 g of plastic", "These facts would narrow it most: ",
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
  ]

  @Test(arguments: wrong) func namesTheFlag(flags: [String], says: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "x.json").path
    let run = try Command(["products", "new", "x"] + flags + ["-o", path])
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains(says), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
