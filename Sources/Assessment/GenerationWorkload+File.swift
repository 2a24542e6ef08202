import Analysis
import GraphImport
import OpGraph
import Quantities

extension GenerationWorkload {
  /// The text that a model makes; of a TFLite file with signatures `prefill...` and `decode`, by these.
  /// - Parameter model: The file of a step as the options read it; becomes the graph of a step.
  static func text(
    _ request: GenerationRequest, of model: inout Model, in files: DecoderFolder.Files,
    _ options: ImportOptions, bindings: Bindings, keepsUnpacked: Bool
  ) throws(Problem) -> GenerationWorkload {
    let path = files.step
    let change = try RunChange(buffers: DecoderFolder.buffers(of: path))
    if files.isSplit {
      func read(_ path: String?) throws(Problem) -> Model? {
        try path.map { path throws(Problem) in try Model(contentsOf: path, options) }
      }
      return try GenerationWorkload(
        SplitDecoder(encoder: read(files.encoder), first: read(files.first), step: model), request,
        bindings: bindings, keepsUnpacked: keepsUnpacked, change: change)
    }
    let keys = model.signatures.map(\.key)
    guard options.signature == nil, keys.contains("decode") else {
      return try GenerationWorkload(
        model, request, bindings: bindings, keepsUnpacked: keepsUnpacked, change: change)
    }
    func read(_ signature: String) throws(Problem) -> Model {
      var options = options
      options.signature = signature
      return try Model(contentsOf: path, options)
    }
    guard request.batch == 1 else {
      throw Problem("'batch=\(request.batch)'", expected: "1, since sizes of the file are fixed")
    }
    var prefills: [Model] = []
    for key in keys where key.hasPrefix("prefill") { prefills.append(try read(key)) }
    model = try read("decode")
    return try GenerationWorkload(
      FixedDecoder(step: model, prefills: prefills), request, bindings: bindings,
      keepsUnpacked: keepsUnpacked)
  }
}
