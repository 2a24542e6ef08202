import Foundation
import TestSupport
import Testing

@testable import iotco2_graph

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("models/*.onnx", "models", ["a.onnx"], true),
    ("models/*.onnx", "models", ["b", "a.onnx"], false),
    ("models/**/*.onnx", "models", ["b", "c", "a.onnx"], true),
    ("models/**/*.onnx", "models", ["a.onnx"], true),
    ("models/**", "models", ["b", "a.onnx"], true),
    ("/data/[ab]?/x", "/data", ["a1", "x"], true),
    ("/data/[ab]?/x", "/data", ["c1", "x"], false),
    ("*.tflite", ".", ["a.tflite"], true),
    ("*.tflite", ".", [".hidden.tflite"], false),
    ("a/**/b/**/*.x", "a", ["b", "c", "b", "d.x"], true),
    ("a/**/b/**/*.x", "a", ["c", "d.x"], false),
  ])
  func matches(text: String, base: String, path: [String], isMatch: Bool) throws {
    let pattern = try #require(PathPattern(text))
    #expect(pattern.base == base)
    #expect(pattern.matches(path) == isMatch)
  }

  @Test func aPathIsNoPattern() { #expect(PathPattern("models/a.onnx") == nil) }
}

@Suite struct OrderedWorkTests {
  @Test(arguments: [1, 2, 8])
  func resultsComeInOrder(jobs: Int) throws {
    var items = (0..<300).makeIterator()
    var results: [Int] = []
    let work = OrderedWork(
      window: 16, next: { items.next() },
      work: { (item: Int) -> Int in
        if item.isMultiple(of: 50) { Thread.sleep(forTimeInterval: 0.01) }
        return item * 2
      },
      deliver: { results.append($0) })
    try work.run(jobs: jobs)
    #expect(results == (0..<300).map { $0 * 2 })
  }

  /// What cannot be written ends the work instead of being worked on in vain.
  @Test func anErrorEndsTheWork() throws {
    var taken = 0
    let work = OrderedWork(
      window: 4,
      next: {
        taken += 1
        return taken
      },
      work: { (item: Int) -> Int in item },
      deliver: { result in
        if result == 10 { throw CommandFailure(code: .environment, message: "full") }
      })
    #expect(throws: CommandFailure.self) { try work.run(jobs: 2) }
    #expect(taken < 100)
  }
}

@Suite struct ScanCommandTests {
  @Test func badUsage() throws {
    for (arguments, message) in [
      (["scan"], "no files given"), (["scan", "nowhere"], "no such file"),
      (["scan", "Sources"], "no model files"), (["scan", "Fixtures", "--jobs", "0"], "--jobs"),
      (["scan", "Fixtures", "--resume", "x", "--format", "csv"], "ndjson"),
      (["scan", "Fixtures", "--output", "/nowhere/x"], "cannot be written"),
      (["scan", "Fixtures", "--output", "x.onnx"], "refusing to overwrite a model file"),
      (["scan", "Fixtures", "--resume", "x.onnx"], "refusing to overwrite a model file"),
      (["scan", "Fixtures", "--resume", "Sources"], "cannot be resumed: not a file"),
      (["scan", "Fixtures", "--time-limit", "5"], "--time-limit 5, expected a limit such as 20s"),
      (["scan", "Fixtures", "--time-limit", "2GiB"], "--time-limit 2 GiB, expected"),
      (["scan", "Fixtures", "--memory-limit", "0MiB"], "--memory-limit 0 MiB, expected a limit"),
    ] {
      let run = try Command(arguments)
      #expect(run.status == (message == "cannot be written" ? 3 : 2))
      #expect(run.errors.contains(message), "\(arguments): \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }
}

@Suite struct ScanErrorTests {
  private let good = "Fixtures/tflite/ds_cnn_int8.tflite"

  /// A pipe to which nobody writes is a file that never ends.
  @Test(arguments: ["1", "2"])
  func aFileThatTakesTooLongHasALine(jobs: String) throws {
    let folder = try TemporaryFolder()
    let pipe = folder.url.appending(path: "pipe.onnx").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let run = try Command(
      "scan", good, pipe, good, "--jobs", jobs, "--time-limit", "2s", "--format", "csv")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").dropFirst()
    #expect(lines.map { $0.hasPrefix(good) } == [true, false, true])
    #expect(
      lines.dropFirst().first?.hasSuffix(
        "\(pipe): its analysis took more than 2 s (--time-limit)") == true, "\(run.output)")
    #expect(run.errors == "1 of 3 files could not be analysed; their lines have the reasons\n")
  }

  @Test(
    arguments: [
      (["missing.onnx"], 2), (["Fixtures/onnx/ds_cnn_dynamic.onnx"], 2), ([], 0),
    ] as [([String], Int32)])
  func strictCountsErrorsAndWarnings(others: [String], status: Int32) throws {
    let folder = try TemporaryFolder()
    let list = try folder.file("list", others.map { "\($0)\n" }.joined().utf8)
    let run = try Command("scan", good, "--list", list, "--strict")
    #expect(run.status == status)
    #expect(run.output.split(separator: "\n").count == 1 + others.count)
    if status == 2 {
      #expect(run.errors.hasSuffix("error: 1 of 2 files with warnings or errors\n"))
    }
  }
}

@Suite struct ConfigurationTests {
  private func analysis(_ yaml: String, _ arguments: String...) throws -> Command {
    let folder = try TemporaryFolder()
    let file = try folder.file("defaults.yml", yaml.utf8)
    return try Command(
      ["analyze", "Fixtures/tflite/ds_cnn_int8.tflite", "--format", "json", "--config", file]
        + arguments)
  }

  private func carbon(_ run: Command) throws -> [String: Any] {
    let estimate = try #require(try run.json()["estimate"] as? [String: Any])
    return try #require(estimate["carbon"] as? [String: Any])
  }

  private func device(_ run: Command) throws -> String? {
    (try run.json()["device"] as? [String: Any])?["name"] as? String
  }

  @Test func defaultsStandInForFlags() throws {
    let run = try analysis("{device: rp2040, region: FR}")
    #expect(try device(run) == "rp2040")
    #expect((try carbon(run)["region"] as? String)?.hasPrefix("France") == true)
    #expect(run.output.contains("defaults of"))
    let table = try analysis("{device: rp2040, region: FR}", "--format", "csv")
    #expect(table.errors.hasPrefix("note: defaults of "))
  }

  /// A gate says what its verdicts rest on.
  @Test func checkNamesTheDefaults() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("policy.yaml", "rules: [{metric: latency, max: 1}]".utf8)
    let file = try folder.file("defaults.yml", "device: rp2040\npolicy: policy.yaml\n".utf8)
    for format in ["text", "json", "github", "markdown"] {
      let run = try Command(
        "check", "Fixtures/tflite/ds_cnn_int8.tflite", "--config", file, "--format", format)
      #expect(run.status == 0)
      #expect(run.output.contains("defaults of"), "\(format)")
    }
  }

  @Test func flagsWin() throws {
    let run = try analysis(
      "{device: rp2040, region: FR}", "--device", "stm32l4r5", "--region", "DE")
    #expect(try device(run) == "stm32l4r5")
    #expect((try carbon(run)["region"] as? String)?.hasPrefix("Germany") == true)
    #expect(!run.output.contains("defaults of"))
    let factor = try analysis("{device: rp2040, region: FR}", "--intensity", "100")
    let intensity = try #require(try carbon(factor)["intensity"] as? [String: Any])
    #expect(intensity["value"] as? Double == 100)
  }

  @Test func pathsStartAtTheFile() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("use.yaml", "inferencesPerDay: 500\nregion: SE\n".utf8)
    let file = try folder.file("defaults.yml", "device: rp2040\ndeployment: use.yaml\n".utf8)
    let run = try Command(
      "analyze", "Fixtures/tflite/ds_cnn_int8.tflite", "--format", "json", "--config", file)
    #expect(try carbon(run)["inferencesPerDay"] as? Double == 500)
  }

  @Test(arguments: [
    ("{devise: x}", "defaults.yml:1: devise: is not a known key; did you mean 'device'?"),
    ("{runtime: tflm}", "defaults.yml:1: runtime: needs a device"),
    ("{device: nonesuch}", "defaults.yml: device 'nonesuch'"),
    ("{device: rp2040, region: XX}", "defaults.yml: region 'XX'"),
    ("{device: rp2040, product: nonesuch}", "defaults.yml: "),
    ("{schemaVersion: '2'}", "expected '1.0'"),
    ("{device: rp2040, deployment: gone.yaml}", "gone.yaml"), ("[1]", "defaults.yml"),
  ])
  func badFile(yaml: String, message: String) throws {
    let run = try analysis(yaml)
    #expect(run.status == 2)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
