import ArgumentParser
import HardwareMapping

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Models on devices side by side, with those that no other beats in everything.",
    discussion: """
      A row is on the Pareto front when no other row is at least as good in energy, latency, memory
      and carbon, and better in one of them. What does not fit a device's memory is never on it.

      Examples:
        iotco2-graph compare a.tflite b.tflite --device stm32l4r5
        iotco2-graph compare *.tflite --device stm32l4r5 --device raspberry-pi-4 --by carbon
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, markdown }

  enum Order: String, ExpressibleByArgument, CaseIterable { case energy, latency, memory, carbon }

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"))
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "Device: an identifier, 'id:runtime', or a profile's file; may be given many times.",
      valueName: "id|file"))
  var device: [String] = []

  @OptionGroup var deployment: DeploymentOptions
  @OptionGroup var binding: BindingOptions

  @Option(help: "What the rows are ordered by.")
  var by = Order.energy

  @Option(help: "Form of the report.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let bindings = try binding.resolved()
    let targets = try deployment.targets(on: device, try deployment.configuration.resolved())
    guard !targets.isEmpty else {
      throw CommandFailure(code: .badInput, message: "compare needs --device")
    }
    targets.first?.announceDefaults()
    var assessments: [Assessment] = []
    for model in models {
      for target in targets {
        assessments.append(try Assessment(model, bindings: bindings, target: target))
      }
    }
    let report = ComparisonReport(assessments, by: by)
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
