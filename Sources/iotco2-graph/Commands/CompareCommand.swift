import ArgumentParser
import Assessment
import Quantities
import Reports

struct CompareCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Models on devices side by side, with their Pareto front.",
    discussion: """
      A row is on the Pareto front when no other row is at least as good in energy, latency, memory
      and carbon, and better in one of them. What does not fit a device's memory is never on it.

      Examples:
        iotco2-graph compare a.tflite b.tflite --device stm32l4r5
        iotco2-graph compare *.tflite --device stm32l4r5 --device raspberry-pi-4 --by carbon
      """)

  static let formats = ComparisonReport.formats

  @Argument(help: ArgumentHelp("Model files; \(modelHelp)", valueName: "model"))
  var models: [String]

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions

  @Option(help: "Order of the rows.")
  var by = ComparedMetric(.energy)

  @OptionGroup var report: ReportOptions<CompareCommand>

  mutating func run() throws {
    let reader = try self.reader()
    let targets = try self.targets()
    guard !targets.isEmpty else { throw Problem("compare needs --device") }
    targets.first?.announceDefaults()
    var assessments: [ModelAssessment] = []
    for model in models {
      for target in targets { assessments.append(try reader.assess(model, on: target)) }
    }
    try report.write(ComparisonReport(assessments, by: by.metric))
    try throwAll(objections(to: assessments))
  }
}
