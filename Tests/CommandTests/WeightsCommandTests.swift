import Foundation
import TestSupport
import Testing

/// Weights are read on request; the numbers are those of `Fixtures/generate_weights.py`.
@Suite struct WeightsCommandTests {
  private static let model = "Fixtures/weights/zero_filters.tflite"

  private func json(_ arguments: String...) throws -> [String: Any] {
    let run = try Command(arguments + ["--format", "json"])
    #expect(run.status == 0, "\(run.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test func inspectShowsThemOnRequestOnly() throws {
    #expect(try json("inspect", Self.model)["weights"] == nil)
    let weights = try #require(
      try json("inspect", Self.model, "--weights")["weights"] as? [String: Any])
    let totals = try #require(weights["totals"] as? [String: Any])
    #expect(totals["filters"] as? Int == 11 && totals["zeroFilters"] as? Int == 3)
    #expect(totals["rows"] as? Int == 2 && totals["zeroRows"] as? Int == 1)
    let macs = try #require(weights["macs"] as? [String: Any])
    #expect(macs["zeroFilters"] as? Int == 723 && macs["removableFilters"] as? Int == 576)
    #expect(macs["readersOfRemovable"] as? Int == 384 && macs["model"] as? Int == 1926)
    let text = try Command("inspect", Self.model, "--weights").output
    #expect(text.contains("3 of 11 filters are all zero"), "\(text)")
    let markdown = try Command("inspect", Self.model, "--weights", "--format", "markdown").output
    #expect(markdown.contains("- 3 of 11 filters are all zero"), "\(markdown)")
  }

  @Test func theNetworkIsCostedWithoutThem() throws {
    for (options, macs) in [([], 1926), (["--drop-zero-filters"], 966)] {
      let run = try Command(["analyze", Self.model, "--summary", "--format", "csv"] + options)
      #expect(run.output.contains(",\(macs),"), "\(run.output)")
    }
    let note = try Command("analyze", Self.model, "--drop-zero-filters").output
    #expect(note.contains("without 2 zero filters"), "\(note)")
  }

  @Test func aSuggestionSaysWhatTheySave() throws {
    let text = try Command("hotspots", Self.model, "--weights", "--by", "macs", "--format", "json")
      .output
    #expect(text.contains("saves 960 MACs, 50 %"), "\(text)")
    let unread = try Command("hotspots", Self.model, "--by", "macs").output
    #expect(!unread.contains("zero filters"))
  }

  @Test func shortDataIsOneError() throws {
    let folder = try TemporaryFolder()
    let tensor = WireBytes().number(1, 2).number(1, 2).number(2, 1).text(8, "w").number(14, 1)
      .message(13, WireBytes().text(1, "location").text(2, "w.bin"))
    let graph = WireBytes().input("x", [1, 2]).message(5, tensor)
      .node("MatMul", ["x", "w"], ["y"]).output("y")
    let path = try folder.file("model.onnx", WireBytes.model(graph: graph).bytes)
    _ = try folder.file("w.bin", [1, 2, 3])
    let run = try Command("inspect", path, "--weights")
    #expect(run.status == 2 && run.errors.split(separator: "\n").count == 1)
    #expect(run.errors.contains("model.onnx: tensor 'w': 'w.bin' has 3 bytes, expected 16 bytes"))
    #expect(try Command("inspect", path).status == 0)
  }

  @Test(arguments: ["gap9", "ndp120", "efr32xg24"])
  func integerEnginesDoNotRunFloats(device: String) throws {
    func run(_ precision: String) throws -> String {
      try Command(
        "analyze", "Fixtures/tflite/ds_cnn_\(precision).tflite", "-d", device, "--summary"
      ).output
    }
    let text = try run("float32")
    #expect(text.contains("computes in int8, not in float32"), "\(text)")
    #expect(text.contains("latency                    unknown"), "\(text)")
    #expect(try !run("int8").contains("unsupported"))
  }
}
