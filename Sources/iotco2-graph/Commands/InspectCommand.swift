import ArgumentParser
import Reports

struct InspectCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Contents of a model file: inputs, outputs, operators, tensors, quantization.",
    discussion: """
      With a device it also says where operators run and whether the model fits.

      Examples:
        iotco2-graph inspect model.tflite
        iotco2-graph inspect model.onnx --bind batch=1 --format json
      """)

  static let formats = Inspection.formats

  @Argument(help: ArgumentHelp("Model file; \(modelHelp)", valueName: "model"))
  var model: String

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var report: ReportOptions<InspectCommand>

  mutating func run() throws {
    let report = report
    try assess(model, on: try target()) {
      try report.write(Inspection($0))
    }
  }
}
