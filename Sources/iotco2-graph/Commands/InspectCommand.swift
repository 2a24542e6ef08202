import ArgumentParser
import Reports

struct InspectCommand: ReportingCommand {
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
  @OptionGroup var report: ReportOptions<InspectCommand>

  mutating func run() throws {
    let report = report
    try assessment.assess(model, on: try assessment.target()) {
      try report.write(Inspection($0))
    }
  }
}
