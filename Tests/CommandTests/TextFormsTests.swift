import Documents
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

  @Test(arguments: ["text", "csv", "markdown"]) func hotspotsNameTheText(format: String) throws {
    let run = try Self.run(["hotspots"], format)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(Self.text), "\(format): \(run.output)")
  }

  @Test(arguments: [["markdown"], ["csv"], ["csv", "--summary"]])
  func anAnalysisNamesTheText(form: [String]) throws {
    let run = try Self.run(["analyze"] + form.dropFirst(), form[0])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(Self.text), "\(form): \(run.output)")
  }

  @Test(arguments: ["text", "csv", "markdown", "html", "junit", "sarif", "github"])
  func aCheckNamesTheText(format: String) throws {
    // A limit that is broken, since annotations are of those.
    let run = try Self.run(["check", "--max-latency", "1us"], format)
    #expect(run.status == 1, "\(run.errors)")
    // Annotations of GitHub escape commas in titles only.
    #expect(run.output.contains(Self.text), "\(format): \(run.output)")
  }

  @Test(arguments: ["footprint", "compare", "hotspots"])
  func theRequestIsInJSON(command: String) throws {
    let report = try Self.run([command], "json").json()
    let request = try #require(report["request"] as? [String: Any])
    #expect(request["prompt"] as? Int == 16 && request["tokens"] as? Int == 4)
    #expect(request["unit"] as? String == "generation")
  }

  /// The last of 4 tokens has no position in the cache.
  @Test func markdownHasTheSectionOfTheText() throws {
    let output = try Self.run(["analyze"], "markdown").output
    for part in [
      "**Text of 4 tokens after a prompt of 16**", "| first token after | ",
      "| each further token | ", "| tokens per second | ", "| energy of a token | ",
      "| its operational carbon | ", "|  | prompt | 3 steps | a step |", "| cache traffic | ",
      "cache at its end: 19 positions",
    ] {
      #expect(output.contains(part), "\(part): \(output)")
    }
  }

  /// No byte of a layer is in no column.
  @Test func trafficOfRowsAddsUpToThatOfTheReport() throws {
    let table = try CSVTable(Self.run(["analyze"], "csv").output, named: "layers.csv")
    let columns = table.columns.filter { $0.hasSuffix("_bytes") }
    let report = try Self.run(["analyze"], "json").json()
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(!layers.isEmpty && layers.count == table.rows.count)
    for (layer, row) in zip(layers, table.rows) {
      let traffic = try #require(layer["trafficBytes"] as? [String: Int])
      let bytes = columns.compactMap { Int(row[$0] ?? "") }.reduce(0, +)
      #expect(bytes == traffic.values.reduce(0, +), "\(row)")
    }
    #expect(table.rows.contains { Int($0["state_read_bytes"] ?? "") ?? 0 > 0 })
    #expect(table.rows.allSatisfy { $0["generation"] == Self.text })
  }

  @Test func aSummaryHasTheSpeed() throws {
    let table = try CSVTable(Self.run(["analyze", "--summary"], "csv").output, named: "models.csv")
    let row = try #require(table.rows.first)
    #expect(row["generation"] == Self.text)
    let report = try Self.run(["analyze"], "json").json()
    let generation = try #require(report["generation"] as? [String: Any])
    let token = try #require(generation["perToken"] as? [String: Any])
    let speed = try #require(token["tokensPerSecond"] as? [String: Double])
    let prefill = try #require(generation["prefill"] as? [String: Any])
    let first = try #require((prefill["latency"] as? [String: Any])?["value"] as? Double)
    for (column, number) in [
      ("tokens_per_second", speed["value"]), ("tokens_per_second_high", speed["high"]),
      ("first_token_s", first),
    ] {
      let written = try #require(row[column].flatMap(Double.init))
      // Readers of JSON differ in the last bit of a number.
      #expect(abs(try written / #require(number) - 1) < 1e-12, "\(column)")
    }
  }

  /// What forms of a batch say, by command and form.
  static let batches: [(form: [String], parts: [String])] = [
    (["analyze", "text"], ["All 4 texts", ", of all 4 texts", "Work and memory of all 4 texts"]),
    (
      ["analyze", "markdown"],
      ["per 4 texts (prompt=16,tokens=4,batch=4)", "| tokens per second, of all 4 texts |"]
    ),
    (["analyze", "html"], [", of all 4 texts</p>", "\"run\":\"all 4 texts\"", "per 4 texts"]),
    (
      ["hotspots", "text"],
      [
        "per 4 texts (prompt=16,tokens=4,batch=4) on", "saves per 4 texts: ",
        "tokens per second, of all 4 texts (",
      ]
    ),
    (
      ["hotspots", "markdown"],
      [
        "per 4 texts (prompt=16,tokens=4,batch=4)", "saves per 4 texts: ",
        "tokens per second, of all 4 texts (",
      ]
    ),
    (
      ["footprint", "text"],
      [
        "per generation of 4 texts: prompt=16,tokens=4,batch=4", "k generations of 4 texts",
        "Generations of 4 texts per day: 100",
      ]
    ),
    (["footprint", "markdown"], ["Per generation of 4 texts: ", "| per generation of 4 texts |"]),
    (["footprint", "html"], ["Carbon per generation of 4 texts"]),
  ]

  /// Of texts that are made at once, words say how many numbers are of.
  @Test(arguments: batches)
  func aBatchIsNamed(form: [String], parts: [String]) throws {
    let text = Self.text + ",batch=4"
    let run = try Command(
      [form[0], Self.model, "--generate", text] + Self.use + ["--format", form[1]])
    #expect(run.status == 0, "\(run.errors)")
    // Lines of text may end anywhere.
    let output = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for part in parts { #expect(output.contains(part), "\(part): \(run.output)") }
  }

  /// What an encoder takes is in no layer, and no step runs it.
  @Test(arguments: [["analyze", "text"], ["analyze", "html"], ["hotspots", "text"]])
  func whatIsInNoLayerIsNamed(form: [String]) throws {
    let run = try Command([
      form[0], "Fixtures/language/optimum_whisper", "--generate", "prompt=4,tokens=8", "--device",
      "raspberry-pi-5", "--format", form[1],
    ])
    #expect(run.output.contains("runs of other graphs, and overhead"), "\(run.output)")
    #expect(!run.output.contains("per-inference") && !run.output.contains("per inference"))
    guard form[0] == "hotspots" else { return }
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ") }
    let titles = try #require(lines.first { $0.first == "role" })
    #expect(
      titles.joined(separator: " ")
        == "role prompt MACs share step MACs share step weights step time")
    let encoder = try #require(lines.first { $0.first == "encoder" })
    #expect(encoder.suffix(4) == ["-", "-", "-", "-"] && encoder.count > 5)
  }

  /// Beside a generation, no note speaks of an inference.
  @Test func aFootprintHasOneWordForItsUnit() throws {
    let run = try Self.run(["footprint"], "text")
    #expect(!run.output.contains("an inference"))
    let output = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      output.contains("all numbers are those of making 4 tokens after a prompt of 16"),
      "\(run.output)")
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

  /// The decoder with another line in its `genai_config.json`.
  private static func folder(with line: String, for old: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = Paths.fixture("language/genai_qwen2_int4")
    for name in ["model.onnx", "model.onnx.data"] {
      _ = try folder.file(name, Array(Data(contentsOf: URL(filePath: "\(source)/\(name)"))))
    }
    let configuration = try String(contentsOfFile: "\(source)/genai_config.json", encoding: .utf8)
    _ = try folder.file("genai_config.json", configuration.replacing(old, with: line).utf8)
    return folder
  }

  /// The text has a token more than the cache has positions.
  @Test(arguments: [(497, false), (498, true)])
  func aTextBeyondItsLimitIsAWarning(tokens: Int, warns: Bool) throws {
    let folder = try Self.folder(with: "\"context_length\": 4096", for: "\"context_length\": 512")
    let run = try Command([
      "analyze", folder.url.path, "--generate", "prompt=15,tokens=\(tokens)", "--format", "json",
    ])
    #expect(run.output.contains("'max_length' of genai_config.json ends it at 512") == warns)
  }

  /// Of several beams, one text is counted: all of it is a lower bound.
  @Test(arguments: [("", false), (",batch=4", true)])
  func beamsThatAreNotCountedAreAWarning(batch: String, isWhole: Bool) throws {
    let folder = try Self.folder(with: "\"num_beams\": 4", for: "\"num_beams\": 1")
    let report = try Command([
      "analyze", folder.url.path, "--generate", "prompt=15,tokens=5\(batch)", "--format", "json",
      "--device", "raspberry-pi-5",
    ]).json()
    let codes = try #require(report["diagnostics"] as? [[String: Any]]).map {
      $0["code"] as? String
    }
    #expect(codes.contains("beams") != isWhole)
    let estimate = try #require(report["estimate"] as? [String: Any])
    #expect(estimate["isComplete"] as? Bool == isWhole)
  }

  /// A cache that grows with the text has no room of its own.
  @Test func roomOfACacheThatIsNotSharedIsANote() throws {
    let report = try Command([
      "analyze", "Fixtures/language/optimum_llama.onnx", "--generate",
      "prompt=4,tokens=4,max_length=32", "--format", "json",
    ]).json()
    let codes = try #require(report["diagnostics"] as? [[String: Any]]).map {
      $0["code"] as? String
    }
    #expect(codes.contains("max-length"))
  }

  /// A position takes 256 B: two blocks, keys and values, a head of 16 numbers in 32 bits.
  @Test func aSharedBufferHasTheRoomThatTheCallerStates() throws {
    func generation(_ room: String) throws -> [String: Any]? {
      let text = "prompt=15,tokens=5\(room)"
      let report = try Command(["analyze", Self.model, "--generate", text, "--format", "json"])
        .json()
      return report["generation"] as? [String: Any]
    }
    func allocated(_ room: String) throws -> Int? {
      (try generation(room)?["cache"] as? [String: Any])?["allocatedBytes"] as? Int
    }
    #expect(try allocated("") == 512 * 256)
    #expect(try allocated(",max_length=256") == 256 * 256)
    #expect(try generation(",max_length=20")?["maxLength"] as? Int == 20)
    let short = try Command([
      "analyze", Self.model, "--generate", "prompt=15,tokens=5,max_length=19",
    ])
    #expect(short.status == 2)
    #expect(short.errors.contains("'max_length=19', expected at least 20, the tokens of the text"))
    let long = try Command([
      "analyze", Self.model, "--generate", "prompt=15,tokens=5,max_length=4096",
    ])
    #expect(long.status == 2)
    #expect(
      long.errors.contains(
        "'max_length=4096', expected at most 512, 'context_length' of genai_config.json"))
  }
}
