import Analysis
import Documents
import OpGraph
import Quantities

/// What exporters of decoders write beside a model: onnxruntime-genai's `genai_config.json`, or the
/// `config.json` of transformers, which optimum and transformers.js keep.
struct DecoderConfiguration {
  /// The name of the decoder's file; nil where it is not stated.
  private(set) var model: String?
  /// The name of the encoder's file, where one is stated.
  private(set) var encoder: String?
  /// Names of the files that make embeddings of images, sound or tokens for the decoder.
  private(set) var embedders: [String] = []
  /// How many files the decoder is divided into; nil where it is not stated as a pipeline.
  private(set) var pipelineFiles: Int?
  /// How onnxruntime-genai keeps the cache; nil where nothing states it.
  private(set) var buffers: CacheBuffers?
  /// Positions that the model was made for, and the file and key that state them.
  private var positions: (count: Int, source: String)?
  /// Tokens of a text with its prompt, at which onnxruntime-genai ends it unless told otherwise.
  private var mostTokens: Int?
  /// Texts that onnxruntime-genai follows at once to find one; nil for a single one.
  private var beams: Int?
  /// Positions that some blocks look back at most; nil where all look at all.
  private var window: Int?

  /// Exporters write some kilobytes.
  private static let limit = 1 << 20

  private struct GenAI: Decodable {
    struct Part: Decodable { var filename: String? }
    struct Window: Decodable { var window_size: Int? }
    struct DecoderPart: Decodable {
      var filename: String?
      /// Objects with a file for each name.
      var pipeline: [[String: Part]]?
      var sliding_window: Window?
    }
    struct Parts: Decodable {
      var context_length: Int?
      var encoder: Part?
      var decoder: DecoderPart?
      var vision: Part?
      var speech: Part?
      var embedding: Part?
    }
    struct Search: Decodable {
      var past_present_share_buffer: Bool?
      var max_length: Int?
      var num_beams: Int?
    }
    var model: Parts
    var search: Search?
  }

  private struct Transformers: Decodable {
    /// What Whisper's decoder has, most others, GPT-2 and its like, and MPT.
    var max_target_positions, max_position_embeddings, n_positions, max_seq_len: Int?
    var sliding_window: Int?

    /// The key that states the positions, with their number; nil where none does.
    var positions: (key: String, count: Int)? {
      [
        ("max_target_positions", max_target_positions),
        ("max_position_embeddings", max_position_embeddings), ("n_positions", n_positions),
        ("max_seq_len", max_seq_len),
      ].lazy.compactMap { key, count in count.map { (key, $0) } }.first
    }
  }

  /// A JSON file beside a model.
  private struct Source {
    /// Ends with a slash unless it is empty.
    let folder: String
    let name: String

    /// What the file holds; nil where there is none.
    /// - Throws: `Problem` when it is too long, or has something else in place of the keys.
    func content<Content: Decodable>(
      as type: Content.Type, keys: String
    ) throws(Problem) -> Content? {
      let limit = DecoderConfiguration.limit
      guard let bytes = firstBytes(of: folder + name, atMost: limit + 1) else { return nil }
      guard bytes.count <= limit, let content = JSONText(bytes)?.decoded(as: type) else {
        throw Problem(
          "cannot be used", at: folder + name,
          expected: "JSON of at most \(limit >> 20) MiB with \(keys)")
      }
      return content
    }

    func positive(_ count: Int?, _ key: String) throws(Problem) -> Int? {
      guard let count else { return nil }
      guard count > 0 else {
        throw Problem("'\(key)' is \(count)", at: folder + name, expected: "a whole number above 0")
      }
      return count
    }
  }

  /// Reads what is in a folder; of files that are not there nothing is known.
  /// - Parameter folder: Its path, which ends with a slash unless it is empty.
  /// - Throws: `Problem` that names a file that is there and cannot be used.
  init(of folder: String) throws(Problem) {
    let genAI = Source(folder: folder, name: "genai_config.json")
    if let stated = try genAI.content(
      as: GenAI.self, keys: "'model', its 'context_length', its 'decoder.filename', and 'search'")
    {
      try take(stated, from: genAI)
      return
    }
    for place in [folder, Self.parent(of: folder)].compactMap({ $0 }) {
      let file = Source(folder: place, name: "config.json")
      guard
        let stated = try file.content(
          as: Transformers.self,
          keys:
            "whole numbers for 'max_position_embeddings', 'max_target_positions', 'n_positions', "
            + "'max_seq_len' and 'sliding_window', if they are there")
      else { continue }
      try take(stated, from: file)
      return
    }
  }

  /// The folder above one that is called `onnx`, where transformers.js keeps the configuration.
  ///
  /// Nil for other folders: what lies above them is not of the model.
  private static func parent(of path: String) -> String? {
    guard fileName(path) == "onnx" else { return nil }
    return folder(of: String(path.dropLast()))
  }

  private mutating func take(_ stated: GenAI, from file: Source) throws(Problem) {
    let parts = stated.model
    model = parts.decoder?.filename
    encoder = parts.encoder?.filename
    embedders = [parts.vision, parts.speech, parts.embedding].compactMap { $0?.filename }
      .filter { !$0.isEmpty }
    let files = (parts.decoder?.pipeline ?? []).map(\.count).reduce(0, +)
    pipelineFiles = files > 0 ? files : nil
    positions = try file.positive(parts.context_length, "context_length").map {
      ($0, "'context_length' of genai_config.json")
    }
    mostTokens = try file.positive(stated.search?.max_length, "max_length")
    // In a pipeline it is how many tokens of a prompt are read at once; a size below 1 is none.
    if files == 0, let size = parts.decoder?.sliding_window?.window_size, size > 0 {
      window = size
    }
    guard let search = stated.search else { return }
    if let number = search.num_beams, number > 1 { beams = number }
    guard let isShared = search.past_present_share_buffer else { return }
    // Several beams each go on from another one's cache, so they copy it.
    let hasBeams = search.num_beams ?? 1 != 1
    let key = isShared && hasBeams ? "num_beams" : "past_present_share_buffer"
    buffers = CacheBuffers(
      areShared: isShared && !hasBeams, capacity: mostTokens,
      source: "'\(key)' of genai_config.json")
  }

  private mutating func take(_ stated: Transformers, from file: Source) throws(Problem) {
    if let (key, count) = stated.positions {
      positions = try file.positive(count, key).map { ($0, "'\(key)' of config.json") }
    }
    window = try file.positive(stated.sliding_window, "sliding_window")
  }

  /// - Throws: `Problem` when the text is longer than the model was made for, or than the request lets it be.
  func check(_ request: GenerationRequest) throws(Problem) {
    if let most = request.maxLength, request.length > most {
      throw Problem(
        "'max_length=\(most)'", expected: "at least \(request.length), the tokens of the text")
    }
    guard let positions else { return }
    if let most = request.maxLength, most > positions.count {
      throw Problem(
        "'max_length=\(most)'", expected: "at most \(positions.count), \(positions.source)")
    }
    let (prompt, tokens) = ("a prompt of \(request.prompt)", counted(request.tokens, "token"))
    // An encoder that reads the prompt has positions of its own.
    let needs =
      !request.isOfEncoder
      ? [("\(prompt) and \(tokens) take", request.positions)]
      : [("\(prompt) takes", request.prompt), ("\(tokens) take", request.positions)]
    guard let need = needs.first(where: { $0.1 > positions.count }) else { return }
    throw Problem(
      "\(need.0) \(need.1) positions", expected: "at most \(positions.count), \(positions.source)")
  }

  /// Whether the runtime follows more texts at once than the request counts.
  func countsFewerBeams(_ request: GenerationRequest) -> Bool { request.batch < beams ?? 1 }

  /// What is said where the text is longer than its runtime lets it be, or than some blocks look
  /// back.
  func diagnostics(of request: GenerationRequest) -> [Diagnostic] {
    var result: [Diagnostic] = []
    if let mostTokens, request.maxLength == nil, request.length > mostTokens {
      let start = request.isOfEncoder ? "start token" : "prompt"
      result.append(
        Diagnostic(
          .warning, code: "text-length",
          "the text is of \(request.length) tokens with its \(start), and 'max_length' of "
            + "genai_config.json ends it at \(mostTokens)"))
    }
    if request.maxLength != nil, buffers?.areShared != true {
      result.append(
        Diagnostic(
          .note, code: "max-length",
          "'max_length' changes nothing: it is the room of a shared cache, and nothing beside the file states one "
            + "('past_present_share_buffer' of genai_config.json)"))
    }
    if let beams, countsFewerBeams(request) {
      result.append(
        Diagnostic(
          .warning, code: "beams",
          "'num_beams' of genai_config.json is \(beams): each run of one text takes as many rows, and what is "
            + "counted are \(request.batch), so that work, time and energy are at least these"))
    }
    if let window, request.positions > window {
      result.append(
        Diagnostic(
          .note, code: "sliding-window",
          "some blocks look back \(window) positions at most; what the file computes and keeps is "
            + "counted"))
    }
    return result
  }
}
