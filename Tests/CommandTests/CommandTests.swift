import Foundation
import TestSupport
import Testing

/// Runs the built command as a user would.
struct Command {
  var status: Int32
  var output: String
  var errors: String

  /// The executable lies beside the test bundle.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "iotco2-graph")

  init(
    _ arguments: String..., input: [UInt8]? = nil, environment: [String: String] = [:]
  ) throws {
    try self.init(arguments, input: input, environment: environment)
  }

  init(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = Paths.root
    // Reports of today would differ tomorrow: these are of June 2026.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SOURCE_DATE_EPOCH": "1780272000"]) { _, own in own }
      .merging(environment) { _, own in own }
    let folder = try TemporaryFolder()
    let output = folder.url.appending(path: "output")
    let errors = folder.url.appending(path: "errors")
    for file in [output, errors] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    if let input {
      process.standardInput = try FileHandle(
        forReadingFrom: URL(filePath: folder.file("input", input)))
    }
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = try String(contentsOf: output, encoding: .utf8)
    self.errors = try String(contentsOf: errors, encoding: .utf8)
  }

  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}

private let keywordSpotter = "Fixtures/tflite/ds_cnn_int8.tflite"

@Suite struct AnalyzeTests {
  @Test func promisedKeysAreThere() throws {
    let report = try Command(
      "analyze", keywordSpotter, "--device", "stm32l4r5", "--region", "DE", "--format", "json"
    ).json()
    #expect(report["schemaVersion"] as? String == "2.0")
    let model = try #require(report["model"] as? [String: Any])
    for key in ["path", "format", "producer", "opsets", "inputs", "outputs", "bindings"] {
      #expect(model[key] != nil, "\(key)")
    }
    let coverage = try #require(report["coverage"] as? [String: Any])
    #expect(coverage["operators"] as? Int == 12)
    #expect(coverage["operatorsCosted"] as? Int == 12)
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(totals["macs"] as? Int == 2_656_768)
    #expect(totals["parameters"] as? Int == 22_604)
    for key in [
      "otherOps", "weightBytes", "activationBytes", "peakActivationBytes", "arenaBytes",
      "trafficBytes",
    ] { #expect(totals[key] != nil, "\(key)") }
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.count == 12)
    for key in [
      "index", "name", "operator", "sourceOperator", "subgraph", "inputs", "outputs", "macs",
      "otherOps", "trafficBytes", "placement", "time", "energy", "carbon",
    ] { #expect(layers[0][key] != nil, "\(key)") }
    let estimate = try #require(report["estimate"] as? [String: Any])
    let latency = try #require(estimate["latency"] as? [String: Any])
    #expect(latency["unit"] as? String == "s")
    for key in ["value", "low", "high", "provenance", "sources"] { #expect(latency[key] != nil) }
    let carbon = try #require(estimate["carbon"] as? [String: Any])
    for key in ["operational", "embodied", "total", "sci"] { #expect(carbon[key] != nil) }
    let sources = try #require(report["sources"] as? [String: Any])
    for id in try #require(latency["sources"] as? [String]) { #expect(sources[id] != nil) }
  }

  /// A name that may have to be typed, to bind its sizes.
  @Test(arguments: ["analyze", "inspect"])
  func namesOfInputsAreShownWhole(command: String) throws {
    let name = String(repeating: "scope/", count: 40) + "input"
    let folder = try TemporaryFolder()
    let model = try folder.file(
      "m.onnx",
      WireBytes.model(
        graph: WireBytes().node("Relu", [name], ["y"]).input(name, [1, 3]).output("y")
      ).bytes)
    #expect(try Command(command, model).output.contains(" \(name)"))
  }

  @Test func whatIsUnknownIsNull() throws {
    let report = try Command(
      "analyze", "Fixtures/onnx/ds_cnn_dynamic.onnx", "--format", "json", "--device", "stm32l4r5"
    ).json()
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(totals["macs"] is NSNull)
    #expect(totals["macsExpression"] as? String == "2656768*batch")
    let estimate = try #require(report["estimate"] as? [String: Any])
    #expect(estimate["isComplete"] as? Bool == false)
    let layers = try #require(report["layers"] as? [[String: Any]])
    let convolution = try #require(layers.first { $0["sourceOperator"] as? String == "Conv" })
    let outputs = try #require(convolution["outputs"] as? [[String: Any]])
    #expect((outputs[0]["shape"] as? [Any])?.first as? String == "batch")
    #expect(convolution["macs"] is NSNull)
  }

  @Test func fusedAndFoldedOperatorsStayInTheReport() throws {
    let report = try Command(
      "analyze", "Fixtures/onnx/resnet8_qdq.onnx", "--format", "json", "--device", "stm32l4r5"
    ).json()
    let layers = try #require(report["layers"] as? [[String: Any]])
    let folded = layers.filter { $0["foldedAs"] != nil }
    #expect(layers.count == 70)
    #expect(!folded.isEmpty)
    let names = Set(layers.compactMap { $0["name"] as? String })
    for layer in folded {
      let owner = try #require(layer["fusedInto"] as? String)
      #expect(names.contains(owner))
    }
  }

  @Test(arguments: ["text", "json", "ndjson", "csv"]) func twoRunsGiveTheSameBytes(format: String)
    throws
  {
    let runs = try (0..<2).map { _ in
      try Command(
        "analyze", "Fixtures/onnx/conv_variety.onnx", "Fixtures/onnx/resnet8_qdq.onnx",
        "--device", "coral-edge-tpu", "--format", format)
    }
    #expect(runs[0].status == 0)
    #expect(!runs[0].output.isEmpty)
    #expect(runs[0].output == runs[1].output)
  }

  @Test func csvHasOneRowForEachLayer() throws {
    let rows = try Command("analyze", keywordSpotter, "--format", "csv").output
      .split(separator: "\n")
    #expect(rows.count == 1 + 12)
    let columns = rows[0].split(separator: ",", omittingEmptySubsequences: false).count
    #expect(rows[1].contains(",CONV_2D,\"[1, 25, 5, 64]\",int8,int8,320000,"))
    #expect(columns == 28)
  }

  @Test func readsStandardInput() throws {
    let bytes = [UInt8](try Data(contentsOf: Paths.root.appending(path: keywordSpotter)))
    let run = try Command("analyze", "-", "--summary", input: bytes)
    #expect(run.status == 0)
    #expect(run.output.contains("2,656,768"))
  }

  @Test func writesAFileWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "report.json").path
    #expect(
      try Command("analyze", keywordSpotter, "--format", "json", "--output", path).status == 0)
    let direct = try Command("analyze", keywordSpotter, "--format", "json")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == direct.output)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["report.json"])
    let nowhere = try Command("analyze", keywordSpotter, "--output", "/nonexistent/report.txt")
    #expect(nowhere.status == 3)
    #expect(nowhere.errors.contains("/nonexistent/report.txt: cannot be written"))
  }

  @Test func aBadFileDoesNotStopTheOthers() throws {
    let run = try Command("analyze", "missing.onnx", keywordSpotter, "--summary")
    #expect(run.status == 2)
    #expect(run.output.contains("2,656,768"))
    #expect(run.errors == "error: missing.onnx: cannot be opened: No such file or directory\n")
  }

  @Test func strictTurnsWarningsIntoFailure() throws {
    let run = try Command("analyze", "Fixtures/onnx/ds_cnn_dynamic.onnx", "--strict", "--summary")
    #expect(run.status == 2)
    #expect(run.errors.contains("open-dimension"))
    #expect(try Command("analyze", keywordSpotter, "--strict", "--summary").status == 0)
  }

  @Test(arguments: [
    (["analyze"], "Missing expected argument"),
    (["analyze", "x.onnx", "--format", "xml"], "The value 'xml' is invalid"),
    (["analyze", keywordSpotter, "--device", "toaster"], "device 'toaster' is not known"),
    (["analyze", keywordSpotter, "--region", "DE"], "--region needs --device"),
    (["analyze", keywordSpotter, "--device", "stm32l4r5", "--region", "XX"], "region 'XX' is not"),
    (["analyze", keywordSpotter, "--device", "stm32l4r5", "--runtime", "x"], "has no runtime 'x'"),
    (
      ["analyze", keywordSpotter, "--device", "stm32l4r5:x"],
      "has no runtime 'x'; it has: x-cube-ai,"
    ),
    (
      ["analyze", keywordSpotter, "--device", "stm32l4r5:tflm", "--runtime", "tflm"],
      "device 'stm32l4r5:tflm' names a runtime, but 'tflm' is stated too"
    ),
    (
      ["analyze", keywordSpotter, "--device", "stm32l4r5", "--lifetime", "0"],
      "0 is below 0.001 years"
    ),
    (["analyze", keywordSpotter, "--bind", "batch"], "'batch' has no value, expected NAME=SIZE"),
    (["analyze", keywordSpotter, "--bind", "seq=3"], "neither a symbolic dimension nor an input"),
    (["analyze", "Fixtures"], "Fixtures: is a directory, expected a model file"),
    (
      ["analyze", "Fixtures/language/optimum_marian"],
      "optimum_marian: is a folder, expected one of its models, or for a decoder a text"
    ),
    (["analyze", "README.md"], "README.md: is neither an ONNX nor a TFLite model"),
    (["devices", "show", "toaster"], "device 'toaster' is not known"),
    (["devices", "validate", "LICENSE"], "LICENSE:93:36: is neither YAML nor JSON"),
    (["regions", "show", "XX"], "region 'XX' is not known"),
    (["frobnicate"], "no command 'frobnicate'"),
  ])
  func badUsageAndBadInputExitWith2(arguments: [String], message: String) throws {
    let run = try Command(arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}

@Suite struct OtherCommandTests {
  @Test func inspectTellsWhatAFileHolds() throws {
    let text = try Command("inspect", keywordSpotter).output
    for part in ["DEPTHWISE_CONV_2D", "perTensor", "min_runtime_version", "12 of 12 operators"] {
      #expect(text.contains(part), "\(part)")
    }
    let report = try Command("inspect", keywordSpotter, "--format", "json").json()
    #expect((report["tensors"] as? [Any])?.isEmpty == false)
  }

  @Test func devicesAndRegionsAreListed() throws {
    let devices = try Command("devices").output
    for name in ["stm32l4r5", "raspberry-pi-4", "coral-edge-tpu"] {
      #expect(devices.contains(name))
    }
    let regions = try Command("regions", environment: ["COLUMNS": "200"]).output
    #expect(regions.contains("[CC BY 4.0]") && regions.contains("US-CA"))
    let germany = try Command("regions", "show", "deu").output
    #expect(germany.contains("Germany") && germany.contains("gCO2e/kWh") && germany.contains(" 20"))
  }

  @Test func aShownProfileIsAValidProfile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "mine.json", Command("devices", "show", "coral-edge-tpu", "--json").output.utf8)
    #expect(try Command("devices", "validate", path).status == 0)
    let own = try Command("analyze", keywordSpotter, "--device", path, "--summary").output
    let builtIn = try Command("analyze", keywordSpotter, "--device", "coral-edge-tpu", "--summary")
    #expect(own == builtIn.output)
  }

  @Test func theListOfOperatorsIsCurrent() throws {
    let file = Paths.root.appending(path: "docs/operators.md")
    let run = try Command("operators")
    #expect(
      run.output == (try String(contentsOf: file, encoding: .utf8)),
      "docs/operators.md is out of date; write it anew with: iotco2-graph operators")
  }

}

@Suite struct CalibrateTests {
  private static let profile = Paths.root.appending(
    path: "Sources/DeviceProfiles/Devices/stm32f746.json")

  @Test(arguments: [
    (["calibrate", "a.json", "b.json"], "--in-place"),
    (["calibrate", "stm32l4r5", "--in-place"], "'stm32l4r5' is a built-in profile"),
    (["calibrate", profile.path, "--measurements", "nowhere.csv"], "nowhere.csv: cannot be read"),
  ])
  func saysWhatIsWrong(arguments: [String], error: String) throws {
    let run = try Command(arguments)
    #expect(run.status != 0)
    #expect(run.errors.contains(error), "\(run.errors)")
  }

  /// A mistake in a table ends with exit code 2, and nothing is written.
  @Test(arguments: [
    ("model,latency\nm.tflite,1\n", "column 'latency' is not known"),
    ("model,latency_ms\nm.tflite,1\n", "row 2: model 'm.tflite' is not there"),
    ("model,latency_ms\nm.tflite,\n", "no row can be used; row 2: has no latency_ms"),
  ])
  func refusesTables(text: String, error: String) throws {
    let folder = try TemporaryFolder()
    let table = try folder.file("rows.csv", text.utf8)
    let output = folder.url.appending(path: "fitted.json").path
    let run = try Command([
      "calibrate", Self.profile.path, "--measurements", table, "--output", output,
    ])
    #expect(run.status == 2 && run.errors.contains(error), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}

@Suite struct DeviceFileTests {
  /// A profile is found wrong where it is wrong, in words that help.
  @Test(arguments: [
    ("idlePower", "idlePowr", "idlePowr: is not a known key; did you mean 'idlePower'?"),
    ("\"microcontroller\"", "\"toaster\"", "class: expected one of: microcontroller, "),
    ("\"int8\"", "\"int9\"", "cyclesPerMAC.int9: expected one of: int8, "),
    ("\"sram\": {", "\"srma\": {", "bandwidth.srma: is not a memory of the device; did you mean"),
  ])
  func aWrongProfileIsRefused(right: String, wrong: String, message: String) throws {
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOfFile: Paths.fixture("strict/device.json"), encoding: .utf8)
    let file = try folder.file("board.json", text.replacing(right, with: wrong).utf8)
    let run = try Command("devices", "validate", file)
    #expect(run.status == 2)
    #expect(run.errors.contains("board.json:"), "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// A file of rates beside a profile is read with it, and only with its own.
  @Test func ratesBesideAProfileAreRead() throws {
    let folder = try TemporaryFolder()
    func file(_ name: String, _ path: String) throws -> String {
      try folder.file(name, Data(contentsOf: Paths.root.appending(path: path)))
    }
    let profile = try file("board.json", "Sources/DeviceProfiles/Devices/stm32l4r5.json")
    let alone = try Command("devices", "validate", profile)
    #expect(alone.status == 2)
    #expect(alone.errors.contains("key 'overheadPerInference' is missing"), "\(alone.errors)")
    _ = try file("board.rates.json", "Sources/DeviceProfiles/Rates/stm32l4r5.json")
    #expect(
      try Command("devices", "show", profile, "--json").output
        == Command("devices", "show", "stm32l4r5", "--json").output)
    _ = try file("board.rates.json", "Sources/DeviceProfiles/Rates/stm32u575.json")
    let other = try Command("devices", "validate", profile)
    #expect(other.errors.contains("board.rates.json:"), "\(other.errors)")
    #expect(other.errors.contains("name: is 'stm32u575'"), "\(other.errors)")
  }

  @Test func aDeviceThatIsNearlyKnownIsSuggested() throws {
    let run = try Command("devices", "show", "stm32l4r6")
    #expect(run.errors.contains("did you mean 'stm32l4r5'?"), "\(run.errors)")
  }
}

@Suite struct ReadmeTests {
  /// Blocks that start with `$ iotco2-graph`, with the command's arguments and the lines that are shown of its output.
  static let examples: [(arguments: [String], lines: Int?, output: String)] = [
    "README.md", "docs/check.md", "docs/language-models.md",
  ].flatMap { page in
    let path = Paths.root.appending(path: page)
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "```").compactMap {
      block -> (arguments: [String], lines: Int?, output: String)? in
      guard let start = block.firstMatch(of: /^(text|console)\n\$ iotco2-graph ([^\n|]*)/) else {
        return nil
      }
      let rest = block[start.range.upperBound...]
      let count = rest.prefixMatch(of: /\| head -n (\d+)/).flatMap { Int($0.1) }
      guard let end = rest.firstIndex(of: "\n") else { return nil }
      let arguments = start.2.split(separator: " ").map(String.init)
      return (arguments, count, String(rest[rest.index(after: end)...]))
    }
  }

  @Test func hasExamples() { #expect(Self.examples.count >= 8) }

  @Test(arguments: examples.indices)
  func showsWhatTheCommandPrints(example: Int) throws {
    let (arguments, lines, output) = Self.examples[example]
    let printed = try Command(arguments, environment: ["COLUMNS": "80"]).output
    let shown = printed.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.map { shown.prefix($0).joined(separator: "\n") + "\n" }
    #expect(first ?? printed == output)
  }
}

/// Whole reports for people, at both widths that they are laid out for, with and without colour.
///
/// `UPDATE_GOLDEN=1` updates them.
@Suite struct GoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var arguments: [String]
    var columns = 80
    var isColoured = false
    var testDescription: String { "\(name).\(columns)\(isColoured ? ".colour" : "")" }
  }

  private static let keywords = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let floats = "Fixtures/tflite/ds_cnn_float32.tflite"
  private static let resnet = "Fixtures/onnx/resnet8.onnx"

  private static let reports: [(name: String, arguments: [String])] = [
    (
      "ds_cnn_int8.stm32l4r5", ["analyze", keywords, "--device", "stm32l4r5", "--region", "DE"]
    ),
    (
      "resnet8.coral-edge-tpu",
      ["analyze", resnet, "--device", "coral-edge-tpu", "--region", "DE"]
    ),
    ("resnet8.onnx-tool", ["analyze", resnet, "--convention", "onnx-tool", "--summary"]),
    ("ds_cnn.open", ["analyze", "Fixtures/onnx/ds_cnn_dynamic.onnx", "--device", "rp2040"]),
    ("ds_cnn_int8.inspect", ["inspect", keywords]),
    ("resnet8.hotspots", ["hotspots", resnet, "--device", "raspberry-pi-4"]),
    ("ds_cnn.diff", ["diff", floats, keywords, "--device", "stm32l4r5"]),
    (
      "ds_cnn.compare",
      [
        "compare", floats, keywords, "--device", "stm32l4r5", "--device", "stm32l4r5:tflm",
        "--device", "raspberry-pi-4",
      ]
    ),
    (
      "ds_cnn_int8.footprint",
      [
        "footprint", keywords, "--device", "rp2040", "--region", "DE", "--inferences-per-day",
        "1000", "--lifetime", "5", "--what-if", "usual", "--tornado",
      ]
    ),
    (
      "ds_cnn_int8.check",
      ["check", keywords, "--policy", "Fixtures/policies/keyword_spotter.yaml"]
    ),
    (
      "fixtures.scan",
      ["scan", "Fixtures/tflite", "--format", "table", "--device", "stm32l4r5", "--jobs", "2"]
    ),
    ("doorbell.product", ["products", "show", "Fixtures/carbon/doorbell_sheet.yaml"]),
    ("regions", ["regions", "show", "DE"]),
    ("devices", ["devices"]),
  ]

  static let cases = reports.flatMap { name, arguments in
    [80, 120].flatMap { columns in
      [false, true].map {
        Case(name: name, arguments: arguments, columns: columns, isColoured: $0)
      }
    }
  }

  @Test(arguments: cases)
  func textReport(test: Case) throws {
    var environment = ["COLUMNS": "\(test.columns)"]
    environment["CLICOLOR_FORCE"] = "1"
    environment["NO_COLOR"] = test.isColoured ? "" : "1"
    let run = try Command(test.arguments, environment: environment)
    let golden = Paths.root.appending(path: "Tests/CommandTests/Golden/\(test.testDescription).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try run.output.write(to: golden, atomically: true, encoding: .utf8)
    }
    // Colour is for texts, and no line is wider than the terminal.
    #expect(run.output.contains("\u{1B}[") == test.isColoured)
    let plain = run.output.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    #expect(plain.split(separator: "\n").allSatisfy { $0.count <= test.columns })
    #expect(run.output == (try String(contentsOf: golden, encoding: .utf8)))
    if test.testDescription == "ds_cnn_int8.stm32l4r5.80" {
      let readme = try String(contentsOf: Paths.root.appending(path: "README.md"), encoding: .utf8)
      #expect(readme.contains(run.output), "README.md shows another output")
    }
  }
}

/// The answer first: whether it fits, how long it takes, how sure that is, and what to change first.
///
/// `UPDATE_GOLDEN=1` updates the golden files, which hold the first lines.
@Suite struct AnswerTests {
  private static let models = [
    "tflite/ds_cnn_int8.tflite", "tflite/resnet8_float32.tflite",
    "tflite/mobilenet_like_int8.tflite",
    "onnx/resnet8_qdq.onnx", "onnx/ds_cnn_dynamo.onnx",
  ]
  private static let devices = ["esp32", "raspberry-pi-4", "ethos-u55-128"]
  /// Lines of a terminal.
  private static let screen = 24

  @Test(arguments: models, devices)
  func standsOnTheFirstScreen(model: String, device: String) throws {
    let run = try Command(
      "analyze", "Fixtures/\(model)", "--device", device, environment: ["COLUMNS": "80"])
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 41, "\(lines.count - 1) lines")
    let shown = lines.prefix(Self.screen).joined(separator: "\n") + "\n"
    #expect(shown.contains(#/\n(fits|does not fit|fit unknown): /#))
    #expect(shown.contains(#/\n  latency .* to /#))
    #expect(shown.contains(#/-out error(?s:.*)median|unlike every measured network/#))
    #expect(shown.contains(#/\n(What to change first|No suggestion reduces)/#))
    let name = model.split(separator: "/")[1].split(separator: ".")[0]
    let golden = Paths.root.appending(
      path: "Tests/CommandTests/Golden/first_screen/\(name).\(device).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try FileManager.default.createDirectory(
        at: golden.deletingLastPathComponent(), withIntermediateDirectories: true)
      try shown.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(shown == (try String(contentsOf: golden, encoding: .utf8)))
  }
}
