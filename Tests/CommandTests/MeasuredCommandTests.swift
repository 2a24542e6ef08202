import Foundation
import TestSupport
import Testing

/// `import`, and `--measured` of the commands that have it.
@Suite struct MeasuredCommandTests {
  private static let residual = "Fixtures/onnx/resnet8.onnx"
  private static let keywords = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let profile = "Fixtures/profiles/onnxruntime_1_32_resnet8.json"
  private static let log = "Fixtures/profiles/micro_profiler_log.txt"

  @Test func importsATableThatEveryCommandReads() throws {
    let folder = try TemporaryFolder()
    let table = folder.url.appending(path: "table.csv").path
    let run = try Command(
      "import", Self.log, "--model", Self.keywords, "--clock-mhz", "100", "--output", table)
    #expect(
      run.status == 0 && run.errors.contains("100.0 % of its time is matched"), "\(run.errors)")
    let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
    #expect(
      lines.first
        == "model,latency_ms,latency_low_ms,latency_high_ms,energy_uJ,power_mW,layer,clock_mhz,note"
    )
    // A row for each of the twelve layers, and one of the whole: the median of 3.799 and 5.6985 ms.
    #expect(lines.count == 14 && lines.last?.contains(",4.74875,") ?? false, "\(lines)")
    for command in [["analyze"], ["hotspots"], ["compare"]] {
      let report = try Command(
        command + [Self.keywords, "-d", "stm32l4r5", "--measured", table])
      #expect(
        report.status == 0 && report.output.contains("4.75 ms"), "\(report.errors)\(report.output)")
    }
  }

  @Test func showsAProfileBesideThePrediction() throws {
    let arguments = [
      "analyze", Self.residual, "-d", "raspberry-pi-4", "--measured", Self.profile,
    ]
    let report = try Command(arguments + ["--format", "json"]).json()
    let measured = try #require(report["measured"] as? [String: Any])
    #expect((measured["matchedShare"] as? Double ?? 0) > 0.9)
    let layers = try #require(report["layers"] as? [[String: Any]])
    let seconds = layers.compactMap {
      (($0["measured"] as? [String: Any])?["seconds"] as? [String: Any])?["value"] as? Double
    }
    #expect(seconds.count > 8 && seconds.allSatisfy { $0 > 0 })
    let text = try Command(arguments)
    #expect(text.output.contains("Measured beside predicted") && text.output.contains("ratio"))
    let page = try Command(arguments + ["--format", "html"])
    #expect(page.output.contains("Layers, predicted and measured"))
  }

  @Test func drawsPlots() throws {
    let folder = try TemporaryFolder()
    let plot = folder.url.appending(path: "measured.svg").path
    for command in [["analyze", Self.residual], ["compare", Self.residual]] {
      let run = try Command(
        command + ["-d", "raspberry-pi-4", "--measured", Self.profile, "--plot", plot])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try String(contentsOfFile: plot, encoding: .utf8).contains("<circle"))
    }
  }

  /// Arguments that are refused, with a part of the one line that says why.
  static let refused: [(arguments: [String], message: String)] = [
    (["import", log, "--model", keywords], "expected --clock-mhz"),
    (["import", keywords, "--model", keywords], "is no profile that is known"),
    (["import", "absent.json", "--model", keywords], "absent.json: cannot be read"),
    (["import", profile, "--model", keywords, "--clock-mhz", "0"], "expected a number above 0"),
    (["analyze", keywords, "--measured", "absent.csv"], "absent.csv: cannot be read"),
    (
      ["compare", keywords, residual, "-d", "stm32l4r5", "--measured", profile],
      "is a profile of one model, and there are 2"
    ),
    (["compare", keywords, "-d", "stm32l4r5", "--plot", "m.svg"], "--plot needs --measured"),
    (["analyze", keywords, "--measured", log, "--format", "dot"], "not for --format dot"),
  ]

  @Test(arguments: refused) func refuses(arguments: [String], message: String) throws {
    let run = try Command(arguments)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
