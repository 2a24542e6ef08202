import Analysis
import ArgumentParser
import Assessment
import Hotspots
import Quantities
import Reports

struct AnalyzeCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Show work, memory, time, energy and carbon of models, layer by layer.",
    discussion: """
      Examples:
        iotco2-graph analyze model.tflite
        iotco2-graph analyze model.onnx --bind batch=1 --device stm32l4r5 --region DE
        iotco2-graph analyze *.tflite --device raspberry-pi-4 --format csv
        iotco2-graph analyze model.tflite -d stm32l4r5 --format html -o report.html
        iotco2-graph analyze model.tflite -d stm32l4r5 --summary --plot roofline.svg
        iotco2-graph analyze model.onnx -d raspberry-pi-4 --measured profile.json
        iotco2-graph analyze model.tflite --by traffic --format dot | dot -Tsvg
        iotco2-graph analyze model.tflite --device esp32 --by latency --format model-explorer
      """)

  static let formats = AnalysisReports.formats

  @Argument(help: ArgumentHelp("Model files; \(modelHelp)", valueName: "model"))
  var models: [String]

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Model") var text: GenerationOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var measuring: MeasuredOptions
  @OptionGroup var report: ReportOptions<AnalyzeCommand>

  @Option(
    help: ArgumentHelp(
      "Write a plot; the end of the file's name selects it. Can be repeated.", valueName: "file"))
  var plot: [PlotFile] = []

  @Option(
    help: ArgumentHelp(
      "Metric of 'dot' and 'model-explorer' (default: energy with a device, macs without).",
      valueName: "metric"))
  var by: RankedMetric?

  @Flag(help: "Show every layer (the default of json, ndjson and csv).")
  var perLayer = false

  @Flag(help: "Show totals only.")
  var summary = false

  @Option(help: ArgumentHelp("Layers to show in text and Markdown.", valueName: "n"))
  var top = AnalysisReports.usualLayers

  @Flag(help: sourcesHelp)
  var sources = false

  @Option(
    help: "Also print the total of another tool for the file, and the differences.")
  var convention: ConventionName?

  mutating func validate() throws {
    try text.check(against: reading)
    try text.check(against: "--measured", isGiven: !measuring.measured.isEmpty)
    try text.check(against: "--convention", isGiven: convention != nil)
    if perLayer && summary {
      throw ValidationError("--per-layer and --summary cannot be used together")
    }
    let rows = models.count * max(1, assessment.device.count)
    if rows > 1, AnalysisReports.formatsOfOne.contains(report.format) || !plot.isEmpty {
      throw ValidationError(
        "\(plot.isEmpty ? "--format \(report.format.rawValue)" : "--plot") is for one model on one "
          + "device, not \(rows)")
    }
    if by != nil, ![.dot, .modelExplorer].contains(report.format) {
      throw ValidationError("--by is for --format dot and model-explorer")
    }
    if !measuring.measured.isEmpty, [.trace, .dot, .modelExplorer].contains(report.format) {
      throw ValidationError("--measured is not for --format \(report.format.rawValue)")
    }
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
  }

  var generating: GenerationRequest? { text.generate }

  mutating func run() throws {
    let targets = try self.targets()
    if report.format == .trace || by?.metric.needsDevice == true, targets.isEmpty {
      throw Problem("\(by.map { "--by \($0.name)" } ?? "--format trace") needs --device")
    }
    if targets.isEmpty, let plot = plot.first(where: \.plot.needsDevice) {
      throw Problem("--plot \(plot.path) needs --device")
    }
    if [.csv, .trace, .dot, .modelExplorer, .markdown].contains(report.format) {
      announceDefaults(targets.first)
    }
    let (assessments, failures) = try assessEach(models, on: targets)
    let measured = try measuring.comparisons(with: assessments)
    if !assessments.isEmpty {
      let detail: AnalysisReports.Detail = summary ? .summary : perLayer ? .all : .top(top)
      try report.write(
        AnalysisReports(
          assessments, detail: detail, convention: convention?.value, colouredBy: by?.metric,
          withSources: sources, measured: measured))
    }
    for (index, assessment) in assessments.enumerated() {
      for plot in plot {
        try plot.write(assessment, measured: measured.isEmpty ? nil : measured[index])
      }
    }
    try throwAll(failures + objections(to: assessments))
  }
}

/// The name of a convention on the command line.
struct ConventionName: ExpressibleByArgument {
  var value: any Convention

  init?(argument: String) {
    guard let found = Conventions.all.first(where: { $0.name == argument }) else { return nil }
    value = found
  }

  static var allValueStrings: [String] { Conventions.all.map(\.name) }
}
