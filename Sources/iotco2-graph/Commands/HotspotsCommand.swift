import Analysis
import ArgumentParser
import Hotspots
import Quantities
import Reports

struct HotspotsCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotspots",
    abstract: "Show the costliest layers, why they are, and what changes would save.",
    discussion: """
      Every saving is computed by running the model again with the change.

      Examples:
        iotco2-graph hotspots model.tflite --device stm32l4r5
        iotco2-graph hotspots model.onnx --device raspberry-pi-4 --by latency --group module
        iotco2-graph hotspots model.tflite -d esp32 --by latency --measured profile.csv
        iotco2-graph hotspots model.tflite --by memory --format markdown
      """)

  static let formats = HotspotReport.formats

  @Argument(help: ArgumentHelp("Model file; \(modelHelp)", valueName: "model"))
  var model: String

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Model") var text: GenerationOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions

  @Option(
    help: ArgumentHelp(
      "Metric of the ranking (default: energy with a device, macs without).", valueName: "metric"))
  var by: RankedMetric?

  @Option(help: "Grouping of layers; a module is the first components of layers' names.")
  var group = Ranking.Grouping.layer

  @Option(
    help: ArgumentHelp(
      "Number of name components that form a module, after the common prefix.", valueName: "n"))
  var depth: Int?

  @Option(help: ArgumentHelp("Rows to show.", valueName: "n"))
  var top = 10

  @OptionGroup var measuring: MeasuredOptions
  @OptionGroup var report: ReportOptions<HotspotsCommand>

  mutating func validate() throws {
    try text.check(against: reading)
    try text.check(against: "--measured", isGiven: !measuring.measured.isEmpty)
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
    if let depth {
      if depth < 1 { throw ValidationError("--depth \(depth), expected 1 or more") }
      if group != .module { throw ValidationError("--depth is for --group module") }
    }
  }

  var generating: GenerationRequest? { text.generate }

  mutating func run() throws {
    let target = try self.target()
    announceDefaults(target)
    if let by, by.metric.needsDevice, target == nil {
      throw Problem("--by \(by.name) needs --device")
    }
    let (report, metric, group, depth, top) = (report, by?.metric, group, depth, top)
    let measuring = measuring
    try assess(model, on: target) {
      try report.write(
        HotspotReport(
          $0, by: metric, grouping: group, depth: depth, top: top,
          measured: try measuring.comparisons(with: [$0]).first ?? nil))
    }
  }
}

extension Ranking.Grouping: WordArgument {}
