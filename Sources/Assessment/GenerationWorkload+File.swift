package import Analysis
import GraphImport
import OpGraph
package import Quantities

extension GenerationWorkload {
  /// The text that the model at a path makes: a file, or what exporters of decoders write, a folder.
  /// - Throws: `Problem` when the model cannot be used, makes no text of these lengths, or runs with more than is counted.
  package static func text(
    _ request: GenerationRequest, at path: String, keepsUnpacked: Bool
  ) throws(Problem) -> GenerationWorkload {
    let files = try DecoderFolder.files(at: path)
    let options = ImportOptions()
    var model = try Model(contentsOf: files.step, options)
    let text = try text(
      request, of: &model, in: files, options, bindings: Bindings(), keepsUnpacked: keepsUnpacked)
    let review = try DecoderFolder.review(text.request, of: files.step)
    guard !review.isPartial, text.whole.coverage.isComplete else {
      throw Problem(
        "'\(path)' is not counted as a whole: other files, beams or unknown operators run with it",
        expected: "a decoder whose cost is known")
    }
    return text
  }

  /// litert-torch writes some, for lengths that are powers of two.
  private static let mostPrefills = 16

  /// The text that a model makes; of a TFLite file with signatures `prefill...` and `decode`, by these.
  /// - Parameter model: The file of a step as the options read it; becomes the graph of a step.
  static func text(
    _ request: GenerationRequest, of model: inout Model, in files: DecoderFolder.Files,
    _ options: ImportOptions, bindings: Bindings, keepsUnpacked: Bool
  ) throws(Problem) -> GenerationWorkload {
    let path = files.step
    var change = try RunChange(buffers: DecoderFolder.buffers(of: path))
    if let room = request.maxLength { change.buffers.capacity = room }
    if files.isSplit {
      func read(_ path: String?) throws(Problem) -> Model? {
        try path.map { path throws(Problem) in try Model(contentsOf: path, options) }
      }
      return try GenerationWorkload(
        SplitDecoder(encoder: read(files.encoder), first: read(files.first), step: model), request,
        bindings: bindings, keepsUnpacked: keepsUnpacked, change: change)
    }
    let keys = model.signatures.map(\.key)
    guard keys.contains("decode") else {
      do throws(Problem) {
        return try GenerationWorkload(
          model, request, bindings: bindings, keepsUnpacked: keepsUnpacked, change: change)
      } catch {
        guard model.format == .tflite else { throw error }
        throw Problem(
          "makes no text: " + error.fact,
          expected: "a decoder with signatures 'prefill...' and 'decode'; this file has "
            + (keys.isEmpty ? "none" : DecoderFolder.listed(Array(keys.prefix(8)))))
      }
    }
    func read(_ signature: String) throws(Problem) -> Model {
      var options = options
      options.signature = signature
      return try Model(contentsOf: path, options)
    }
    guard request.batch == 1 else {
      throw Problem("'batch=\(request.batch)'", expected: "1, since sizes of the file are fixed")
    }
    if let room = request.maxLength {
      throw Problem("'max_length=\(room)'", expected: "none, since sizes of the file are fixed")
    }
    // Two names of one graph are one.
    var graphs: Set<Int> = []
    let prompts = model.signatures.filter {
      $0.key.hasPrefix("prefill") && graphs.insert($0.subgraph).inserted
    }
    guard prompts.count <= mostPrefills else {
      throw Problem(
        "has \(grouped(prompts.count)) signatures 'prefill...'",
        expected: "at most \(mostPrefills), each of which is read as a graph")
    }
    var prefills: [Model] = []
    for signature in prompts { prefills.append(try read(signature.key)) }
    model = try read("decode")
    return try GenerationWorkload(
      FixedDecoder(step: model, prefills: prefills), request, bindings: bindings,
      keepsUnpacked: keepsUnpacked)
  }
}
