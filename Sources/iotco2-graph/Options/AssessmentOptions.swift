import Analysis
import ArgumentParser
import Assessment
import Documents
import GraphImport
import OpGraph
import Quantities

/// The devices that models are assessed for: the same for every command that takes models.
struct AssessmentOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Device: an identifier from 'iotco2-graph devices', a board or a chip, 'id:runtime', or a profile's "
        + "file; several with commas or by repeating it.", valueName: "id|file"),
    completion: Completions.devices)
  var device: [String] = []

  @Option(
    help: ArgumentHelp("Software that runs the model on the device.", valueName: "name"),
    completion: Completions.runtimes)
  var runtime: String?

  /// What `--runtime` was called before version 0.2.
  @Option(help: .hidden)
  var stack: String?

  @Flag(help: "Fail with exit code 2 when there is a warning or an error about a model.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Print no notes and no progress on standard error.")
  var quiet = false

  mutating func validate() throws {
    device = device.flatMap { name in
      !name.contains(",") || fileExists(name)
        ? [name] : name.split(separator: ",").map { $0.trimmed }
    }
    if stack != nil, runtime != nil {
      throw ValidationError("--stack is the old name of --runtime, expected one of them")
    }
    runtime = runtime ?? stack
  }
}

/// A command that takes models.
///
/// Its groups of options stand beside each other: the parser builds those of a group within a group
/// several times, and its own checks in debug builds five times for each level.
protocol ModelCommand: ReportingCommand {
  var assessment: AssessmentOptions { get }
  /// How models are read.
  var reading: ModelOptions { get }
  var deployment: DeploymentOptions { get }
  /// The text that models make, for commands that cost one.
  var generating: GenerationRequest? { get }
}

extension ModelCommand {
  var generating: GenerationRequest? { nil }

  /// What models are assessed for, on each device that is named; none when no device is.
  /// - Parameter others: Devices if none is stated.
  func targets(orOn others: [String] = []) throws -> [AssessmentTarget] {
    try targets(orOn: others, try deployment.defaults())
  }

  func targets(
    orOn others: [String], _ defaults: Configuration?
  ) throws -> [AssessmentTarget] {
    try deployment.targets(
      on: assessment.device.isEmpty ? others : assessment.device, runtime: assessment.runtime,
      defaults)
  }

  /// Names what a file of defaults states, for reports without a place for it.
  ///
  /// Reports name every file they depend on.
  func announceDefaults(_ target: AssessmentTarget?) {
    guard !assessment.quiet, let defaults = target?.defaults else { return }
    Terminal.standardError("note: \(printable(defaults))\n")
  }

  /// Assesses each model on each target; a model that cannot be read does not stop the others.
  func assessEach(
    _ models: [String], on targets: [AssessmentTarget]
  ) throws -> (assessments: [ModelAssessment], failures: [Problem]) {
    let reader = try reader()
    var result: (assessments: [ModelAssessment], failures: [Problem]) = ([], [])
    for target in targets.isEmpty ? [nil] : targets.map(Optional.some) {
      for path in models {
        do throws(Problem) {
          result.assessments.append(try reader.assess(path, on: target))
        } catch {
          result.failures.append(error)
        }
      }
    }
    return result
  }

  /// The one target of a command that takes one device; nil when no device is named.
  func target() throws -> AssessmentTarget? {
    guard assessment.device.count <= 1 else {
      throw Problem(
        "--device names \(assessment.device.count) devices: \(assessment.device.joined(separator: ", "))",
        expected: "one; 'compare' takes several")
    }
    return try targets().first
  }

  /// How the options are applied to one file; made once for many.
  func reader() throws -> ModelReader {
    ModelReader(
      options: reading.importOptions, bindings: try reading.resolvedBindings(),
      generating: generating, dropsZeroFilters: reading.dropZeroFilters)
  }

  /// The failures of `--strict`: warnings and errors of models.
  func objections(to assessments: [ModelAssessment]) -> [Problem] {
    guard assessment.strict else { return [] }
    return assessments.flatMap { assessment in
      assessment.diagnostics.filter(\.isWarning).map {
        Problem("\($0.code): \($0.message)", at: assessment.path)
      }
    }
  }

  /// Assesses a model and writes the report; `--strict` fails after that.
  func assess(
    _ path: String, on target: AssessmentTarget?, _ body: (ModelAssessment) throws -> Void
  ) throws {
    let assessment = try reader().assess(path, on: target)
    try body(assessment)
    try throwAll(objections(to: [assessment]))
  }
}

/// Assesses files with the same options.
struct ModelReader: Sendable {
  var options: ImportOptions
  var bindings: Bindings
  var generating: GenerationRequest? = nil
  var dropsZeroFilters: Bool

  func assess(
    _ path: String, on target: AssessmentTarget?
  ) throws(Problem) -> ModelAssessment {
    try ModelAssessment(
      path, options, bindings: bindings, target: target, generating: generating,
      dropsZeroFilters: dropsZeroFilters)
  }
}

/// Throws the last of some problems after the others were printed; nothing when there are none.
func throwAll(_ problems: [Problem]) throws(Problem) {
  guard let last = problems.last else { return }
  for problem in problems.dropLast() { printError("\(problem)") }
  throw last
}

/// Help texts of commands that take models.
let modelHelp =
  "'-' is standard input, 'bundle.task#member' a model in a ZIP archive."

extension Substring {
  /// The text without spaces around it.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// Help of the flag for what text only counts.
let sourcesHelp: ArgumentHelp = "List sources, notes and assumptions."
