import ArgumentParser
import Documents
import HardwareMapping
import Policies

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hold models against a policy before they are deployed; exit 1 when it is broken.",
    discussion: """
      A policy is a list of rules: a metric with a limit (max, min) or with the most that it may grow
      over a baseline (maxIncreasePercent), of a model, of an operator or of layers. What is not
      known breaks a rule unless it says allowUnknown. docs/check.md has examples.

      Examples:
        iotco2-graph check model.tflite --policy policy.yaml
        iotco2-graph check *.tflite --policy policy.yaml --device stm32l4r5 --format junit
        iotco2-graph analyze model.tflite --device stm32l4r5 --format json --output old.json
        iotco2-graph check new.tflite --policy policy.yaml --device stm32l4r5 --baseline old.json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit, sarif, github, markdown
  }

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"))
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "What models must keep to, in YAML or JSON; 'iotco2-graph schema policy' tells the keys.",
      valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "A report of 'analyze --format json' (one or a list) to compare with.", valueName: "file"))
  var baseline: String?

  @Option(
    help: ArgumentHelp(
      "Device instead of the policy's: an identifier, 'id:runtime', or a profile's file; may be given "
        + "many times.", valueName: "id|file"))
  var device: [String] = []

  @OptionGroup var deployment: DeploymentOptions
  @OptionGroup var binding: BindingOptions

  @Option(help: "Form of the report.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let defaults = try deployment.configuration.resolved()
    guard let path = policy ?? defaults?.policy else {
      throw CommandFailure(code: .badInput, message: "check needs --policy")
    }
    let policy = try Document<Policy>.checked(path) { try $0.check() }
    let count = models.count
    let baseline = try baseline.map { path throws(CommandFailure) in
      (path: path, content: try Baseline(path, models: count))
    }
    if baseline == nil, policy.rules.contains(where: { $0.maxIncreasePercent != nil }) {
      throw CommandFailure(
        code: .badInput, message: "\(path): rules with maxIncreasePercent need --baseline")
    }
    let bindings = try binding.resolved()
    var subjects: [CheckReport.SubjectPart] = []
    let names = device.isEmpty ? policy.devices ?? [] : device
    let targets: [Assessment.Target?] = try deployment.targets(on: names, defaults)
    if [.junit, .sarif].contains(format) { targets.first??.announceDefaults() }
    for target in targets.isEmpty ? [nil] : targets {
      for model in models {
        let assessment = try Assessment(model, bindings: bindings, target: target)
        subjects.append(
          CheckReport.SubjectPart(
            assessment, policy, baseline?.content, withHotspots: format == .sarif))
      }
    }
    let report = CheckReport(policy, path: path, baseline: baseline, subjects)
    try output.write(try text(of: report))
    if report.brokenRules > 0 {
      throw CommandFailure(code: .brokenPolicy, message: report.summary)
    }
  }

  private func text(of report: CheckReport) throws -> String {
    switch format {
    case .text: report.text(for: output.terminal)
    case .json: try JSON.document(report)
    case .junit: report.junit
    case .sarif: try JSON.document(SARIF(report))
    case .github: report.githubAnnotations
    case .markdown: report.markdown
    }
  }
}
