import Analysis
import ArgumentParser
import Assessment
import Calibration
import DeviceProfiles
import Documents
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct SuggestMeasurementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest-measurements",
    abstract: "Say which small models to measure on a board, and write them.",
    discussion: """
      Chooses from a small generated set the models whose measured times narrow intervals most: those of the models \
      that are named, or of the whole set. --output writes them to a folder, with the table that 'calibrate' reads.

      Examples:
        iotco2-graph suggest-measurements my-board.json --output to-measure
        iotco2-graph suggest-measurements my-board.json model.tflite --count 5
      """)

  @Argument(
    help: ArgumentHelp("An identifier, 'id:runtime', or a profile's file.", valueName: "device"),
    completion: Completions.devices)
  var device: String

  @Argument(help: ArgumentHelp("Models whose intervals should be narrow.", valueName: "model"))
  var models: [String] = []

  @Option(
    help: ArgumentHelp("Software that runs the models.", valueName: "name"),
    completion: Completions.runtimes)
  var runtime: String?

  @Option(
    help: ArgumentHelp(
      "Measurements, as CSV, that the profile is not calibrated with yet.", valueName: "file"))
  var measurements: String?

  @Option(help: ArgumentHelp("How many models to measure.", valueName: "n"))
  var count = 3

  enum ModelFormat: String, WordArgument { case tflite, onnx }

  @Option(help: "Format of the models (default: what the runtime reads).")
  var modelFormat: ModelFormat?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Folder for the models and a table for their times, which must not exist.",
      valueName: "folder"))
  var output: String?

  mutating func validate() throws {
    guard (1...20).contains(count) else {
      throw ValidationError("--count \(count), expected 1 to 20")
    }
  }

  mutating func run() throws {
    if let output, fileExists(output) || isFolder(output) {
      throw Problem("\(output): exists already", expected: "--output with the name of a new folder")
    }
    let (profile, runtime) = try DeviceReference.deviceAndRuntime(device, runtime)
    let advice = try MeasurementAdvice(
      on: profile, runtime: runtime, targets: try models.map(Self.workload),
      measured: try measuredModels(), count: count,
      isONNX: modelFormat.map { $0 == .onnx } ?? runtime.isONNXRuntime)
    if let output { try write(advice, to: output) }
    let report = CatalogReports.measurements(advice)
    try Output.write(to: nil) { sink in
      try report.write(as: json ? .json : .text, in: .standardOutput, to: sink)
    }
  }

  private static func workload(_ path: String) throws(Problem) -> Workload {
    try ModelAssessment(path, bindings: Bindings(), target: nil).workload
  }

  /// The models of the table that are measured as a whole.
  private func measuredModels() throws(Problem) -> [Workload] {
    guard let path = measurements else { return [] }
    var workloads: [Workload] = []
    var seen: Set<String> = []
    for row in try MeasurementTable(contentsOf: path).rows
    where row.seconds != nil && row.layer == nil && seen.insert(row.model).inserted {
      let file = row.model.hasPrefix("/") ? row.model : folder(of: path) + row.model
      workloads.append(try Self.workload(file))
    }
    return workloads
  }

  private func write(_ advice: MeasurementAdvice, to folder: String) throws {
    guard mkdir(folder, 0o777) == 0 else { throw Output.failure(folder) }
    for model in advice.models {
      try Output.writeNewModel(
        MeasurementModels.files[model.file] ?? [], to: "\(folder)/\(model.file)")
    }
    let rows = advice.models.map { "\($0.file),,,,\n" }.joined()
    try Output.write(
      "model,latency_ms,latency_low_ms,latency_high_ms,energy_uJ\n" + rows,
      to: "\(folder)/measurements.csv")
  }
}
