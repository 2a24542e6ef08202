import Analysis
import Documents
import OpGraph
import Quantities

extension DecoderFolder {
  /// How the cache of a decoder's file is kept: what lies beside the file may state it.
  /// - Throws: `Problem` that names a file that is there and cannot be used.
  static func buffers(of path: String) throws(Problem) -> CacheBuffers {
    try DecoderConfiguration(of: folder(of: path)).buffers ?? .separate
  }

  /// What is said of a text by what lies beside its decoder's file: limits of its length, and files
  /// or beams that are not counted.
  /// - Throws: `Problem` when the text is longer than the model was made for.
  static func review(
    _ request: GenerationRequest, of path: String
  ) throws(Problem) -> (diagnostics: [Diagnostic], isPartial: Bool) {
    let beside = DecoderFolder(folder(of: path))
    let stated = try DecoderConfiguration(of: beside.path)
    try stated.check(request)
    var result = stated.diagnostics(of: request)
    let warning = beside.filesNotCounted(with: path, stated)
    if let warning { result.append(warning) }
    // What a configuration names is no choice that was made here.
    if stated.model == nil, let note = beside.otherVersions(of: path) { result.append(note) }
    return (result, warning != nil || stated.countsFewerBeams(request))
  }

  /// The warning that other files run before the decoder, as for images and sound.
  private func filesNotCounted(
    with decoder: String, _ stated: DecoderConfiguration
  ) -> Diagnostic? {
    let own = fileName(decoder)
    let suffix = DecoderFileName(own)?.suffix ?? ""
    let parts: [DecoderFileName.Part] = [.vision, .audio, .embeddings]
    let found = parts.compactMap { anyVersion(of: $0, near: suffix) }
    var names: [String] = []
    for name in stated.embedders + found where name != own && !names.contains(name) {
      names.append(name)
    }
    guard !names.isEmpty else { return nil }
    let (are, their) = names.count == 1 ? ("is", "its") : ("are", "their")
    return Diagnostic(
      .warning, code: "files-not-counted",
      "\(Self.listed(names)) \(are) not counted; \(their) time, energy and memory come on top")
  }

  /// The name of a part's file: in the same version, else the original, else in the first version
  /// that is there.
  private func anyVersion(of part: DecoderFileName.Part, near own: String) -> String? {
    for suffix in [own, ""] + DecoderFileName.suffixes {
      if let file = existing(part, suffix) { return fileName(file) }
    }
    return nil
  }

  /// The note that an original was taken where versions of it lie beside it.
  private func otherVersions(of file: String) -> Diagnostic? {
    guard let name = DecoderFileName(fileName(file)), name.suffix.isEmpty else { return nil }
    let others = DecoderFileName.suffixes.compactMap { existing(name.part, $0) }
    guard !others.isEmpty else { return nil }
    return Diagnostic(
      .note, code: "other-versions",
      "'\(name.text)' is counted, and not its other versions beside it: "
        + Self.listed(others.map { fileName($0) }))
  }

  /// Names in a sentence.
  static func listed(_ names: [String]) -> String {
    let quoted = names.map { "'\(printable(abridged($0, to: 100)))'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}
