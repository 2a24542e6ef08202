import Foundation
import Reports
import TestSupport
import Testing

/// Commands x options x forms: what one command takes, every command like it takes.
@Suite struct OptionTableTests {
  private static let model = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let device = ["--device", "stm32l4r5"]

  /// The commands that take models, with what each of them needs besides.
  static let modelCommands: [[String]] = [
    ["analyze", model], ["inspect", model], ["hotspots", model],
    ["footprint", model] + device, ["compare", model] + device, ["diff", model, model],
    ["check", model, "--policy", "Fixtures/policies/keyword_spotter.yaml"], ["scan", model],
  ]

  /// Options that each of them takes, as many in one run as do not exclude each other; the model has
  /// one input, and its signature is the default.
  static let options: [[String]] = [
    [
      "--device", "raspberry-pi-4", "--runtime", "tflite", "--signature", "serving_default",
      "--batch", "1", "--maxima", "--weights", "--strict", "--no-config", "--quiet",
    ],
    ["--device", "raspberry-pi-4", "--stack", "tflite"], ["--original", model], ["--bind", "x=4"],
    ["--drop-zero-filters"],
  ]

  @Test(arguments: modelCommands, options)
  func takesTheOptions(command: [String], options: [String]) throws {
    // A command that takes one device cannot take it twice.
    let command =
      options[0] == "--device" ? Array(command.filter { !Self.device.contains($0) }) : command
    let run = try Command(command + options)
    // What the model does not have is reported in one line; an unknown option is not.
    #expect(!run.errors.contains("Unknown option"), "\(run.errors)")
    #expect([0, 1, 2].contains(run.status), "\(run.errors)")
    if run.status == 2 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
  }

  /// Commands that cost a text, and others that do not.
  @Test(arguments: modelCommands) func onlyCostsOfATextAreAskedFor(command: [String]) throws {
    let costs = ["analyze", "hotspots", "compare", "footprint", "check"].contains(command[0])
    let run = try Command(command + ["--generate", "prompt=4,tokens=2"])
    #expect(run.status == 2)
    #expect(
      run.errors.contains(costs ? "has no cache of keys and values" : "Unknown option"),
      "\(run.errors)")
  }

  @Test(arguments: [
    ["analyze"], ["hotspots"], ["footprint"] + device, ["compare"] + device,
    ["check", "--max-latency", "100s"] + device,
  ])
  func aTextIsCosted(command: [String]) throws {
    let models = [
      "genai_qwen2_int4/model.onnx", "litert_llama.litertlm", "optimum_whisper", "optimum_marian",
    ]
    for file in models {
      let text = ["Fixtures/language/\(file)", "--generate", "prompt=16,tokens=4"]
      let run = try Command([command[0]] + text + command.dropFirst())
      #expect([0, 1].contains(run.status), "\(run.errors)")
      #expect(run.errors.isEmpty, "\(run.errors)")
    }
  }

  @Test(arguments: [
    ["analyze", "--measured", "x.csv"], ["analyze", "--convention", "thop"],
    ["hotspots", "--measured", "x.csv"], ["compare", "--measured", "x.csv"] + device,
  ])
  func whatIsAboutOneInferenceIsRefused(command: [String]) throws {
    let run = try Command(
      [command[0], Self.model, "--generate", "prompt=4,tokens=2"] + command.dropFirst())
    #expect([2, 64].contains(run.status))
    #expect(run.errors.contains("\(command[1]) is about one inference"), "\(run.errors)")
  }

  /// `genai_config.json` names the model of the folder, and 512 positions.
  @Test func aFolderStandsForItsDecoder() throws {
    let folder = "Fixtures/language/genai_qwen2_int4"
    let run = try Command([
      "analyze", folder, "--generate", "prompt=500,tokens=13", "--format", "json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"\(folder)/model.onnx\""))
    let long = try Command(["analyze", folder, "--generate", "prompt=500,tokens=14"])
    #expect(long.status == 2)
    #expect(
      long.errors.contains(
        "take 513 positions, expected at most 512, 'context_length' of genai_config.json"),
      "\(long.errors)")
  }

  /// `config.json` states 64 positions, of each side.
  @Test(arguments: [
    ("optimum_whisper", "prompt=60,tokens=6", "take 65 positions, expected at most 64"),
    ("optimum_marian", "prompt=65,tokens=6", "a prompt of 65 takes 65 positions"),
    ("optimum_marian", "prompt=6,tokens=65", "65 tokens take 65 positions"),
    (
      "optimum_marian/encoder_model.onnx", "prompt=4,tokens=6",
      "expected their folder 'Fixtures/language/optimum_marian/'"
    ),
  ])
  func whatAnEncoderWithItsDecoderDoesNotTakeIsRefused(
    file: String, text: String, fact: String
  ) throws {
    let run = try Command(["analyze", "Fixtures/language/\(file)", "--generate", text])
    #expect(run.status == 2)
    #expect(run.errors.contains(fact), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  @Test(
    arguments: [
      (
        ["genai_config.json": #"{"model": {"decoder": {"filename": "../x.onnx"}}}"#],
        "a file in the folder"
      ),
      (
        ["genai_config.json": #"{"model": {"decoder": {"filename": "x.onnx"}}}"#],
        "without 'x.onnx'"
      ),
      (["genai_config.json": "{"], "genai_config.json: cannot be used"),
      (
        ["genai_config.json": #"{"model": {"context_length": "512"}}"#],
        "genai_config.json: cannot be used"
      ),
      (
        ["config.json": #"{"max_position_embeddings": -5}"#],
        "config.json: 'max_position_embeddings' is -5, expected a whole number above 0"
      ),
      (
        ["config.json": #"{"n_positions": 0}"#],
        "config.json: 'n_positions' is 0, expected a whole number above 0"
      ),
      (
        ["genai_config.json": #"{"model": {"decoder": {"filename": "."}}}"#], "a file in the folder"
      ),
      ([:], "without 'model.onnx'"),
      (["encoder_model.onnx": ""], "and not the other files of its decoder"),
      (["decoder_model.onnx": ""], "expected 'decoder_model_merged.onnx', or both"),
      (
        [
          "genai_config.json":
            #"{"model": {"encoder": {"filename": "../x"}, "decoder": {"filename": "a"}}}"#,
          "a": "",
        ], "a file in the folder"
      ),
    ] as [([String: String], String)])
  func aFolderThatDoesNotTellIsRefused(files: [String: String], fact: String) throws {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.file(name, Array(text.utf8)) }
    let run = try Command(["analyze", folder.url.path, "--generate", "prompt=4,tokens=2"])
    #expect(run.status == 2)
    #expect(run.errors.contains(fact), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  /// Options that describe the deployment, with a value that changes the footprint of `usage`.
  static let deploymentOptions: [[String]] = [
    ["--deployment", "docs/case-studies/deployment.yaml"], ["--product", "pico"],
    ["--region", "SE"], ["--grid", "Fixtures/carbon/own_grid.csv"], ["--intensity", "100"],
    ["--start-year", "2015"],
    ["--grid-trend", "recent"], ["--lifetime", "8"], ["--inferences-per-day", "5"],
    ["--power", "solar"], ["--no-load-power", "0.05"], ["--attribution", "activeTime"],
    ["--fleet", "10"],
  ]

  private static let usage =
    ["footprint", model] + device + ["--region", "DE", "--inferences-per-day", "1000"]

  private static let usageReport = try? Command(usage + ["--format", "json"]).output

  @Test(arguments: deploymentOptions) func theDeploymentOptionCounts(option: [String]) throws {
    let before = try #require(Self.usageReport)
    // The last of two equal options wins; a region and an intensity exclude each other.
    let rest = Self.usage.filter { option[0] != "--intensity" || !["--region", "DE"].contains($0) }
    let after = try Command(rest + option + ["--format", "json"])
    #expect(
      after.status == 0 && after.output != before,
      """
      \(option[0]) changes nothing: use it in DeploymentOptions.resolved, or give it a value here that \
      changes the footprint. \(after.errors)
      """)
    let alone = try Command(["analyze", Self.model] + option)
    #expect(
      alone.status == 2 && alone.errors.contains("\(option[0]) needs --device"),
      "\(option[0]) is ignored without --device: add it to DeploymentOptions.given")
  }

  /// The options of each command with the words that each may be, from the parser's own description.
  private static let parsed: [String: [String: [String]]] = {
    let root = (try? Command("--experimental-dump-help").json()["command"]) as? [String: Any]
    var result: [String: [String: [String]]] = [:]
    for command in root?["subcommands"] as? [[String: Any]] ?? [] {
      var options: [String: [String]] = [:]
      for argument in command["arguments"] as? [[String: Any]] ?? [] {
        for name in argument["names"] as? [[String: Any]] ?? []
        where name["kind"] as? String == "long" {
          options["--\(name["name"] as? String ?? "")"] =
            argument["allValues"] as? [String] ?? []
        }
      }
      result[command["commandName"] as? String ?? ""] = options
    }
    return result
  }()

  private static func options(of command: String) throws -> [String: [String]] {
    try #require(parsed[command])
  }

  @Test func everySharedOptionHasARow() throws {
    let shared = try Self.modelCommands.map { Set(try Self.options(of: $0[0]).keys) }
      .reduce(nil) { $0?.intersection($1) ?? $1 }
    let rows = Set((Self.options + Self.deploymentOptions).flatMap(\.self))
    for name in (shared ?? []).subtracting(rows).subtracting(["--config", "--help"]).sorted()
    where !["--format", "--json", "--output"].contains(name) {
      Issue.record(
        """
        \(name) has no row in OptionTableTests: add it with a value to deploymentOptions if it \
        describes the deployment, else to options
        """)
    }
  }

  /// Not of `validate`, which fits everything again: that takes minutes in a debug build.
  @Test(arguments: [
    modelCommands[0] + device, modelCommands[1], modelCommands[2] + device, modelCommands[3],
    modelCommands[4], modelCommands[5], modelCommands[6], modelCommands[7],
  ])
  func writesEveryFormatOfTheCommand(command: [String]) throws {
    let publisher = [
      "--company", "Example", "--company-id", "urn:x:y", "--standard", "ISO14067", "--product",
      "Fixtures/carbon/keyword_spotter_product.yaml",
    ]
    for format in try #require(Self.options(of: command[0])["--format"])
    where !Self.forms.contains(format) {
      let run = try Command(
        command + ["--format", format] + (format == "pact" ? publisher : [])
          + (format == "impact-framework" ? ["--inferences-per-day", "1440"] : []))
      #expect(
        [0, 1].contains(run.status) && !run.output.isEmpty,
        """
        '\(command[0]) --format \(format)' writes nothing: add a case for .\(format) to document(as:) of \
        the report. \(run.errors)
        """)
    }
  }

  @Test(arguments: ReportFormat.allCases) func someCommandHasTheFormat(format: ReportFormat) throws
  {
    let commands = Self.modelCommands.map { $0[0] } + ["validate"]
    let has = try commands.contains {
      try Self.options(of: $0)["--format"]?.contains(format.rawValue) ?? false
    }
    #expect(
      has,
      "no command writes \(format.rawValue): add it to 'formats' of the report that has a writer for it"
    )
  }

  /// The common formats are tested for every command above.
  @Test(arguments: ReportFormat.allCases.filter { !ReportFormat.common.contains($0) })
  func theFormatHasATest(format: ReportFormat) throws {
    let hasTest = try ["Tests/Formats", "Tests/CommandTests"].contains { folder in
      let url = Paths.root.appending(path: folder)
      return try FileManager.default.contentsOfDirectory(atPath: url.path).contains { name in
        guard name.hasSuffix(".py") || name.hasSuffix(".swift"), name != "OptionTableTests.swift"
        else { return false }
        let text = try String(contentsOf: url.appending(path: name), encoding: .utf8)
        return text.contains(format.rawValue)
      }
    }
    #expect(hasTest, "\(format.rawValue) has no test: check it against its schema in Tests/Formats")
  }

  /// Every command that answers with a report.
  static let reportCommands: [[String]] =
    modelCommands + [
      ["devices", "list"], ["devices", "list", "--runtimes"], ["regions", "list"],
      ["devices", "show", "rp2040"], ["devices", "rp2040", "esp32"], ["regions", "show", "DE"],
      ["regions", "EU", "France"], ["products", "list"], ["products", "show", "pico"],
      ["products", "parts"],
    ]

  /// The forms of every report.
  private static let forms = ["text", "json", "csv", "markdown"]

  @Test(arguments: reportCommands, forms)
  func writesTheForm(command: [String], form: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "report").path
    let run = try Command(command + ["--format", form, "--output", path])
    #expect([0, 1].contains(run.status), "\(run.errors)")
    #expect(run.output.isEmpty)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    switch form {
    case "json": _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
    case "csv":
      let widths = Set(lines.map { Self.fields(String($0)) })
      #expect(lines.count > 1 && widths.count == 1, "\(widths)")
    case "markdown": #expect(lines.contains { $0.hasPrefix("|---") })
    default: #expect(lines.allSatisfy { $0.count <= 120 })
    }
  }

  /// How many fields a line of CSV has; no field of these reports has a line end.
  private static func fields(_ line: String) -> Int {
    var count = 1
    var isQuoted = false
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted { count += 1 }
    }
    return count
  }

  /// Commands whose answer is no report still write it to the stated file.
  @Test(arguments: [
    ["devices", "validate", "Fixtures/strict/device.json"], ["schema", "policy"], ["operators"],
    ["terms", model],
  ])
  func writesToAFile(command: [String]) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "answer").path
    let run = try Command(command + ["--output", path])
    #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
    #expect(try !String(contentsOfFile: path, encoding: .utf8).isEmpty)
  }

  @Test func refusesAFormThatACommandHasNot() throws {
    let run = try Command(["inspect", Self.model, "--format", "sarif"])
    #expect(run.status == 2)
    #expect(run.errors.contains("text, json, csv, markdown") || run.errors.contains("'text'"))
  }
}
