import Analysis
import Documents
import OpGraph
import Quantities

/// Whether a path is a folder with the files of one model that makes text.
package func isDecoderFolder(_ path: String) -> Bool {
  isFolder(path) && (try? DecoderFolder.files(at: path)) != nil
}

/// What exporters of decoders write beside a model: onnxruntime-genai's `genai_config.json`, or the `config.json` of
/// transformers, which optimum keeps.
struct DecoderFolder {
  /// The files of a model that makes text.
  struct Files {
    /// Nil for a decoder alone.
    var encoder: String?
    /// The decoder's first run; nil where `step` has it too.
    var first: String?
    var step: String

    var isSplit: Bool { encoder != nil || first != nil }

    /// What is said where layers are not those of all runs.
    var totalsDiagnostic: Diagnostic {
      let others = [encoder, first].compactMap { $0 }.map { "'\(fileName($0))'" }
      let (graph, runs) =
        isSplit
        ? ("'\(fileName(step))'", others.joined(separator: " and "))
        : ("signature 'decode'", "the prompt's signatures")
      return Diagnostic(
        .note, code: "prompt-in-totals",
        "layers are those of \(graph); runs of \(runs) are in totals, time and energy")
    }
  }

  /// The name of the decoder's file; nil where it is not stated.
  private var model: String?
  /// The name of the encoder's file, where one is stated.
  private var encoder: String?
  /// Positions that the model was made for, and the file and key that state them.
  private var positions: (count: Int, source: String)?
  /// How onnxruntime-genai keeps the cache; nil where nothing states it.
  private var buffers: CacheBuffers?
  /// Positions that some blocks look back at most; nil where all look at all.
  private var window: Int?

  /// Exporters write some kilobytes.
  private static let limit = 1 << 20

  private struct GenAI: Decodable {
    struct Model: Decodable {
      struct Part: Decodable { var filename: String? }
      var context_length: Int?
      var encoder: Part?
      var decoder: Part?
    }
    struct Search: Decodable {
      var past_present_share_buffer: Bool?
      var max_length: Int?
      var num_beams: Int?
    }
    var model: Model
    var search: Search?
  }

  private struct Transformers: Decodable {
    var max_position_embeddings: Int?
    /// What Whisper's decoder has instead.
    var max_target_positions: Int?
    var sliding_window: Int?
  }

  /// Reads what is in a folder; of files that are not there nothing is known.
  /// - Throws: `Problem` that names a file that is there and cannot be used.
  private init(_ folder: String) throws(Problem) {
    func read<Content: Decodable>(
      _ name: String, as type: Content.Type, keys: String
    ) throws(Problem) -> Content? {
      guard let bytes = firstBytes(of: folder + name, atMost: Self.limit + 1) else { return nil }
      guard bytes.count <= Self.limit, let content = JSONText(bytes)?.decoded(as: type) else {
        throw Problem(
          "cannot be used", at: folder + name,
          expected: "JSON of at most \(Self.limit >> 20) MiB with \(keys)")
      }
      return content
    }
    func positive(_ count: Int?, _ key: String, of name: String) throws(Problem) -> Int? {
      guard let count else { return nil }
      guard count > 0 else {
        throw Problem("'\(key)' is \(count)", at: folder + name, expected: "a whole number above 0")
      }
      return count
    }
    var name = "genai_config.json"
    if let stated = try read(
      name, as: GenAI.self,
      keys: "'model', its 'context_length', its 'decoder.filename', and 'search'")
    {
      model = stated.model.decoder?.filename
      encoder = stated.model.encoder?.filename
      positions = try positive(stated.model.context_length, "context_length", of: name).map {
        ($0, "'context_length' of genai_config.json")
      }
      let room = try positive(stated.search?.max_length, "max_length", of: name)
      if let isShared = stated.search?.past_present_share_buffer {
        // Several beams each go on from another one's cache, so they copy it.
        let hasBeams = stated.search?.num_beams ?? 1 != 1
        buffers = CacheBuffers(
          areShared: isShared && !hasBeams, capacity: room,
          source:
            "'\(isShared && hasBeams ? "num_beams" : "past_present_share_buffer")' of genai_config.json"
        )
      }
      return
    }
    name = "config.json"
    guard
      let stated = try read(
        name, as: Transformers.self,
        keys:
          "whole numbers for 'max_position_embeddings', 'max_target_positions' and 'sliding_window', if they "
          + "are there")
    else { return }
    let key =
      stated.max_target_positions == nil ? "max_position_embeddings" : "max_target_positions"
    positions = try positive(
      stated.max_target_positions ?? stated.max_position_embeddings, key, of: name
    ).map { ($0, "'\(key)' of config.json") }
    window = try positive(stated.sliding_window, "sliding_window", of: name)
  }

  /// The files of a folder, as optimum and onnxruntime-genai name them; else the path itself.
  /// - Throws: `Problem` when the folder does not tell, or names a file outside of it.
  static func files(at path: String) throws(Problem) -> Files {
    guard isFolder(path) else {
      if let folder = splitFolder(of: path) {
        throw Problem(
          "is one of several files that make text together", at: path,
          expected: "their folder '\(folder)'")
      }
      return Files(step: path)
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    func existing(_ names: String...) -> String? {
      names.map { folder + $0 }.first(where: fileExists)
    }
    let stated = try DecoderFolder(folder)
    for name in [stated.model, stated.encoder].compactMap({ $0 }) {
      let isName = !["", ".", ".."].contains(name) && !name.contains("/")
      guard isName, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
        throw Problem(
          "genai_config.json names the model '\(printable(abridged(name, to: 100)))'", at: path,
          expected: "a file in the folder")
      }
      guard fileExists(folder + name) else {
        throw Problem(
          "is a folder without '\(printable(name))', which genai_config.json names", at: path,
          expected: "the folder of a decoder, or its file")
      }
    }
    if let model = stated.model {
      return Files(encoder: stated.encoder.map { folder + $0 }, step: folder + model)
    }
    let encoder = existing("encoder_model.onnx")
    if let merged = existing("decoder_model_merged.onnx", "model.onnx") {
      return Files(encoder: encoder, step: merged)
    }
    let (first, step) = (existing("decoder_model.onnx"), existing("decoder_with_past_model.onnx"))
    if let first, let step { return Files(encoder: encoder, first: first, step: step) }
    guard let found = first ?? step ?? encoder else {
      throw Problem(
        "is a folder without 'model.onnx' or 'decoder_model_merged.onnx'", at: path,
        expected: "the folder of a decoder, or its file")
    }
    throw Problem(
      "is a folder with '\(fileName(found))', and not the other files of its decoder", at: path,
      expected:
        "'decoder_model_merged.onnx', or both 'decoder_model.onnx' and 'decoder_with_past_model.onnx'"
    )
  }

  /// The folder of a file that makes text with others beside it; nil where it is alone.
  private static func splitFolder(of path: String) -> String? {
    let beside = folder(of: path)
    let place = beside.isEmpty ? "." : beside
    guard let files = try? files(at: place), files.isSplit else { return nil }
    let names = [files.encoder, files.first, files.step].compactMap { $0.map { fileName($0) } }
    return names.contains(fileName(path)) ? place : nil
  }

  /// How the cache of a decoder's file is kept: what lies beside the file may state it.
  /// - Throws: `Problem` that names a file that is there and cannot be used.
  static func buffers(of path: String) throws(Problem) -> CacheBuffers {
    try DecoderFolder(folder(of: path)).buffers ?? .separate
  }

  /// A note where the text is longer than some blocks look back.
  /// - Throws: `Problem` when the text is longer than the model was made for.
  static func review(_ request: GenerationRequest, of path: String) throws(Problem) -> Diagnostic? {
    let beside = try DecoderFolder(folder(of: path))
    let (prompt, tokens) = ("a prompt of \(request.prompt)", counted(request.tokens, "token"))
    // An encoder that reads the prompt has positions of its own.
    let needs =
      request.start == request.prompt
      ? [("\(prompt) and \(tokens) take", request.positions)]
      : [("\(prompt) takes", request.prompt), ("\(tokens) take", request.positions)]
    if let stated = beside.positions, let need = needs.first(where: { $0.1 > stated.count }) {
      throw Problem(
        "\(need.0) \(need.1) positions", expected: "at most \(stated.count), \(stated.source)")
    }
    guard let window = beside.window, request.positions > window else { return nil }
    return Diagnostic(
      .note, code: "sliding-window",
      "some blocks look back \(window) positions at most; what the file computes and keeps is counted"
    )
  }
}
