import DeviceProfiles
import ArgumentParser
import Carbon
import HardwareMapping
import OpGraph
import Quantities

struct FootprintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "footprint",
    abstract: "Life-cycle carbon of a model on a device: operational and embodied.",
    discussion: """
      A deployment says how the device is used and a product what it is made of; flags win over the
      deployment's file. What-if changes are lifetime=YEARS, region=CODE, intensity=G,
      inferences-per-day=N, device=ID, product=ID, model=FILE and power=KIND, several in one with
      commas; 'usual' stands for a set of them.

      Examples:
        iotco2-graph footprint model.tflite --device stm32l4r5 --deployment product.yaml
        iotco2-graph footprint model.tflite --device esp32-s3 --inferences-per-day 1000 --region DE \\
          --lifetime 5 --what-if usual --tornado
        iotco2-graph footprint model.tflite --device rp2040 --inferences-per-day 100 \\
          --format cyclonedx
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, markdown
    case sci, cyclonedx, spdx, pact
    case impactFramework = "impact-framework"
    case huggingface
  }

  @Argument(
    help: ArgumentHelp(
      "Model file; '-' is standard input, 'bundle.task#member' a model in a ZIP archive.",
      valueName: "model"))
  var model: String

  @OptionGroup var target: TargetOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var binding: BindingOptions

  @Option(
    name: .customLong("what-if"),
    help: ArgumentHelp(
      "Also compute with a change; may be given many times.", valueName: "key=value|usual"))
  var whatIf: [String] = []

  @Flag(help: "Also show which input matters most, each at both ends of its interval.")
  var tornado = false

  @Option(help: "Form of the report.")
  var format = Format.text

  @Option(
    help: ArgumentHelp(
      "Company that answers for the product footprint (pact).", valueName: "name"))
  var company: String?

  @Option(
    name: .customLong("company-id"),
    help: ArgumentHelp("Its identifier, a URN (pact).", valueName: "urn"))
  var companyIdentifier: String?

  @Option(
    help: ArgumentHelp(
      "Standard that the company follows, such as ISO14067 or GHGP-Product (pact).",
      valueName: "name"))
  var standard: String?

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    guard let target = try target.resolved() else {
      throw CommandFailure(code: .badInput, message: "footprint needs --device")
    }
    let assessment = try Assessment(
      model, options.resolved, bindings: try binding.resolved(), target: target)
    guard let footprint = assessment.footprint, let estimate = assessment.estimate else {
      throw CommandFailure(
        code: .badInput,
        message: "\(model): its time or energy on '\(target.device.name)' is not known; "
          + "'analyze' says why")
    }
    var report = FootprintReport(assessment, footprint, estimate)
    if !whatIf.isEmpty { report.whatIf = try changes(of: assessment, footprint, target: target) }
    if tornado { report.sensitivity = Sensitivity(footprint.inputs).map { .init($0) } }
    try output.write(try text(report, assessment, footprint))
  }

  private func text(
    _ report: FootprintReport, _ assessment: Assessment, _ footprint: Footprint
  ) throws -> String {
    switch format {
    case .text: report.text(for: output.terminal)
    case .json: try JSON.document(report)
    case .csv: report.csv
    case .markdown: report.markdown
    case .sci: try JSON.document(SCIReport(report))
    case .cyclonedx: try JSON.document(CycloneDXReport(report))
    case .spdx: try JSON.document(SPDXReport(report))
    case .impactFramework: try ImpactFrameworkReport(report, footprint).yaml
    case .pact:
      try JSON.document(
        try PACTReport(
          report, footprint, company: company, identifier: companyIdentifier, standard: standard))
    case .huggingface: HuggingFaceReport(report).yaml
    }
  }

  private func changes(
    of assessment: Assessment, _ footprint: Footprint, target: Assessment.Target
  ) throws(CommandFailure) -> [FootprintReport.WhatIfRow] {
    var rows: [FootprintReport.WhatIfRow] = []
    let asked = whatIf.flatMap { $0 == "usual" ? WhatIf.usual(footprint.inputs.deployment) : [$0] }
    for text in asked {
      let change = try WhatIf(text)
      var row = FootprintReport.WhatIfRow(
        change: text, perInference: Nullable(nil), life: Nullable(nil))
      do throws(CommandFailure) {
        let (path, changed) = try change.applied(to: model, target)
        let other = try Assessment(
          path, options.resolved, bindings: try binding.resolved(), target: changed)
        row.perInference = Nullable(other.footprint?.total)
        row.life = Nullable(other.footprint?.lifeCycle.total)
        if let before = footprint.total?.value, let after = other.footprint?.total?.value,
          before > 0
        {
          row.relativeChange = after / before - 1
        }
        let known = Set(assessment.diagnostics.map(\.message))
        row.warnings = other.diagnostics.filter { $0.severity != .note }.map(\.message)
          .filter { !known.contains($0) }
      } catch {
        row.problem = error.message
      }
      rows.append(row)
    }
    return rows
  }
}
