import ArgumentParser
import Reports

struct InspectCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Show the contents of a model file: inputs, outputs, operators, tensors, quantization.",
    discussion: """
      With a device it also says where operators run and whether the model fits.

      Examples:
        iotco2-graph inspect model.tflite
        iotco2-graph inspect model.onnx --bind batch=1 --format json
        iotco2-graph inspect model.tflite --tflm
      """)

  static let formats = Inspection.formats

  @Argument(help: ArgumentHelp("Model file; \(modelHelp)", valueName: "model"))
  var model: String

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var report: ReportOptions<InspectCommand>

  @Flag(
    help:
      "Write what firmware registers and reserves to run it with TFLite Micro, in C++, instead of the report."
  )
  var tflm = false

  mutating func run() throws {
    let (report, tflm) = (report, tflm)
    try assess(model, on: try target()) {
      if tflm {
        try Output.write(FirmwareSource($0).text, to: report.output)
      } else {
        try report.write(Inspection($0))
      }
    }
  }
}
