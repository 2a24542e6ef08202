import ArgumentParser
import Assessment
import Reports

struct DiffCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show the differences between two models, in total and layer by layer.",
    discussion: """
      Layers are matched by name, then by what they do, so that two exports of one network can be \
      compared.

      Examples:
        iotco2-graph diff old.tflite new.tflite --device stm32l4r5
        iotco2-graph diff model.onnx model.tflite --format markdown
      """)

  static let formats = DiffReport.formats

  @Argument(help: "The model before.")
  var old: String

  @Argument(help: "The model after.")
  var new: String

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions

  @Option(help: ArgumentHelp("Layers to show in text and Markdown.", valueName: "n"))
  var top = 10

  @OptionGroup var report: ReportOptions<DiffCommand>

  mutating func validate() throws {
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
  }

  mutating func run() throws {
    let reader = try self.reader()
    let target = try self.target()
    announceDefaults(target)
    let both = [
      try reader.assess(old, on: target), try reader.assess(new, on: target),
    ]
    try report.write(DiffReport(both[0], both[1], top: top))
    try throwAll(objections(to: both))
  }
}
