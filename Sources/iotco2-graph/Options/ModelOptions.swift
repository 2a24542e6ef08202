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

  var importOptions: ImportOptions { ImportOptions(signature: signature, original: original) }

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
