import Reports
import ArgumentParser
import Carbon
import Policies

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of an input file or a report.",
    discussion: """
      Editors check files against it; YAML files too. A report is what 'analyze --format json' writes.

      Examples:
        iotco2-graph schema deployment > deployment.schema.json
        iotco2-graph schema bom
        iotco2-graph schema policy
      """)

  enum Kind: String, WordArgument, CaseIterable {
    case report, policy, device, deployment, bom, configuration
  }

  @Argument(
    help: ArgumentHelp(
      "Kind of file: a report, a policy, a device's profile, a deployment, a product's bill of "
        + "materials or spec sheet, or defaults."))
  var kind: Kind

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let text =
      switch kind {
      case .deployment: FileSchema.deployment.text
      case .bom: FileSchema.bom.text
      case .policy: Policy.schema
      case .report: ReportSchema.report.text
      case .device: ReportSchema.device.text
      case .configuration: ReportSchema.configuration.text
      }
    try output.write(text + "\n")
  }
}
