import Documents
import OpGraph
import Quantities

/// Whether a path is a folder with the files of one model that makes text.
package func isDecoderFolder(_ path: String) -> Bool {
  isFolder(path) && (try? DecoderFolder.files(at: path)) != nil
}

/// The folder of a file that is one of several of a model that makes text; nil for other files.
package func decoderFolder(ofPart path: String) -> String? {
  let folder = DecoderFolder(folder(of: path))
  guard let files = try? folder.files(), files.isSplit,
    [files.encoder, files.first, files.step].contains(path)
  else { return nil }
  return folder.path.isEmpty ? "." : folder.title
}

/// A folder with the files of a model that makes text, as optimum, transformers.js and
/// onnxruntime-genai name them.
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

  /// Ends with a slash unless it is empty, for the folder that the command runs in.
  let path: String

  init(_ path: String) {
    self.path = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
  }

  /// How messages about the folder name it.
  fileprivate var title: String { path.count > 1 ? String(path.dropLast()) : path }

  /// The files of the model at a path: a folder, with an `onnx` in it where it has no decoder
  /// itself, or a file.
  /// - Throws: `Problem` when a folder does not tell them, or names a file outside of it, or when a
  ///   file lacks others that make text with it.
  static func files(at path: String) throws(Problem) -> Files {
    guard isFolder(path) else { return try DecoderFolder(folder(of: path)).files(around: path) }
    let own = DecoderFolder(path)
    let places = [own, DecoderFolder(own.path + "onnx")]
    for place in places {
      if let files = try place.files() { return files }
    }
    for place in places {
      if let lack = place.lack { throw lack }
    }
    throw Problem(
      "is a folder without 'model.onnx' or 'decoder_model_merged.onnx'", at: path,
      expected: "the folder of a decoder, or its file")
  }

  /// The files of the model in this folder; nil where they are not all there.
  fileprivate func files() throws(Problem) -> Files? {
    let stated = try DecoderConfiguration(of: path)
    for name in [stated.model, stated.encoder].compactMap({ $0 }) { try check(name) }
    if let model = stated.model {
      return Files(encoder: stated.encoder.map { path + $0 }, step: path + model)
    }
    if let count = stated.pipelineFiles {
      throw Problem(
        "genai_config.json states a pipeline of \(counted(count, "file")) of fixed sizes, which "
          + "is not costed", at: title, expected: "a folder with one decoder file")
    }
    return try onlyVersion()
  }

  /// - Throws: `Problem` when a name of `genai_config.json` is not that of a file in the folder.
  private func check(_ name: String) throws(Problem) {
    let isName = !["", ".", ".."].contains(name) && !name.contains("/")
    guard isName, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw Problem(
        "genai_config.json names the model '\(printable(abridged(name, to: 100)))'", at: title,
        expected: "a file in the folder")
    }
    guard fileExists(path + name) else {
      throw Problem(
        "is a folder without '\(printable(name))', which genai_config.json names", at: title,
        expected: "the folder of a decoder, or its file")
    }
  }

  /// The files of the original or, without it, of the only version that is there.
  /// - Throws: `Problem` when there are several versions: they cost different amounts.
  private func onlyVersion() throws(Problem) -> Files? {
    if let original = choices("").first { return original }
    let versions = DecoderFileName.suffixes.compactMap { choices($0).first }
    guard versions.count > 1 else { return versions.first }
    throw Problem(
      "is a folder with several versions of a decoder: "
        + Self.listed(versions.map { fileName($0.step) }),
      at: title, expected: "the decoder's file, such as '\(versions[0].step)'")
  }

  /// The files that a version of the decoder can be, the first choice first; none where they are not
  /// all there.
  private func choices(_ suffix: String) -> [Files] {
    let encoder = partner(.encoder, of: suffix)
    guard encoder != nil || !hasEncoder else { return [] }
    func joined(_ part: DecoderFileName.Part) -> Files? {
      existing(part, suffix).map { Files(encoder: encoder, step: $0) }
    }
    let split = existing(.step, suffix).flatMap { step in
      partner(.first, of: suffix).map { Files(encoder: encoder, first: $0, step: step) }
    }
    let (merged, whole) = (joined(.merged), joined(.whole))
    // Beside an encoder, `model.onnx` may be another export, of both without a cache.
    return (encoder == nil ? [merged, whole, split] : [merged, split, whole]).compactMap { $0 }
  }

  /// Whether an encoder is there in any version: the decoder does not run without one.
  private var hasEncoder: Bool {
    ([""] + DecoderFileName.suffixes).contains { existing(.encoder, $0) != nil }
  }

  /// The file that a version has for a part: its own, else that of the original.
  private func partner(_ part: DecoderFileName.Part, of suffix: String) -> String? {
    existing(part, suffix) ?? existing(part, "")
  }

  /// The path of the file with a part in a version; nil where it is not there.
  func existing(_ part: DecoderFileName.Part, _ suffix: String) -> String? {
    let file = path + DecoderFileName(part: part, suffix: suffix).text
    return fileExists(file) ? file : nil
  }

  /// What is wrong where some files of a decoder are there, and not all.
  private var lack: Problem? {
    for suffix in [""] + DecoderFileName.suffixes {
      guard
        let found = existing(.first, suffix) ?? existing(.step, suffix)
          ?? existing(.encoder, suffix)
      else { continue }
      func name(_ part: DecoderFileName.Part) -> String {
        "'\(DecoderFileName(part: part, suffix: suffix).text)'"
      }
      return Problem(
        "is a folder with '\(fileName(found))', and not the other files of its decoder", at: title,
        expected: "\(name(.merged)), or both \(name(.first)) and \(name(.step))")
    }
    return nil
  }

  /// The files that make text with a file of this folder: those of its version.
  /// - Throws: `Problem` when they are not there, or when the file is not the decoder's.
  private func files(around file: String) throws(Problem) -> Files {
    guard fileExists(file) else { return Files(step: file) }
    let name = DecoderFileName(fileName(file))
    let whole = try? files()
    let known = name.map { choices($0.suffix) } ?? []
    for case let files? in [whole, known.first, known.first { $0.first != nil }]
    where [files.first, files.step].contains(file) { return files }
    let isOneOfSeveral =
      switch name?.part {
      case .encoder: true
      case .merged, .first, .step: hasEncoder
      default: file == whole?.encoder
      }
    guard isOneOfSeveral else { return Files(step: file) }
    throw Problem(
      "is one of several files that make text together", at: file,
      expected: "their folder '\(path.isEmpty ? "." : path)'")
  }
}
