import Foundation
import TestSupport
import Testing

/// Every form of a report about a text says which text its numbers are of.
@Suite struct TextFormsTests {
  private static let model = "Fixtures/language/genai_qwen2_int4"
  private static let text = "prompt=16,tokens=4"
  private static let use = [
    "--device", "raspberry-pi-5", "--region", "DE", "--inferences-per-day", "100",
  ]

  private static func run(_ command: [String], _ format: String) throws -> Command {
    try Command(
      [command[0], model, "--generate", text] + use + command.dropFirst() + ["--format", format])
  }

  @Test(arguments: [
    "text", "csv", "markdown", "html", "sci", "cyclonedx", "spdx", "impact-framework",
    "huggingface",
  ])
  func aFootprintNamesTheText(format: String) throws {
    let run = try Self.run(["footprint"], format)
    #expect(run.status == 0, "\(run.errors)")
    if format == "csv" {
      for row in [
        "request,prompt,,,,16,", "request,tokens,,,,4,", "generation,total,", "token,total,",
      ] {
        #expect(run.output.contains(row), "\(run.output)")
      }
      #expect(!run.output.contains("\ninference,"))
    } else {
      #expect(run.output.contains(Self.text), "\(format): \(run.output)")
    }
  }

  @Test(arguments: ["text", "csv", "markdown", "html"]) func aComparisonNamesTheText(format: String)
    throws
  {
    let run = try Self.run(["compare"], format)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(Self.text), "\(format): \(run.output)")
  }

  @Test(arguments: ["text", "csv", "markdown", "html", "junit", "sarif", "github"])
  func aCheckNamesTheText(format: String) throws {
    // A limit that is broken, since annotations are of those.
    let run = try Self.run(["check", "--max-latency", "1us"], format)
    #expect(run.status == 1, "\(run.errors)")
    // Annotations of GitHub escape commas in titles only.
    #expect(run.output.contains(Self.text), "\(format): \(run.output)")
  }

  @Test(arguments: ["footprint", "compare"]) func theRequestIsInJSON(command: String) throws {
    let report = try Self.run([command], "json").json()
    let request = try #require(report["request"] as? [String: Any])
    #expect(request["prompt"] as? Int == 16 && request["tokens"] as? Int == 4)
    #expect(request["unit"] as? String == "generation")
  }

  /// Carbon of a token is that of the text by its tokens, where the deployment asks for tokens.
  @Test func aTokenCanBeTheFunctionalUnit() throws {
    let folder = try TemporaryFolder()
    let deployment = try folder.file(
      "use.yaml", Array("functionalUnit: {name: token}\ninferencesPerDay: 100\nregion: DE\n".utf8))
    let command = [
      "footprint", Self.model, "--generate", Self.text, "--device", "raspberry-pi-5",
      "--deployment",
      deployment, "--format",
    ]
    let whole = try Command(command + ["json"]).json()
    let score = try Command(command + ["sci"]).json()
    #expect(score["R"] as? String == "one token")
    #expect(score["unitsPerInference"] as? Double == 4)
    let each = try #require(whole["perInference"] as? [String: Any])
    let total = try #require((each["total"] as? [String: Any])?["value"] as? Double)
    let perToken = try #require((score["score"] as? [String: Any])?["value"] as? Double)
    #expect(abs(perToken * 4 / total - 1) < 1e-9)
    let token = try #require((whole["perToken"] as? [String: Any])?["total"] as? [String: Any])
    #expect(abs(try #require(token["value"] as? Double) / perToken - 1) < 1e-9)
  }

  /// `genai_config.json` states a buffer of 512 positions, each of 2 x 2 x 16 numbers of 4 bytes.
  @Test func theFolderStatesHowTheCacheIsKept() throws {
    let report = try Self.run(["analyze"], "json").json()
    let generation = try #require(report["generation"] as? [String: Any])
    let cache = try #require(generation["cache"] as? [String: Any])
    #expect(cache["isShared"] as? Bool == true)
    #expect(cache["allocatedBytes"] as? Int == 512 * 2 * 2 * 16 * 4)
    #expect(
      cache["sharingSource"] as? String == "'past_present_share_buffer' of genai_config.json")
    #expect((generation["byLength"] as? [Any])?.count ?? 0 > 1)
  }

  @Test func suggestionsSayWhatATextSaves() throws {
    let report = try Self.run(["hotspots", "--by", "energy"], "json").json()
    let findings = try #require(report["findings"] as? [[String: Any]])
    let prompt = try #require(findings.first { $0["rule"] as? String == "long-prompt" })
    let saved = try #require(prompt["text"] as? [String: Any])
    for key in ["latency", "energy", "carbon", "tokensPerSecond"] {
      let interval = try #require(saved[key] as? [String: Double])
      #expect(try #require(interval["low"]) <= #require(interval["value"]))
      #expect(try #require(interval["value"]) <= #require(interval["high"]))
    }
    #expect(saved["memoryBytes"] as? Int != nil)
  }

  /// Half of a prompt saves the part that a text with the other half costs less.
  @Test func severalFilesHaveSuggestions() throws {
    func run(_ command: [String], prompt: Int) throws -> [String: Any] {
      try Command(
        command + [
          "Fixtures/language/optimum_marian", "--generate", "prompt=\(prompt),tokens=4", "--format",
          "json",
        ]
      ).json()
    }
    func macs(prompt: Int) throws -> Double {
      let report = try run(["analyze"], prompt: prompt)
      return try #require((report["totals"] as? [String: Any])?["macs"] as? Double)
    }
    let report = try run(["hotspots", "--by", "macs"], prompt: 16)
    let findings = try #require(report["findings"] as? [[String: Any]])
    let prompt = try #require(findings.first { $0["rule"] as? String == "long-prompt" })
    let saved = try #require((prompt["savings"] as? [String: Any])?["macs"] as? [String: Any])
    let part = try 1 - macs(prompt: 8) / macs(prompt: 16)
    #expect(abs(try #require(saved["value"] as? Double) - part) < 1e-9)
  }

  /// A prompt of tokens that name the task, and caches that no exporter keeps in place, are left alone.
  @Test func whatCannotBeChangedIsNotSuggested() throws {
    let report = try Command([
      "hotspots", "Fixtures/language/optimum_whisper", "--generate", "prompt=4,tokens=8",
      "--device", "raspberry-pi-5", "--format", "json",
    ]).json()
    let rules = try #require(report["findings"] as? [[String: Any]]).map { $0["rule"] as? String }
    #expect(!rules.isEmpty)
    #expect(!rules.contains("long-prompt") && !rules.contains("copied-cache"))
  }

  /// The text has a token more than the cache has positions.
  @Test(arguments: [(497, false), (498, true)])
  func aTextBeyondItsLimitIsAWarning(tokens: Int, warns: Bool) throws {
    let folder = try TemporaryFolder()
    let source = Paths.fixture("language/genai_qwen2_int4")
    for name in ["model.onnx", "model.onnx.data"] {
      _ = try folder.file(name, Array(Data(contentsOf: URL(filePath: "\(source)/\(name)"))))
    }
    let configuration = try String(contentsOfFile: "\(source)/genai_config.json", encoding: .utf8)
    _ = try folder.file(
      "genai_config.json",
      configuration.replacing("\"context_length\": 512", with: "\"context_length\": 4096").utf8)
    let run = try Command([
      "analyze", folder.url.path, "--generate", "prompt=15,tokens=\(tokens)", "--format", "json",
    ])
    #expect(run.output.contains("'max_length' of genai_config.json ends it at 512") == warns)
  }
}
