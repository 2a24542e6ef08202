/// What the name of an ONNX file says: which part of a model it holds, and in which version.
///
/// `decoder_model_merged_q4.onnx` is the part `decoder_model_merged` in the version `_q4`.
struct DecoderFileName: Hashable {
  enum Part: String, CaseIterable {
    /// A decoder with its first run and its steps.
    case merged = "decoder_model_merged"
    /// A decoder's first run, with the prompt and without a cache.
    case first = "decoder_model"
    /// A decoder's runs with a cache.
    case step = "decoder_with_past_model"
    /// The encoder before a decoder.
    case encoder = "encoder_model"
    /// A decoder that has no other files.
    case whole = "model"
    /// What makes embeddings of images.
    case vision = "vision_encoder"
    /// What makes embeddings of sound.
    case audio = "audio_encoder"
    /// What makes embeddings of tokens.
    case embeddings = "embed_tokens"
  }

  /// How optimum and transformers.js mark versions by the type of their weights; the original has
  /// no mark.
  static let suffixes = [
    "_fp16", "_quantized", "_q8", "_int8", "_uint8", "_q4", "_q4f16", "_bnb4",
  ]

  var part: Part
  /// Empty for the original.
  var suffix: String

  var text: String { part.rawValue + suffix + ".onnx" }
}

extension DecoderFileName {
  /// Reads the name of a file; nil where it is none of these.
  init?(_ name: String) {
    let all = Part.allCases.flatMap { part in
      ([""] + Self.suffixes).map { DecoderFileName(part: part, suffix: $0) }
    }
    guard let found = all.first(where: { $0.text == name }) else { return nil }
    self = found
  }
}
