import Foundation
import TestSupport
import Testing

/// What `check` and `compare` say of texts: memory beside the arena, speed, and what is not counted.
@Suite struct TextLimitTests {
  private static let model = "Fixtures/language/genai_qwen2_int4/model.onnx"
  private static let request = "prompt=4,tokens=32"
  private static let text = ["--generate", request, "--device", "raspberry-pi-5"]

  private typealias Object = [String: Any]

  /// The verdicts of rules on a model.
  private static func verdicts(_ rules: String, _ arguments: [String]) throws -> [Object] {
    let folder = try TemporaryFolder()
    let path = try folder.file("policy.yaml", "{allowUnfit: true, rules: [\(rules)]}".utf8)
    let run = try Command(["check"] + arguments + ["--policy", path, "--format", "json"])
    #expect([0, 1].contains(run.status), "\(run.errors)")
    let subjects = try #require(run.json()["subjects"] as? [Object])
    return subjects.flatMap { $0["verdicts"] as? [Object] ?? [] }
  }

  private static func outcomes(_ rules: String, _ arguments: [String]) throws -> [String] {
    try verdicts(rules, arguments).compactMap { $0["outcome"] as? String }
  }

  private static func rows(_ arguments: [String]) throws -> [Object] {
    let report = try Command(["compare"] + arguments + ["--format", "json"]).json()
    return try #require(report["rows"] as? [Object])
  }

  private static func part(_ object: Object?, _ keys: String...) throws -> Any? {
    var value: Any? = object
    for key in keys { value = try #require(value as? Object)[key] }
    return value
  }

  /// `genai_config.json` states a buffer of 512 positions, each of 256 B, which lies beside the arena.
  @Test func aSharedCacheIsMemory() throws {
    let report = try Command(["analyze", Self.model, "--format", "json"] + Self.text).json()
    let arena = try #require(Self.part(report, "totals", "arenaBytes") as? Int)
    #expect(try Self.part(report, "memory", "stateBytes") as? Int == 512 * 256)
    let prepared = try #require(Self.part(report, "memory", "preparedBytes") as? Int)
    let bytes = arena + 512 * 256 + prepared
    let limits = "{metric: arenaBytes, max: \(bytes)}, {metric: arenaBytes, max: \(bytes - 1)}"
    #expect(try Self.outcomes(limits, [Self.model] + Self.text) == ["pass", "fail"])
    #expect(try Self.rows([Self.model] + Self.text)[0]["arenaBytes"] as? Int == bytes)
    // As much is held against the memories of the device.
    let fits = try #require(Self.part(report, "device", "memoryFit") as? [Object])
    #expect(fits.first { $0["need"] as? String == "activations" }?["bytes"] as? Int == bytes)
  }

  /// Without its configuration the model keeps 35 positions, of 256 B, in its arena.
  @Test func modelsAreOrderedByAllTheirMemory() throws {
    let folder = try TemporaryFolder()
    for name in ["model.onnx", "model.onnx.data"] {
      let source = Paths.fixture("language/genai_qwen2_int4/\(name)")
      _ = try folder.file(name, Data(contentsOf: URL(filePath: source)))
    }
    let rows = try Self.rows([Self.model, folder.url.path, "--by", "memory"] + Self.text)
    #expect(rows.map { $0["model"] as? String != Self.model } == [true, false])
  }

  /// An inference has no such buffers: 16,000 B are TFLite Micro's arena.
  @Test func memoryOfAnInferenceIsItsArena() throws {
    let rows = try Self.rows(["Fixtures/tflite/ds_cnn_int8.tflite", "--device", "stm32l4r5"])
    #expect(rows[0]["arenaBytes"] as? Int == 16_000)
    #expect(rows[0]["arenaIsLowerBound"] as? Bool == false)
    #expect(rows[0]["firstToken"] == nil && rows[0]["tokensPerSecond"] == nil)
  }

  /// The text that the baseline is of, the one that is checked, and what is said; the same are compared.
  @Test(arguments: [
    ("prompt=4,tokens=3", "prompt=4,tokens=3", ""),
    (
      "prompt=4,tokens=3", "prompt=5,tokens=3",
      "was made with --generate prompt=4,tokens=3; make it with --generate prompt=5,tokens=3"
    ),
    (
      "prompt=4,tokens=3", "prompt=4,tokens=4",
      "was made with --generate prompt=4,tokens=3; make it with --generate prompt=4,tokens=4"
    ),
    (
      "prompt=4,tokens=3,batch=2", "prompt=4,tokens=3",
      "was made with --generate prompt=4,tokens=3,batch=2; make it with --generate prompt=4,tokens=3"
    ),
    (
      "", "prompt=4,tokens=3",
      "was made without --generate; make it with --generate prompt=4,tokens=3"
    ),
  ])
  func aBaselineIsOfTheSameText(old: String, new: String, message: String) throws {
    let folder = try TemporaryFolder()
    let baseline = folder.url.appending(path: "baseline.json").path
    func arguments(_ text: String) -> [String] {
      [Self.model, "--device", "raspberry-pi-5", "--baseline", baseline]
        + (text.isEmpty ? [] : ["--generate", text])
    }
    #expect(try Command(["check", "--update-baseline"] + arguments(old)).status == 0)
    let rules = ["macs", "weightBytes", "arenaBytes", "latency", "firstToken"].map {
      "{metric: \($0), maxIncreasePercent: 0}"
    }
    let verdicts = try Self.verdicts(rules.joined(separator: ", "), arguments(new))
    #expect(verdicts.count == 5)
    for verdict in verdicts {
      #expect(verdict["outcome"] as? String == (message.isEmpty ? "pass" : "unknown"))
      let said = try #require(verdict["message"] as? String)
      #expect(message.isEmpty ? said.isEmpty : said.hasSuffix(message), "\(said)")
    }
  }

  /// A decoder beside an embedding that is not counted.
  private static func partOfAModel() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = URL(filePath: Paths.fixture("language/optimum_llama.onnx"))
    _ = try folder.file("model.onnx", Data(contentsOf: source))
    _ = try folder.file("embed_tokens.onnx", "".utf8)
    return folder
  }

  /// More files can raise it: it fails a limit, and passes none.
  @Test func whatIsNotCountedPassesNoLimit() throws {
    let folder = try Self.partOfAModel()
    let metrics = [
      "latency", "firstToken", "energy", "operationalCarbon", "macs", "otherOps", "parameters",
      "weightBytes", "trafficBytes", "peakActivationBytes", "arenaBytes", "fallbackOperators",
    ]
    let shares = ["ramShare", "flashShare", "memoryShare"]
    let large =
      metrics.map { "{metric: \($0), max: 1e15}" }
      + shares.map { "{metric: \($0), max: 100 %}" } + [
        "{metric: latency, max: 1e15, straddle: pessimistic}",
        "{metric: unquantizedShare, max: 100 %}", "{metric: coverage, min: 0 %}",
        "{metric: coverage, min: 100 %}", "{metric: tokensPerSecond, min: 0}",
        "{metric: weightBytes, min: 0}", "{metric: diagnostics, max: 1000, code: x}",
        "{metric: macs, max: 1e15, operator: MatMul}",
      ]
    let arguments = [folder.url.path] + Self.text
    let outcomes = try Self.outcomes(large.joined(separator: ", "), arguments)
    #expect(outcomes == large.map { _ in "unknown" }, "\(outcomes)")
    let small =
      metrics.filter { $0 != "fallbackOperators" }.map { "{metric: \($0), max: 1e-12}" }
      + shares.map { "{metric: \($0), max: 0}" }
    let failed = try Self.outcomes(small.joined(separator: ", "), arguments)
    #expect(failed == small.map { _ in "fail" }, "\(failed)")
  }

  /// By the titles of its columns.
  private static func markdownRow(_ arguments: [String]) throws -> [String: String] {
    let output = try Command(["compare"] + arguments + ["--format", "markdown"]).output
    let lines = output.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    try #require(lines.count == 3)
    return Dictionary(zip(lines[0], lines[2])) { first, _ in first }
  }

  @Test func whatIsNotCountedIsMarked() throws {
    let folder = try Self.partOfAModel()
    let part = try Self.markdownRow([folder.url.path] + Self.text)
    for title in ["latency", "first token", "energy", "marginal CO2e", "memory"] {
      #expect(part[title]?.hasPrefix("≥ ") == true, "\(part)")
    }
    #expect(part["tokens/s"] == "unknown")
    let whole = try Self.markdownRow([Self.model] + Self.text)
    #expect(whole.values.allSatisfy { !$0.contains("≥") && $0 != "unknown" }, "\(whole)")
  }

  /// They are those of the analysis.
  @Test func aComparisonHasTheSpeedsOfAText() throws {
    let report = try Command(["analyze", Self.model, "--format", "json"] + Self.text).json()
    let row = try Self.rows([Self.model] + Self.text)[0]
    for end in ["low", "value", "high"] {
      let first = try #require(Self.part(row, "firstToken", end) as? Double)
      #expect(
        try Self.part(report, "generation", "prefill", "latency", end) as? Double == first)
      let speed = try #require(Self.part(row, "tokensPerSecond", end) as? Double)
      #expect(
        try Self.part(report, "generation", "perToken", "tokensPerSecond", end) as? Double == speed)
    }
    let lines = try Command(["compare", Self.model, "--format", "csv"] + Self.text).output
      .split(separator: "\n")
    #expect(
      lines[0].hasSuffix(
        "generation,first_token_s,first_token_low_s,first_token_high_s,tokens_per_second,"
          + "tokens_per_second_low,tokens_per_second_high"))
    // One token needs no further step.
    let one = ["--generate", "prompt=4,tokens=1", "--device", "raspberry-pi-5"]
    let alone = try Self.rows([Self.model] + one)[0]
    #expect(alone["tokensPerSecond"] is NSNull && alone["firstToken"] is Object)
  }

  @Test(arguments: [("firstToken", 1.0), ("tokensPerSecond", -1.0)])
  func modelsAreOrderedByTheirSpeed(metric: String, sign: Double) throws {
    let rows = try Self.rows([
      Self.model, "--generate", Self.request, "--device", "esp32-s3", "--device", "raspberry-pi-5",
      "--by", metric,
    ])
    let figures = try rows.map {
      sign * (try #require(Self.part($0, metric, "value") as? Double))
    }
    #expect(figures.count == 2 && figures[0] < figures[1])
    let inference = try Command(
      "compare", "Fixtures/tflite/ds_cnn_int8.tflite", "--device", "esp32", "--by", metric)
    #expect(inference.status == 2)
    #expect(inference.errors.contains("--by \(metric) needs --generate"), "\(inference.errors)")
  }

  @Test(arguments: [
    (["--max-first-token", "1000s", "--min-tokens-per-second", "0.001"], 0, "PASS"),
    (["--min-tokens-per-second", "1G"], 1, "is below 1.00 Gtoken/s"),
    (["--max-first-token", "1ns"], 1, "exceeds 1 ns"),
    (["--max-first-token", "5mJ"], 2, "--max-first-token: '5 mJ': 'firstToken' is in s"),
    (["--min-tokens-per-second", "5s"], 2, "--min-tokens-per-second: '5 s'"),
  ])
  func speedsHaveOptions(limits: [String], status: Int32, words: String) throws {
    let run = try Command(["check", Self.model] + Self.text + limits)
    #expect(run.status == status, "\(run.errors)")
    #expect((run.output + run.errors).contains(words), "\(run.output)\(run.errors)")
  }

  @Test func oneTokenHasNoStepsToLimit() throws {
    let run = try Command(
      "check", Self.model, "--generate", "prompt=4,tokens=1", "--device", "raspberry-pi-5",
      "--min-tokens-per-second", "1")
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("tokens per second is unknown: one token is made"))
  }

  /// A folder is checked as its models: files that make a text together are one, and containers are found.
  @Test func aFolderOfDecodersIsItsModels() throws {
    let run = try Command(
      ["check", "Fixtures/language", "--generate", "prompt=3,tokens=2", "--max-ram", "1GiB"]
        + ["--format", "csv"])
    // Of the container's memory only a lower bound is known, which passes no limit.
    #expect(run.status == 1, "\(run.errors)")
    let models = Set(run.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } })
    #expect(
      models.sorted() == [
        "Fixtures/language/genai_qwen2_int4/model.onnx", "Fixtures/language/genai_whisper",
        "Fixtures/language/litert_llama.litertlm", "Fixtures/language/optimum_gemma3.onnx",
        "Fixtures/language/optimum_llama.onnx", "Fixtures/language/optimum_marian",
        "Fixtures/language/optimum_whisper",
      ])
  }

  /// The starter policy names its text, and what it limits says when none is made.
  @Test func aStarterPolicyNamesItsText() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "policy.yaml").path
    #expect(try Command(["check", Self.model, "--init", "-o", path] + Self.text).status == 0)
    let policy = try String(contentsOfFile: path, encoding: .utf8)
    #expect(policy.contains("check with --generate \(Self.request)\n"))
    #expect(policy.contains("{metric: firstToken, max: "))
    #expect(policy.contains("{metric: tokensPerSecond, min: "))
    let text = ["--generate", Self.request]
    #expect(try Command(["check", Self.model, "--policy", path] + text).status == 0)
    let without = try Command(["check", Self.model, "--policy", path, "--format", "csv"])
    #expect(without.status == 1)
    let unknown = without.output.split(separator: "\n").filter { $0.contains(",unknown,") }
    // Those of the text say so.
    #expect(unknown.count > 2 && unknown.count { $0.contains("--generate") } == 2, "\(unknown)")
  }

  private static let wide: [[String]] = [
    ["check", model, "--max-latency", "1us"] + text,
    ["compare", model, "Fixtures/language/optimum_whisper", "--device", "esp32-s3"] + text,
    [
      "compare", "Fixtures/tflite/resnet8_float32.tflite", "Fixtures/tflite/ds_cnn_int8.tflite",
      "--device", "stm32g0b1", "--device", "raspberry-pi-4",
    ],
  ]

  /// A file has 80 columns.
  @Test(arguments: wide) func textIsAsWideAsATerminal(command: [String]) throws {
    let run = try Command(command)
    #expect([0, 1].contains(run.status), "\(run.errors)")
    let wide = run.output.split(separator: "\n").filter { $0.count > 80 }
    #expect(wide.isEmpty, "\(wide)")
    #expect(
      run.output.contains("resnet8_float32.tflite on stm32g0b1, does not fit: activations")
        == command.contains("stm32g0b1"))
  }
}
