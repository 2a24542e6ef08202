import Analysis
import ArgumentParser
import Assessment
import GraphImport
import OpGraph
import Quantities

/// The devices that models are assessed for: the same for every command that takes models.
struct AssessmentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Device: an identifier from 'iotco2-graph devices', 'id:runtime', or a profile's file; "
        + "commands that compare take several.", valueName: "id|file"))
  var device: [String] = []

  @Option(help: ArgumentHelp("Software that runs the model on the device.", valueName: "name"))
  var runtime: String?

  /// What `--runtime` was called before version 0.2.
  @Option(help: .hidden)
  var stack: String?

  @Flag(help: "Fail with exit code 2 when there is a warning or an error about a model.")
  var strict = false

  mutating func validate() throws {
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
}

extension ModelCommand {
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

  /// The one target of a command that takes one device; nil when no device is named.
  func target() throws -> AssessmentTarget? {
    guard assessment.device.count <= 1 else {
      throw Problem("--device is given \(assessment.device.count) times", expected: "once")
    }
    return try targets().first
  }

  /// How the options are applied to one file; made once for many.
  func reader() throws -> ModelReader {
    ModelReader(options: reading.importOptions, bindings: try reading.resolvedBindings())
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

  func assess(
    _ path: String, on target: AssessmentTarget?
  ) throws(Problem) -> ModelAssessment {
    try ModelAssessment(path, options, bindings: bindings, target: target)
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
