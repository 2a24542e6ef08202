import Analysis
import ArgumentParser
import OpGraph

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a model file holds: inputs, outputs, operators, tensors, quantization.",
    discussion: """
      Examples:
        iotco2-graph inspect model.tflite
        iotco2-graph inspect model.onnx --bind batch=1 --format json
      """)

  @Argument(
    help: ArgumentHelp(
      "Model file; '-' is standard input, 'bundle.task#member' a model in a ZIP archive.",
      valueName: "model"))
  var model: String

  @OptionGroup var options: ModelOptions
  @OptionGroup var binding: BindingOptions

  @Option(help: "Form of the answer.")
  var format = Devices.Format.text

  mutating func run() throws {
    let assessment = try Assessment(
      model, options.resolved, bindings: try binding.resolved(), target: nil)
    let inspection = Inspection(assessment)
    try Output.write(
      format == .json
        ? JSON.document(inspection) : inspection.text(for: Terminal.standardOutput),
      to: nil)
  }
}
