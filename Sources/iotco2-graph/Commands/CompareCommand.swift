import Analysis
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
        iotco2-graph compare a b -d esp32 --generate prompt=4,tokens=9 --by firstToken
        iotco2-graph compare *.tflite -d esp32 --measured table.csv --plot measured.svg
      """)

  static let formats = ComparisonReport.formats

  @Argument(help: ArgumentHelp("Model files; \(modelHelp)", valueName: "model"))
  var models: [String]

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Model") var text: GenerationOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions

  @Option(help: "Order of the rows.")
  var by = ComparedMetric(.energy)

  @Option(
    help: ArgumentHelp(
      "Write measured over predicted latencies as a plot; needs --measured.", valueName: "file.svg")
  )
  var plot: String?

  @OptionGroup var measuring: MeasuredOptions
  @OptionGroup var report: ReportOptions<CompareCommand>

  mutating func validate() throws {
    try text.check(against: reading)
    try text.check(against: "--measured", isGiven: !measuring.measured.isEmpty)
    if by.metric.needsText, text.generate == nil {
      throw ValidationError("--by \(by.metric.rawValue) needs --generate")
    }
    if plot != nil, measuring.measured.isEmpty { throw ValidationError("--plot needs --measured") }
  }

  var generating: GenerationRequest? { text.generate }

  mutating func run() throws {
    let targets = try self.targets()
    guard !targets.isEmpty else { throw Problem("compare needs --device") }
    announceDefaults(targets.first)
    let (assessments, failures) = try assessEach(models, on: targets)
    if !assessments.isEmpty {
      let measured = try measuring.comparisons(with: assessments)
      let comparison = ComparisonReport(assessments, by: by.metric, measured: measured)
      try report.write(comparison)
      if let plot {
        guard let document = Plot.measured(comparison) else {
          throw Problem("--plot \(plot): no latency is measured and predicted")
        }
        try Output.write(document, to: plot)
      }
    }
    try throwAll(failures + objections(to: assessments))
  }
}
