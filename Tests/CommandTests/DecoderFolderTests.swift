import Foundation
import TestSupport
import Testing

/// Which files of a folder make a text together, by the names that exporters give them.
@Suite struct DecoderFolderTests {
  /// By their names in a folder, files of `Fixtures/language`; empty for an empty file.
  private typealias Files = [String: String]

  private static let llama = "optimum_llama.onnx"
  private static let text = "prompt=4,tokens=3"

  /// A decoder in one file, with its encoder, as transformers.js names a version.
  private static func whisper(_ place: String, _ suffix: String) -> Files {
    [
      "\(place)encoder_model\(suffix).onnx": "optimum_whisper/encoder_model.onnx",
      "\(place)decoder_model_merged\(suffix).onnx": "optimum_whisper/decoder_model_merged.onnx",
    ]
  }

  /// A decoder in two files, with its encoder.
  private static func marian(_ place: String, _ suffix: String) -> Files {
    var files: Files = [:]
    for part in ["encoder_model", "decoder_model", "decoder_with_past_model"] {
      files["\(place)\(part)\(suffix).onnx"] = "optimum_marian/\(part).onnx"
    }
    return files
  }

  private static func all(_ parts: Files...) -> Files {
    parts.reduce(into: [:]) { all, part in all.merge(part) { old, _ in old } }
  }

  private static func folder(_ files: Files) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, source) in files {
      let place = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      let original = URL(filePath: Paths.fixture("language/\(source)"))
      try (source.isEmpty ? Data() : Data(contentsOf: original)).write(to: place)
    }
    return folder
  }

  /// The folder of onnxruntime-genai with a change of its configuration.
  private static func genAI(_ old: String, _ new: String) throws -> TemporaryFolder {
    let source = "genai_qwen2_int4"
    let folder = try Self.folder([
      "model.onnx": "\(source)/model.onnx", "model.onnx.data": "\(source)/model.onnx.data",
    ])
    let configuration = try String(
      contentsOfFile: Paths.fixture("language/\(source)/genai_config.json"), encoding: .utf8)
    try #require(configuration.contains(old))
    _ = try folder.file("genai_config.json", configuration.replacing(old, with: new).utf8)
    return folder
  }

  private static func path(_ name: String, in folder: TemporaryFolder) -> String {
    name.isEmpty ? folder.url.path : folder.url.appending(path: name).path
  }

  private static func analyze(_ path: String, _ text: String = Self.text) throws -> Command {
    try Command(["analyze", path, "--generate", text, "--format", "json"])
  }

  private static func totals(_ path: String) throws -> String {
    let run = try analyze(path)
    try #require(run.status == 0, "\(run.errors)")
    let totals = try #require(try run.json()["totals"] as? [String: Any])
    let bytes = try JSONSerialization.data(withJSONObject: totals, options: [.sortedKeys])
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The message of a diagnostic; nil where there is none with the code.
  private static func message(_ code: String, _ path: String) throws -> String? {
    let run = try analyze(path)
    try #require(run.status == 0, "\(run.errors)")
    let diagnostics = try #require(try run.json()["diagnostics"] as? [[String: Any]])
    return diagnostics.first { $0["code"] as? String == code }?["message"] as? String
  }

  @Test(arguments: [
    "", "_fp16", "_quantized", "_q8", "_int8", "_uint8", "_q4", "_q4f16", "_bnb4",
  ])
  func aVersionStandsForItsModel(suffix: String) throws {
    let expected = try Self.totals("Fixtures/language/\(Self.llama)")
    for place in ["", "onnx/"] {
      let folder = try Self.folder(["\(place)model\(suffix).onnx": Self.llama])
      #expect(try Self.totals(folder.url.path) == expected, "\(place)")
    }
  }

  /// Files, what is named of them, and the fixture that costs the same.
  private static let layouts: [([String: String], String, String)] = [
    (whisper("", "_quantized"), "", "optimum_whisper"),
    (whisper("onnx/", "_q4f16"), "", "optimum_whisper"),
    (whisper("onnx/", "_q4f16"), "onnx", "optimum_whisper"),
    (marian("onnx/", "_int8"), "", "optimum_marian"),
    // The original wins, and the folder itself.
    (["model.onnx": llama, "model_q4.onnx": "optimum_gemma3.onnx"], "", llama),
    (["model_q4.onnx": llama, "onnx/model.onnx": "optimum_gemma3.onnx"], "", llama),
    (all(whisper("", ""), marian("onnx/", "")), "", "optimum_whisper"),
    // Beside an encoder, `model.onnx` comes last.
    (all(whisper("", ""), ["model.onnx": llama]), "", "optimum_whisper"),
    (all(marian("", ""), ["model.onnx": llama]), "", "optimum_marian"),
    (all(marian("", ""), ["model.onnx": llama]), "model.onnx", llama),
    // Partners of the same version, else the originals.
    (
      all(whisper("", "_q4"), whisper("", "_fp16")), "decoder_model_merged_q4.onnx",
      "optimum_whisper"
    ),
    (
      all(marian("onnx/", "_q4"), marian("onnx/", "_fp16")), "onnx/decoder_with_past_model_q4.onnx",
      "optimum_marian"
    ),
    (all(marian("", "_q4"), marian("", "_fp16")), "decoder_model_q4.onnx", "optimum_marian"),
    (
      all(whisper("", "_fp16"), whisper("", "")), "decoder_model_merged.onnx", "optimum_whisper"
    ),
    (
      [
        "encoder_model.onnx": "optimum_whisper/encoder_model.onnx",
        "decoder_model_merged_q4.onnx": "optimum_whisper/decoder_model_merged.onnx",
      ], "", "optimum_whisper"
    ),
    (
      all(marian("", ""), ["decoder_model_merged.onnx": ""]), "decoder_with_past_model.onnx",
      "optimum_marian"
    ),
    // A decoder in one version with an encoder in others is not whole.
    (
      all(whisper("", "_q4"), ["decoder_model_merged.onnx": "", "decoder_model.onnx": ""]), "",
      "optimum_whisper"
    ),
  ]

  @Test(arguments: layouts)
  func filesOfAVersionBelongTogether(
    files: [String: String], named: String, fixture: String
  ) throws {
    let folder = try Self.folder(files)
    let found = try Self.totals(Self.path(named, in: folder))
    #expect(try found == Self.totals("Fixtures/language/\(fixture)"))
  }

  /// Files, what is named of them, and what is said.
  private static let refused: [([String: String], String, String)] = [
    (
      ["model_q4.onnx": "", "model_fp16.onnx": ""], "",
      "versions of a decoder: 'model_fp16.onnx' and 'model_q4.onnx', expected the decoder's file"
    ),
    (
      all(whisper("onnx/", "_q4"), whisper("onnx/", "_int8"), whisper("onnx/", "_fp16")), "",
      "'decoder_model_merged_int8.onnx' and 'decoder_model_merged_q4.onnx', expected"
    ),
    (
      ["onnx/encoder_model_q4.onnx": ""], "",
      "expected 'decoder_model_merged_q4.onnx', or both 'decoder_model_q4.onnx' and"
    ),
    (
      ["decoder_model_merged.onnx": "", "encoder_model_q4.onnx": ""], "decoder_model_merged.onnx",
      "is one of several files that make text together, expected their folder"
    ),
    (
      ["decoder_with_past_model_q4.onnx": "", "encoder_model.onnx": ""],
      "decoder_with_past_model_q4.onnx", "expected their folder"
    ),
    (whisper("", "_q4"), "encoder_model_q4.onnx", "expected their folder"),
  ]

  @Test(arguments: refused)
  func aFolderThatDoesNotTellIsRefused(
    files: [String: String], named: String, fact: String
  ) throws {
    let folder = try Self.folder(files)
    let run = try Self.analyze(Self.path(named, in: folder))
    #expect(run.status == 2)
    #expect(run.errors.contains(fact), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  /// `config.json` above a folder `onnx` states 64 positions; above any other, nothing is read.
  @Test(arguments: [
    ("onnx", "", true), ("onnx", "onnx", true),
    ("onnx", "onnx/decoder_model_merged_q4.onnx", true), ("models", "models", false),
  ])
  func theConfigurationIsThatOfTheModel(place: String, named: String, isRead: Bool) throws {
    let folder = try Self.folder(
      Self.all(Self.whisper("\(place)/", "_q4"), ["config.json": "optimum_whisper/config.json"]))
    let run = try Self.analyze(Self.path(named, in: folder), "prompt=60,tokens=6")
    let fact = "expected at most 64, 'max_target_positions' of config.json"
    #expect(run.errors.contains(fact) == isRead, "\(run.errors)")
    #expect((run.status == 0) != isRead, "\(run.errors)")
  }

  @Test func theOriginalIsTakenWithANote() throws {
    let folder = try Self.folder([
      "model.onnx": Self.llama, "model_q4.onnx": "", "model_fp16.onnx": "",
    ])
    let found = try Self.message("other-versions", folder.url.path)
    let end = "other versions beside it: 'model_fp16.onnx' and 'model_q4.onnx'"
    #expect(found == "'model.onnx' is counted, and not its \(end)")
    #expect(try Self.message("other-versions", "Fixtures/language/optimum_whisper") == nil)
  }

  @Test(
    arguments: [
      (
        [
          "decoder_model_merged_q4.onnx": llama, "vision_encoder.onnx": "",
          "vision_encoder_q4.onnx": "", "audio_encoder_fp16.onnx": "", "embed_tokens.onnx": "",
        ],
        "'vision_encoder_q4.onnx', 'audio_encoder_fp16.onnx' and 'embed_tokens.onnx' are", "their"
      ),
      (
        ["onnx/model.onnx": llama, "onnx/embed_tokens_fp16.onnx": ""],
        "'embed_tokens_fp16.onnx' is", "its"
      ),
    ] as [([String: String], String, String)])
  func filesBeforeTheDecoderAreNamed(
    files: [String: String], names: String, whose: String
  ) throws {
    let folder = try Self.folder(files)
    let found = try Self.message("files-not-counted", folder.url.path)
    #expect(found == "\(names) not counted; \(whose) time, energy and memory come on top")
  }

  /// What is not counted makes totals lower bounds, which pass no limit.
  @Test func totalsWithoutThemAreLowerBounds() throws {
    let folder = try Self.folder(["model.onnx": Self.llama, "embed_tokens.onnx": ""])
    let text = ["--generate", "prompt=4,tokens=3", "--device", "raspberry-pi-5"]
    let report = try Command(["analyze", folder.url.path] + text + ["--format", "json"]).json()
    let estimate = try #require(report["estimate"] as? [String: Any])
    #expect(estimate["isComplete"] as? Bool == false)
    let latency = try #require(estimate["latency"] as? [String: Any])
    #expect(latency["value"] as? Double ?? 0 > 0 && latency["high"] is NSNull)
    let check = try Command(["check", folder.url.path] + text + ["--max-latency", "1000s"])
    #expect(check.status == 1, "\(check.output)\(check.errors)")
  }

  @Test func aDecoderAloneHasNoneBefore() throws {
    #expect(try Self.message("files-not-counted", "Fixtures/language/genai_qwen2_int4") == nil)
  }

  @Test func filesThatAConfigurationStatesAreNamed() throws {
    let folder = try Self.genAI(
      #""model": {"#,
      #""model": {"vision": {"filename": "v.onnx"}, "speech": {"filename": "../s.onnx"}, "#
        + #""embedding": {"filename": "e.onnx"},"#)
    let found = try Self.message("files-not-counted", folder.url.path)
    #expect(found?.hasPrefix("'v.onnx', '../s.onnx' and 'e.onnx' are not counted") ?? false)
  }

  /// The text takes six positions.
  @Test(arguments: [
    (#"{"window_size": 4, "layers": [0]}"#, true), (#"{"window_size": 6}"#, false),
    (#"{"window_size": -1}"#, false),
  ])
  func aConfigurationStatesTheWindow(window: String, isShorter: Bool) throws {
    let folder = try Self.genAI(
      #""filename": "model.onnx","#, #""filename": "model.onnx", "sliding_window": \#(window),"#)
    let message = try Self.message("sliding-window", folder.url.path)
    let isSaid = message?.hasPrefix("some blocks look back 4 positions at most")
    #expect(isSaid == (isShorter ? true : nil))
  }

  @Test func aPipelineIsRefused() throws {
    let folder = try TemporaryFolder()
    let configuration = #"""
      {"model": {"decoder": {"pipeline": [
        {"embeddings": {"filename": "e.onnx"}, "context": {"filename": "c.onnx"}},
        {"head": {"filename": "h.onnx", "run_on_prompt": false}}
      ]}}}
      """#
    _ = try folder.file("genai_config.json", configuration.utf8)
    let run = try Self.analyze(folder.url.path)
    #expect(run.status == 2)
    #expect(
      run.errors.contains(
        "states a pipeline of 3 files of fixed sizes, which is not costed, expected a folder with "
          + "one decoder file"), "\(run.errors)")
  }

  /// What the decoder starts with is a token, or the prompt.
  @Test(arguments: [
    (marian("", ""), "the text is of 4 tokens with its start token"),
    (whisper("", ""), "the text is of 7 tokens with its prompt"),
  ])
  func aTextIsCountedWithWhatItStartsWith(files: [String: String], message: String) throws {
    let folder = try Self.folder(files)
    _ = try folder.file(
      "genai_config.json", #"{"model": {}, "search": {"max_length": 2}}"#.utf8)
    let found = try Self.message("text-length", folder.url.path)
    #expect(found?.hasPrefix(message) ?? false, "\(found ?? "no warning")")
  }
}
