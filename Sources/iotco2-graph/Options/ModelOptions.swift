import Analysis
import ArgumentParser
import GraphImport
import Quantities

/// The part of a model file to read, and sizes of dynamic dimensions.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Signature of a TFLite model whose graph runs; 'inspect' lists them.", valueName: "name"))
  var signature: String?

  @Option(
    help: ArgumentHelp(
      "The model before compilation for an accelerator: its operators replace the "
        + "compiled part.", valueName: "file"))
  var original: String?

  @Option(
    name: .customLong("bind"),
    help: ArgumentHelp(
      "Size of a dynamic dimension, or shape of an input; can be repeated.",
      valueName: "name=8|1x3x224x224"))
  var bindings: [String] = []

  @Option(help: ArgumentHelp("First dimension of every input.", valueName: "n"))
  var batch: Int?

  @Flag(
    help: "Use the maximum of data-dependent sizes where one is known.")
  var maxima = false

  @Flag(
    help: ArgumentHelp(
      "Read the weights, which is not done otherwise: 'inspect' shows zero and equal filters and zeros, and a "
        + "suggestion says what removing zero filters saves."))
  var weights = false

  @Flag(
    help: ArgumentHelp(
      "Cost the network without filters whose weights are all zero, for compilers that leave them out; reads "
        + "the weights."))
  var dropZeroFilters = false

  var importOptions: ImportOptions {
    ImportOptions(
      signature: signature, original: original, keepsElements: weights || dropZeroFilters)
  }

  func resolvedBindings() throws(Problem) -> Bindings {
    var result = Bindings()
    result.takesMaxima = maxima
    for text in bindings { try result.add(text) }
    if let batch, batch < 1 || batch > 1 << 31 {
      throw Problem("--batch \(batch)", expected: "at least 1")
    }
    result.batch = batch
    return result
  }
}
