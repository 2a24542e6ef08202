import Analysis
import Documents
import OpGraph
import Quantities

/// What exporters of decoders write beside a model: onnxruntime-genai's `genai_config.json`, or the `config.json` of
/// transformers, which optimum keeps.
struct DecoderFolder {
  /// The name of the decoder's file; nil where it is not stated.
  private var model: String?
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
      struct Decoder: Decodable { var filename: String? }
      var context_length: Int?
      var decoder: Decoder?
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
      positions = try positive(stated.model.context_length, "context_length", of: name).map {
        ($0, "'context_length' of genai_config.json")
      }
      let room = try positive(stated.search?.max_length, "max_length", of: name)
      if let isShared = stated.search?.past_present_share_buffer {
        // Several beams each go on from another one's cache, so they copy it.
        buffers = CacheBuffers(
          areShared: isShared && stated.search?.num_beams ?? 1 == 1, capacity: room,
          source: "'past_present_share_buffer' of genai_config.json")
      }
      return
    }
    name = "config.json"
    guard
      let stated = try read(
        name, as: Transformers.self,
        keys: "whole numbers for 'max_position_embeddings' and 'sliding_window', if they are there")
    else { return }
    positions = try positive(stated.max_position_embeddings, "max_position_embeddings", of: name)
      .map { ($0, "'max_position_embeddings' of config.json") }
    window = try positive(stated.sliding_window, "sliding_window", of: name)
  }

  /// The file of the decoder, where a path is a folder; else the path itself.
  /// - Throws: `Problem` when the folder does not tell, or names a file outside of it.
  static func file(at path: String) throws(Problem) -> String {
    guard isFolder(path) else { return path }
    let folder = path.hasSuffix("/") ? path : path + "/"
    let name = try DecoderFolder(folder).model ?? "model.onnx"
    let isName = !["", ".", ".."].contains(name) && !name.contains("/")
    guard isName, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw Problem(
        "genai_config.json names the model '\(printable(abridged(name, to: 100)))'", at: path,
        expected: "a file in the folder")
    }
    guard fileExists(folder + name) else {
      let pair = ["encoder_model.onnx", "decoder_model_merged.onnx"].filter {
        fileExists(folder + $0)
      }
      throw Problem(
        pair.isEmpty
          ? "is a folder without '\(printable(name))'"
          : "is a folder of an encoder and decoders (\(pair.joined(separator: ", ")))", at: path,
        expected: "the folder of a decoder, or its file")
    }
    return folder + name
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
    if let stated = beside.positions, request.positions > stated.count {
      throw Problem(
        "a prompt of \(request.prompt) and \(counted(request.tokens, "token")) take "
          + "\(request.positions) positions", expected: "at most \(stated.count), \(stated.source)")
    }
    guard let window = beside.window, request.positions > window else { return nil }
    return Diagnostic(
      .note, code: "sliding-window",
      "some blocks look back \(window) positions at most; what the file computes and keeps is counted"
    )
  }
}
