import Analysis
import ArgumentParser
import Assessment
import DeviceProfiles
import Documents
import Policies
import Quantities
import Reports

struct CheckCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check models against a policy; exit with 1 on a violation.",
    discussion: """
      A policy is a list of rules: a metric with a limit (max, min) or with the most that it may grow \
      over a baseline (maxIncreasePercent), of a model, of an operator or of layers. A model that does \
      not fit its device fails, unless the policy says allowUnfit; what is not known fails, unless the \
      rule says allowUnknown. docs/check.md has examples.

      Examples:
        iotco2-graph check model.tflite -d stm32l4r5 --init -o policy.yaml
        iotco2-graph check models --policy policy.yaml --format junit
        iotco2-graph check model.tflite -d esp32 --max-latency 50ms --max-ram 80%
        iotco2-graph check a -d esp32 --generate prompt=4,tokens=9 --max-first-token 1s
        iotco2-graph check *.tflite -d esp32 --baseline old.json --update-baseline
        iotco2-graph check *.tflite -d esp32 --baseline old.json --policy policy.yaml
      """)

  static let formats = CheckReport.formats

  @Argument(
    help: ArgumentHelp("Model files, folders, and patterns; \(modelHelp)", valueName: "model"))
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "Policy in YAML or JSON; see 'iotco2-graph schema policy' for the keys.", valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "A report of 'analyze --format json' (one or a list) to compare with.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Regenerate the file of --baseline from these models instead of checking them.")
  var updateBaseline = false

  @Flag(
    name: .customLong("init"),
    help: "Write a starter policy with limits a fifth above what the model takes.")
  var isInit = false

  @OptionGroup(title: "Limits") var limits: LimitOptions
  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Model") var text: GenerationOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var report: ReportOptions<CheckCommand>

  mutating func validate() throws {
    try text.check(against: reading)
    if updateBaseline, baseline == nil {
      throw ValidationError("--update-baseline needs --baseline")
    }
    if isInit, updateBaseline {
      throw ValidationError("--init and --update-baseline cannot be used together")
    }
  }

  var generating: GenerationRequest? { text.generate }

  mutating func run() throws {
    let defaults = try deployment.defaults()
    let files = try files()
    if isInit { return try writeStarter(files, defaults) }
    if updateBaseline { return try writeBaseline(files, defaults) }
    let path = policy ?? (limits.rules.isEmpty ? defaults?.policy : nil)
    var rules = try path.map { path throws(Problem) in
      try Document<Policy>(contentsOf: path) { try $0.check() }.content
    }
    if !limits.rules.isEmpty {
      rules = rules ?? Policy(rules: [])
      rules?.rules += limits.rules
      try rules?.check()
    }
    guard let rules else {
      throw Problem("check needs --policy or a limit such as --max-latency; --init writes a policy")
    }
    let baseline = try baseline.map { path throws(Problem) in
      (path: path, content: try Baseline(path, models: files.count))
    }
    if baseline == nil, rules.rules.contains(where: { $0.maxIncreasePercent != nil }) {
      throw Problem("rules with maxIncreasePercent need --baseline", at: path ?? "")
    }
    let targets = try self.targets(orOn: rules.devices ?? [], defaults)
    if [.junit, .sarif, .csv].contains(report.format) { announceDefaults(targets.first) }
    let (assessments, failures) = try assessEach(files, on: targets)
    let subjects = assessments.map {
      CheckReport.SubjectPart(
        $0, rules, baseline?.content, withHotspots: report.format == .sarif)
    }
    let verdict = CheckReport(rules, path: path ?? "command line", baseline: baseline, subjects)
    if !subjects.isEmpty { try report.write(verdict) }
    try throwAll(failures + objections(to: assessments))
    if verdict.brokenRules > 0 {
      throw CommandFailure(code: .brokenPolicy, message: verdict.summary)
    }
  }

  /// A folder is all models in it, but one model where that makes a text; so are files in it that make a text together.
  private func files() throws -> [String] {
    guard generating != nil else { return try ModelPaths.all(models) }
    var known: Set<String> = []
    return try models.flatMap { path in
      guard !isDecoderFolder(path), isFolder(path) || !fileExists(path) else { return [path] }
      return try ModelPaths.all([path]).map { decoderFolder(ofPart: $0) ?? $0 }
        .filter { known.insert($0).inserted }
    }
  }

  private func writeStarter(_ files: [String], _ defaults: Configuration?) throws {
    guard files.count == 1 else {
      throw Problem("--init is for one model, not \(files.count)")
    }
    let targets = try targets(orOn: [], defaults)
    let assessed = try reader().assess(files[0], on: targets.first)
    try Output.write(
      StarterPolicy(
        assessed,
        devices: assessment.device.isEmpty ? targets.map(\.device.name) : assessment.device
      ).text,
      to: report.output)
  }

  private func writeBaseline(_ files: [String], _ defaults: Configuration?) throws {
    let (assessments, failures) = try assessEach(files, on: targets(orOn: [], defaults))
    try throwAll(failures)
    let report = AnalysisReports(assessments, detail: .all)
    try Output.write(to: baseline) { sink in try report.write(as: .json, in: .file, to: sink) }
  }
}
