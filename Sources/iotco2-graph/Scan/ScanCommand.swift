import Analysis
import ArgumentParser
import Foundation
import HardwareMapping

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Many model files, a line for each; one that cannot be read is a line with its error.",
    discussion: """
      Folders are searched for model files (\(ModelPaths.suffixes.joined(separator: ", "))), patterns
      in quotes may have * ? [a-z] and ** for any folders. Lines come in the order of the files,
      whatever the number of jobs. A scan that was ended goes on with --resume.

      Examples:
        iotco2-graph scan models --device stm32l4r5 --output models.ndjson
        iotco2-graph scan 'exports/**/*int8*.tflite' --format table
        find / -name '*.onnx' | iotco2-graph scan --list - --format csv
        iotco2-graph scan models --resume models.ndjson
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, csv, table }

  @Argument(help: ArgumentHelp("Model files, folders, and patterns.", valueName: "path"))
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "File with a path on each line, to be scanned too; '-' is standard input.", valueName: "file")
  )
  var list: String?

  @OptionGroup var target: TargetOptions
  @OptionGroup var binding: BindingOptions

  @Option(
    help: ArgumentHelp("Files that are worked on at a time (default: cores).", valueName: "n"))
  var jobs: Int?

  @Option(help: "Form of the lines.")
  var format = Format.ndjson

  @Option(help: ArgumentHelp("File for the lines instead of standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "NDJSON file of a scan that was ended: files without a line are added to it.",
      valueName: "file"))
  var resume: String?

  mutating func validate() throws {
    if paths.isEmpty && list == nil {
      throw ValidationError("no files given: name files, folders or patterns, or use --list")
    }
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs \(jobs), expected 1 to 256")
    }
    if resume != nil, output != nil || format != .ndjson {
      throw ValidationError("--resume names the output itself, and is for ndjson")
    }
  }

  mutating func run() throws {
    let bindings = try binding.resolved()
    let target = try target.resolved()
    let finished = try resume.map { path throws(CommandFailure) in
      try FinishedScan(path, device: target?.device.name, stack: target?.stack.name)
    }
    var files = try ModelPaths(paths, list: list)
    let isCountable = list == nil
    let (paths, list) = (paths, list)
    var progress = ScanProgress {
      isCountable ? (try? ModelPaths(paths, list: list))?.reduce(0) { count, _ in count + 1 } : nil
    }
    let lines = try LineWriter(resume ?? output, appending: resume != nil)
    let format = format
    let table = ScanTable(
      terminal: output == nil ? .standardOutput : Terminal(width: 120, isColoured: false),
      isOnDevice: target != nil)
    switch format {
    case .ndjson: break
    case .csv: try lines.write(ScanResult.csvHeader)
    case .table: try lines.write(table.header)
    }
    var (done, failed) = (0, 0)
    let work = OrderedWork(
      window: 64,
      next: {
        while let path = files.next() {
          if finished?.contains(path) != true { return path }
        }
        return nil
      },
      work: { (path: String) -> (result: ScanResult, text: Result<String, any Error>) in
        let result = ScanResult(path, bindings: bindings, target: target)
        let text = Result {
          switch format {
          case .ndjson: try result.json
          case .csv: result.csv
          case .table: table.row(result)
          }
        }
        return (result, text)
      },
      deliver: { result, text in
        try lines.write(try text.get())
        done += 1
        if result.isFailed { failed += 1 }
        progress?.add(result)
      })
    try work.run(jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    progress?.end()
    guard done > 0 || finished.map({ $0.count > 0 }) ?? false else {
      throw CommandFailure(
        code: .badInput, message: "\(self.paths.joined(separator: ", ")): no model files found")
    }
    if failed > 0 {
      Terminal.standardError(
        "\(failed) of \(done) files could not be analysed; their lines say why\n")
    }
  }
}

extension ScanResult {
  fileprivate init(_ path: String, bindings: Bindings, target: Assessment.Target?) {
    self.path = path
    do throws(CommandFailure) {
      content = .assessed(try Assessment(path, bindings: bindings, target: target))
    } catch {
      content = .failed(error.message)
    }
  }
}

/// Writes each line with one call, so that one who reads along, or ends the scan, finds whole lines.
private final class LineWriter {
  private let descriptor: Int32
  private let name: String

  init(_ path: String?, appending: Bool) throws(CommandFailure) {
    name = path ?? "standard output"
    guard let path else {
      descriptor = STDOUT_FILENO
      return
    }
    descriptor = open(
      path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | (appending ? 0 : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw Output.failure(path) }
  }

  deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

  func write(_ line: String) throws(CommandFailure) {
    guard Output.writeAll(line, to: descriptor) else { throw Output.failure(name) }
  }
}
