import Foundation
import TestSupport
import Testing

/// From a board that nobody measured to a table of times to measure.
@Suite struct OwnBoardTests {
  private static let model = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let facts = [
    "--core", "cortex-m33", "--clock", "160MHz", "--ram", "768KB", "--flash", "2MB",
  ]

  /// A new profile, and the answer of the command that wrote it.
  private func new(_ folder: TemporaryFolder, _ flags: [String] = []) throws -> (String, Command) {
    let path = folder.url.appending(path: "my-board.json").path
    let run = try Command(["devices", "new", "my-board"] + Self.facts + flags + ["-o", path])
    return (path, run)
  }

  @Test func isWrittenAndUsed() throws {
    let folder = try TemporaryFolder()
    let (path, run) = try new(folder, ["--active-power", "20 mW"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("rates of stm32u575, not measured on this board"), "\(run.output)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"clock\" : \"160MHz\"") || text.contains("\"clock\": \"160MHz\""))
    #expect(text.split(separator: "\n").count < 60)
    #expect(try Command("devices", "validate", path).status == 0)
    let card = try Command("devices", "show", path)
    #expect(card.output.contains("20.0 mW"), "\(card.output)")
    let analysis = try Command("analyze", Self.model, "--device", path)
    #expect(analysis.output.contains("rates of stm32u575, not measured on this board"))
    let again = try new(folder).1
    #expect(again.status == 2 && again.errors.contains("exists already"), "\(again.errors)")
    // The whole profile is one that is read again.
    let whole = try Command("devices", "show", path, "--json")
    let copy = try folder.file("whole.json", whole.output.utf8)
    let other = try Command("analyze", Self.model, "--device", copy)
    #expect(other.status == 0, "\(other.errors)")
    #expect(other.output == analysis.output)
  }

  @Test(
    arguments: [
      (["--core", "cortex-m34"], "core 'cortex-m34' is not known", "'cortex-m33'"),
      (["--clock", "160"], "expected Hz, such as '160 MHz'", "--clock"),
      (["--ram", "768"], "expected B, such as '768 KiB'", "--ram"),
      (["--like", "stm32u576"], "device 'stm32u576' is not known", "stm32u575"),
      (["--runtime", "plumerei"], "no device has 'plumerei'", "did you mean 'plumerai'?"),
      (
        ["--like", "rp2350", "--runtime", "plumerai"], "is not a runtime of 'rp2350'",
        "tflm-cmsis-nn"
      ),
      (
        ["--like", "raspberry-pi-4"], "--flash: 'raspberry-pi-4' has weights in its dram",
        "no flash"
      ),
      (["--clcok", "1MHz"], "Unknown option", "--clock"),
    ] as [([String], String, String)])
  func namesWhatIsWrong(flags: [String], fact: String, expectation: String) throws {
    let folder = try TemporaryFolder()
    let (path, run) = try new(folder, flags)
    #expect(run.status == 2)
    #expect(run.errors.contains(fact), "\(run.errors)")
    #expect(run.errors.contains(expectation), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(
    arguments: [
      (["devices", "new", "b", "--clock", "1MHz", "--ram", "1MB"], "neither --core nor --like"),
      (["devices", "new", "my board"] + facts, "'my board' is no identifier"),
      (["devices", "new", "rp2040"] + facts, "'rp2040' is the name of a built-in profile"),
      (["suggest-measurements", "stm32u575", "--count", "0"], "--count 0, expected 1 to 20"),
      (["suggest-measurements", "ethos-u55-128"], "ethos-u55-128:vela: "),
      (["suggest-measurements", "stm32u575", "-o", "Fixtures"], "Fixtures: exists already"),
    ] as [([String], String)])
  func namesWhatIsMissing(typed: [String], fact: String) throws {
    let run = try Command(typed)
    #expect(run.status == 2)
    #expect(run.errors.contains(fact), "\(run.errors)")
  }

  /// A core that is in no table makes intervals wider, and is said.
  @Test func anUnknownCoreNeedsADevice() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "b.json").path
    let run = try Command(
      "devices", "new", "b", "--core", "cortex-m34", "--like", "stm32u575", "--clock", "1MHz",
      "--ram", "64KB", "--flash", "1MB", "-o", path)
    #expect(run.status == 0)
    #expect(run.errors.contains("core 'cortex-m34' is not known"), "\(run.errors)")
    #expect(run.output.contains("another core (cortex-m33)"), "\(run.output)")
  }

  @Test func measurementsAreSuggestedAndWritten() throws {
    let folder = try TemporaryFolder()
    let (board, _) = try new(folder)
    let path = folder.url.appending(path: "to-measure").path
    let run = try Command("suggest-measurements", board, Self.model, "--output", path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("before"), "\(run.output)")
    let table = try String(contentsOfFile: path + "/measurements.csv", encoding: .utf8)
    let rows = table.split(separator: "\n")
    #expect(rows.count == 4 && rows[0].hasPrefix("model,latency_ms,"))
    for row in rows.dropFirst() {
      let model = path + "/" + row.prefix { $0 != "," }
      #expect(try Command("analyze", model, "--device", board).status == 0, "\(model)")
    }
    // What is measured is not suggested again.
    let first = rows[1].prefix { $0 != "," }
    let measured = try folder.file(
      "to-measure/measured.csv", "Model,latency_ms\n\(first),12\n".utf8)
    let next = try Command(
      "suggest-measurements", board, Self.model, "--measurements", measured, "--json")
    let object = try JSONSerialization.jsonObject(with: Data(next.output.utf8))
    let models = (object as? [String: Any])?["models"] as? [[String: Any]]
    #expect(models?.first?["file"] as? String != String(first), "\(next.output)")
  }
}
