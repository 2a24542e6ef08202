import ArgumentParser
import Assessment
import Documents
import Policies
import Quantities
import Reports

struct CheckCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check models against a policy before they are deployed; exit 1 if a rule fails.",
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

  static let formats = CheckReport.formats

  @Argument(help: ArgumentHelp("Model files; \(modelHelp)", valueName: "model"))
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "Policy in YAML or JSON; 'iotco2-graph schema policy' lists the keys.",
      valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "A report of 'analyze --format json' (one or a list) to compare with.", valueName: "file"))
  var baseline: String?

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var report: ReportOptions<CheckCommand>

  mutating func run() throws {
    let defaults = try deployment.defaults()
    guard let path = policy ?? defaults?.policy else { throw Problem("check needs --policy") }
    let policy = try Document<Policy>(contentsOf: path) { try $0.check() }.content
    let count = models.count
    let baseline = try baseline.map { path throws(Problem) in
      (path: path, content: try Baseline(path, models: count))
    }
    if baseline == nil, policy.rules.contains(where: { $0.maxIncreasePercent != nil }) {
      throw Problem("rules with maxIncreasePercent need --baseline", at: path)
    }
    let reader = try self.reader()
    let targets = try self.targets(orOn: policy.devices ?? [], defaults)
    if [.junit, .sarif, .csv].contains(report.format) { targets.first?.announceDefaults() }
    var subjects: [CheckReport.SubjectPart] = []
    var objections: [Problem] = []
    for target in targets.isEmpty ? [nil] : targets.map(Optional.some) {
      for model in models {
        let assessed = try reader.assess(model, on: target)
        subjects.append(
          CheckReport.SubjectPart(
            assessed, policy, baseline?.content, withHotspots: report.format == .sarif))
        objections += self.objections(to: [assessed])
      }
    }
    let verdict = CheckReport(policy, path: path, baseline: baseline, subjects)
    try report.write(verdict)
    try throwAll(objections)
    if verdict.brokenRules > 0 {
      throw CommandFailure(code: .brokenPolicy, message: verdict.summary)
    }
  }
}
