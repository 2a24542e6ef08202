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

  @OptionGroup(title: "Limits") var limits: ScanLimits

  /// Whether this process analyses files for another one.
  @Flag(name: .customLong("worker"), help: .private)
  var isWorker = false

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
    // Rows that go to a file are read by whoever opens it, on a wider page than a terminal's.
    let report = ScanReport(
      self.report.format,
      in: self.report.output == nil
        ? .standardOutput : TextLayout(width: 120, isColoured: false),
      for: target)
    if isWorker {
      try ScanWorkers.serve { path in
        try ScanRow(
          ScanResult(path, Result { () throws(Problem) in try reader.assess(path, on: target) }),
          report)
      }
    } else {
      announceDefaults(target)
      try scan(report)
    }
  }

  /// Gives the files to workers, and writes their rows.
  private func scan(_ report: ScanReport) throws {
    let lines =
      try resume.map { path throws(CommandFailure) in try LineWriter(resuming: path) }
      ?? LineWriter(self.report.output, header: report.header)
    let finished = try resume.map { path throws(CommandFailure) in try FinishedScan(path) }
    let workers = ScanWorkers(report, within: limits.ofWorker)
    defer { workers.end() }
    if let example = finished?.example {
      try Self.check(example, now: try workers.row(example.path), resume ?? "")
    }
    var files = try ModelPaths(paths, list: list)
    var progress = ScanProgress(isQuiet: assessment.quiet) {
      list == nil ? (try? ModelPaths(paths, list: list))?.reduce(0) { count, _ in count + 1 } : nil
    }
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
      work: { (path: String) in Result { try workers.row(path) } },
      deliver: { row in
        let row = try row.get()
        try lines.write((progress.done == 0 ? "" : report.separator) + row.text)
        progress.add(row)
        if row.isFailed || row.hasWarnings { objections += 1 }
      })
    try work.run(jobs: jobs)
    progress.end()
    guard progress.done > 0 || finished.map({ $0.count > 0 }) ?? false else {
      throw Problem("no model files found", at: paths.joined(separator: ", "))
    }
    if !report.footer.isEmpty { try lines.write(report.footer) }
    if progress.failed > 0 {
      Terminal.standardError(
        "\(progress.failed) of \(counted(progress.done, "file")) could not be analysed; their lines have the reasons\n"
      )
    }
    if assessment.strict, objections > 0 {
      throw Problem("\(objections) of \(counted(progress.done, "file")) with warnings or errors")
    }
  }

  /// What was written for a file must be what this scan would write, or lines of different devices,
  /// deployments or versions would stand in one file.
  private static func check(
    _ example: (path: String, line: String), now again: ScanRow, _ name: String
  ) throws {
    // A file that no longer exists is skipped.
    guard !again.isFailed, again.text != example.line + "\n" else { return }
    throw Problem(
      "its line for \(example.path) differs from the result of this scan: another device, deployment or "
        + "version of the tool, or another file", at: name)
  }
}
