import ArgumentParser
import Assessment
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct ScanCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Analyze many model files, a line for each; errors are lines too.",
    discussion: """
      Folders are searched for model files (\(ModelPaths.suffixes.joined(separator: ", "))); patterns \
      in quotes may have * ? [a-z] and ** for any folders. Lines come in the order of the files, \
      whatever the number of jobs. --resume continues an interrupted scan.

      Examples:
        iotco2-graph scan models --device stm32l4r5 --output models.ndjson
        iotco2-graph scan 'exports/**/*int8*.tflite' --format text
        find / -name '*.onnx' | iotco2-graph scan --list - --format csv
        iotco2-graph scan models --resume models.ndjson
      """)

  static let formats = ScanReport.formats

  @Argument(help: ArgumentHelp("Model files, folders, and patterns.", valueName: "path"))
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "File with one more path per line; '-' is standard input.", valueName: "file")
  )
  var list: String?

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions
  @OptionGroup var report: ReportOptions<ScanCommand>

  @Option(
    help: ArgumentHelp("Parallel jobs (default: one for each core).", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "NDJSON file of an interrupted scan: missing files are appended.",
      valueName: "file"))
  var resume: String?

  mutating func validate() throws {
    if paths.isEmpty && list == nil {
      throw ValidationError("no files given: name files, folders or patterns, or use --list")
    }
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs \(jobs), expected 1 to 256")
    }
    if resume != nil, report.output != nil || report.format != .ndjson {
      throw ValidationError("--resume names the output itself, and is for ndjson")
    }
  }

  mutating func run() throws {
    let reader = try self.reader()
    let target = try self.target()
    announceDefaults(target)
    let finished = try resume.map { path throws(CommandFailure) in try FinishedScan(path) }
    let isStrict = assessment.strict
    @Sendable func result(_ path: String) -> ScanResult {
      ScanResult(path, Result { () throws(Problem) in try reader.assess(path, on: target) })
    }
    if let example = finished?.example {
      try Self.check(example, now: result(example.path), resume ?? "")
    }
    var files = try ModelPaths(paths, list: list)
    let isCountable = list == nil
    let (paths, list) = (paths, list)
    var progress = ScanProgress(isQuiet: assessment.quiet) {
      isCountable ? (try? ModelPaths(paths, list: list))?.reduce(0) { count, _ in count + 1 } : nil
    }
    let output = report.output
    // Rows that go to a file are read by whoever opens it, on a wider page than a terminal's.
    let rows = ScanReport(
      report.format,
      in: output == nil ? .standardOutput : TextLayout(width: 120, isColoured: false),
      for: target)
    let lines = LineWriter(resume ?? output, appending: resume != nil, header: rows.header)
    let jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    var objections = 0
    let work = OrderedWork(
      window: max(64, 2 * jobs),
      next: {
        while let path = files.next() {
          if finished?.contains(path) != true { return path }
        }
        return nil
      },
      work: { (path: String) -> (result: ScanResult, text: Result<String, Problem>) in
        let result = result(path)
        return (result, Result { () throws(Problem) in try rows.row(result) })
      },
      deliver: { result, text in
        try lines.write((progress.done == 0 ? "" : rows.separator) + (try text.get()))
        progress.add(result)
        if isStrict, result.hasWarnings { objections += 1 }
      })
    try work.run(jobs: jobs)
    progress.end()
    guard progress.done > 0 || finished.map({ $0.count > 0 }) ?? false else {
      throw Problem("no model files found", at: paths.joined(separator: ", "))
    }
    if !rows.footer.isEmpty { try lines.write(rows.footer) }
    if progress.failed > 0 {
      Terminal.standardError(
        "\(progress.failed) of \(counted(progress.done, "file")) could not be analysed; their lines have the reasons\n"
      )
    }
    if objections > 0 {
      throw Problem("\(objections) of \(counted(progress.done, "file")) with warnings")
    }
  }

  /// What was written for a file must be what this scan would write, or lines of different devices,
  /// deployments or versions would stand in one file.
  private static func check(
    _ example: (path: String, line: String), now again: ScanResult, _ name: String
  ) throws {
    // A file that no longer exists is skipped.
    guard !again.isFailed, try ScanReport.json(again) != example.line + "\n" else { return }
    throw Problem(
      "its line for \(example.path) differs from the result of this scan: another device, deployment or "
        + "version of the tool, or another file", at: name)
  }
}

/// Writes each line with one call, so that one who reads along, or ends the scan, finds whole lines.
private final class LineWriter {
  private let path: String?
  private let isAppending: Bool
  private let header: String?
  private var descriptor: Int32?

  /// The file is opened for the first line: what fails before leaves it as it was.
  init(_ path: String?, appending: Bool, header: String?) {
    self.path = path
    isAppending = appending
    self.header = header
  }

  deinit { if path != nil, let descriptor { close(descriptor) } }

  func write(_ line: String) throws(CommandFailure) {
    var text = line
    if descriptor == nil {
      descriptor = try opened()
      text = (header ?? "") + line
    }
    guard let descriptor, Output.writeAll(text, to: descriptor) else {
      throw Output.failure(path ?? "standard output")
    }
  }

  private func opened() throws(CommandFailure) -> Int32 {
    guard let path else { return STDOUT_FILENO }
    try Output.refuseModels(path)
    let mode = O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | (isAppending ? 0 : O_TRUNC)
    let descriptor = open(path, mode, 0o666)
    guard descriptor >= 0 else { throw Output.failure(path) }
    return descriptor
  }
}
