import ArgumentParser
import Assessment
import Quantities
import Reports

struct CompareCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare models across devices and mark the Pareto-optimal ones.",
    discussion: """
      A row is on the Pareto front when no other row is at least as good in energy, latency, memory \
      and carbon, and better in one of them. What does not fit a device's memory is never on it.

      Examples:
        iotco2-graph compare a.tflite b.tflite --device stm32l4r5
        iotco2-graph compare *.tflite -d stm32l4r5,raspberry-pi-4 --by latency
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
    let targets = try self.targets()
    guard !targets.isEmpty else { throw Problem("compare needs --device") }
    announceDefaults(targets.first)
    let (assessments, failures) = try assessEach(models, on: targets)
    if !assessments.isEmpty { try report.write(ComparisonReport(assessments, by: by.metric)) }
    try throwAll(failures + objections(to: assessments))
  }
}
