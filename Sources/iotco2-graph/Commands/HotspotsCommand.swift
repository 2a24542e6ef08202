import ArgumentParser
import Hotspots
import OpGraph

struct HotspotsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotspots",
    abstract: "Which layers cost most, why, and what a change would save.",
    discussion: """
      Every saving is computed by running the model again with the change.

      Examples:
        iotco2-graph hotspots model.tflite --device stm32l4r5
        iotco2-graph hotspots model.onnx --device raspberry-pi-4 --by latency --group module
        iotco2-graph hotspots model.tflite --by memory --format markdown
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, markdown }

  @Argument(
    help: ArgumentHelp(
      "Model file; '-' is standard input, 'bundle.task#member' a model in a ZIP archive.",
      valueName: "model"))
  var model: String

  @OptionGroup var target: TargetOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var binding: BindingOptions

  @Option(
    help: ArgumentHelp(
      "What is ranked (default: energy with a device, macs without).", valueName: "metric"))
  var by: Metric?

  @Option(help: "What is ranked together; modules are the first parts of layers' names.")
  var group = Ranking.Grouping.layer

  @Option(
    help: ArgumentHelp(
      "Parts of a name that make a module, behind those that all share.", valueName: "n"))
  var depth: Int?

  @Option(help: ArgumentHelp("Rows to show.", valueName: "n"))
  var top = 10

  @Option(help: "Form of the report.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
    if let depth {
      if depth < 1 { throw ValidationError("--depth \(depth), expected 1 or more") }
      if group != .module { throw ValidationError("--depth is for --group module") }
    }
  }

  mutating func run() throws {
    let target = try target.resolved()
    target?.announceDefaults()
    if let by, by.needsDevice, target == nil {
      throw CommandFailure(code: .badInput, message: "--by \(by.rawValue) needs --device")
    }
    let assessment = try Assessment(
      model, options.resolved, bindings: try binding.resolved(), target: target)
    let report = try HotspotReport(
      assessment, by: by, grouping: group, depth: depth, top: top)
    let text: String
    switch format {
    case .text: text = report.text(for: output.terminal)
    case .json: text = try JSON.document(report)
    case .csv: text = report.csv
    case .markdown: text = report.markdown
    }
    try output.write(text)
  }
}

extension Metric: ExpressibleByArgument {}
extension Ranking.Grouping: ExpressibleByArgument {}
