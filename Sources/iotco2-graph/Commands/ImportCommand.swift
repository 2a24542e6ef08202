import ArgumentParser
import Assessment
import Quantities
import Reports
import RuntimeProfiles

struct ImportCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a measurement table of a profile that a runtime wrote.",
    discussion: """
      A profile is recognised by its contents. It is one of these:
      \(ProfileFormat.allCases.map { "  - \($0.title)" }.joined(separator: "\n"))

      Its entries are matched to the layers of the model by name, then by structure. The table has a row for each \
      measured layer and one for the whole inference; layers that the runtime fused are one row, joined with ' + '. \
      'calibrate' and '--measured' read it. What matches no layer is listed on standard error and in the other formats.

      Examples:
        iotco2-graph import profile.json --model model.onnx --output table.csv
        iotco2-graph import log.txt --model model.tflite --clock-mhz 120 --device my-board
        iotco2-graph import model_per-layer.csv --model model.tflite --clock-mhz 500 --format text
      """)

  static let formats = ImportReport.formats

  @Argument(help: ArgumentHelp("Profile of a runtime.", valueName: "profile"))
  var profile: String

  @Option(help: ArgumentHelp("Model that ran; \(modelHelp)", valueName: "file"))
  var model: String

  @OptionGroup(title: "Model") var reading: ModelOptions

  @Option(
    name: .customLong("clock-mhz"),
    help: ArgumentHelp(
      "Clock of the profile's cycles or ticks in MHz; also a column of the table.", valueName: "n"))
  var clockMHz: Double?

  @Option(
    help: ArgumentHelp("Device for the table.", valueName: "id"), completion: Completions.devices)
  var device: String?

  @Option(
    help: ArgumentHelp(
      "Runtime for the table (default: the one that writes such profiles, with --device).",
      valueName: "name"), completion: Completions.runtimes)
  var runtime: String?

  @Option(help: ArgumentHelp("Release of the runtime for the table.", valueName: "release"))
  var release: String?

  @Flag(name: .shortAndLong, help: "Print no notes on standard error.")
  var quiet = false

  @OptionGroup var report: ReportOptions<ImportCommand>

  mutating func validate() throws {
    if let clockMHz, !(clockMHz > 0 && clockMHz.isFinite) {
      throw ValidationError("--clock-mhz \(clockMHz), expected a number above 0")
    }
  }

  mutating func run() throws {
    let read = try RuntimeProfile(contentsOf: profile)
    guard !read.isInCycles || clockMHz != nil else {
      throw Problem(
        "\(read.format.title) states cycles or ticks, not time", at: profile,
        expected: "--clock-mhz with their frequency")
    }
    let reader = ModelReader(
      options: reading.importOptions, bindings: try reading.resolvedBindings(),
      dropsZeroFilters: reading.dropZeroFilters)
    let assessment = try reader.assess(model, on: nil)
    let measured = try MeasuredComparison(
      assessment, read, from: profile, clock: clockMHz.map { $0 * 1e6 })
    guard !measured.isEmpty else {
      throw Problem(
        "no entry of the profile is a layer of \(model)", at: profile,
        expected: "a profile of this model")
    }
    let subject = ImportReport.Subject(
      device: device, runtime: runtime ?? device.flatMap { _ in read.format.runtime },
      release: release, clockMHz: clockMHz)
    try report.write(
      ImportReport(
        measured, of: assessment, model: Self.path(of: model, from: report.output), subject))
    guard !quiet, report.format == .csv else { return }
    for remark in measured.remarks { Terminal.standardError("note: \(printable(remark))\n") }
  }

  /// The path of a model as a table names it: relative to the table's folder.
  static func path(of model: String, from table: String?) -> String {
    let folders = (table ?? "").split(separator: "/").dropLast().filter { $0 != "." }
    guard let table, !folders.isEmpty, model.hasPrefix("/") == table.hasPrefix("/"),
      !folders.contains("..")
    else { return model }
    let parts = model.split(separator: "/").filter { $0 != "." }
    let shared = zip(folders, parts.dropLast()).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: folders.count - shared)
    return (up + parts.dropFirst(shared).map(String.init)).joined(separator: "/")
  }
}
