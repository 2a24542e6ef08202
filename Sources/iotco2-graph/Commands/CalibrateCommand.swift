import Analysis
import ArgumentParser
import Assessment
import Calibration
import DeviceProfiles
import Documents
import HardwareMapping
import Quantities
import Reports

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit the rates of device profiles to measured inferences.",
    discussion: """
      Measurements are a CSV table with the columns device, runtime, model, clock_mhz, latency_ms and, if \
      there are any, layer, energy_uj, core, version, network, source, nominal_macs_per_cycle. A model \
      is a file beside the table; a layer, by name or index, says that it alone was measured. They are \
      fitted together with those that come with this tool, so that few are enough. A fitted profile holds \
      facts and rates; --in-place leaves the profile of board.json as it is and writes the rates to \
      board.rates.json, which is read with it.

      Examples:
        iotco2-graph calibrate my-board.json
        iotco2-graph calibrate my-board.json --measurements rows.csv --output fitted.json
        iotco2-graph calibrate boards/*.json --in-place
      """)

  @Argument(help: ArgumentHelp("Profiles: files, or identifiers.", valueName: "device"))
  var devices: [String]

  @Option(help: ArgumentHelp("Measurements of your own, as CSV.", valueName: "file"))
  var measurements: String?

  @Flag(help: "Write the rates of each profile to the rates file beside it.")
  var inPlace = false

  @Option(
    help: ArgumentHelp(
      "Folder for the rates files instead, named like the profiles.", valueName: "folder"))
  var rates: String?

  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard rates == nil || inPlace else {
      throw ValidationError("--rates needs --in-place.")
    }
    guard !inPlace else {
      guard output.output == nil else {
        throw ValidationError("--in-place and --output cannot be used together.")
      }
      for device in devices where !DeviceReference.isFile(device) {
        throw ValidationError("--in-place needs files, and '\(device)' is a built-in profile.")
      }
      return
    }
    guard devices.count == 1 else {
      throw ValidationError("Several profiles need --in-place.")
    }
  }

  mutating func run() throws {
    let profiles = try devices.map(Self.facts)
    var (rows, terms) = try CalibrationData.load()
    if let measurements { try add(measurements, of: profiles, to: &rows, &terms) }
    let calibration = ProfileCalibration(
      rows, terms,
      runtimes: Set(
        profiles.flatMap(\.runtimes).flatMap { runtime in
          runtime.units.indices.compactMap { runtime.software(ofUnit: $0) }
        }))
    for (device, profile) in zip(devices, profiles) {
      guard inPlace else {
        try output.write(JSON.document(Self.checked(calibration.calibrated(profile), device)))
        continue
      }
      guard let fitted = calibration.rates(of: profile) else { continue }
      _ = try Self.checked(profile.with(fitted), device)
      let path =
        rates.map { "\($0)/\(profile.name).json" } ?? DeviceCatalog.ratesPath(ofProfileAt: device)
      try Output.write(JSON.document(fitted), to: path)
    }
  }

  /// A profile whose rates may be missing, since they are about to be fitted.
  private static func facts(_ device: String) throws(Problem) -> DeviceProfile {
    guard DeviceReference.isFile(device) else { return try DeviceReference.profile(device) }
    return try DeviceCatalog.facts(contentsOf: device)
  }

  /// A profile that is complete after calibration.
  private static func checked(
    _ profile: DeviceProfile, _ device: String
  ) throws(Problem) -> DeviceProfile {
    guard let problem = profile.problems().first else { return profile }
    throw Problem("\(problem)", at: device)
  }

  /// Bytes of a table of measurements, which are some hundred a row.
  private static let limit = 1 << 26

  private func add(
    _ path: String, of profiles: [DeviceProfile], to rows: inout [MeasuredInference],
    _ terms: inout ModelTerms
  ) throws(Problem) {
    guard let bytes = firstBytes(of: path, atMost: Self.limit + 1) else {
      throw Problem("\(path): cannot be read, expected measurements as CSV")
    }
    guard bytes.count <= Self.limit else {
      throw Problem("\(path): has more than \(Self.limit >> 20) MiB, expected measurements as CSV")
    }
    let table = try CSVTable(String(decoding: bytes, as: UTF8.self), named: path)
    let known = Dictionary(rows.map { ($0.runtime, $0) }) { first, _ in first }
    for var row in try MeasuredInference.read(table, named: path) {
      row.family = known[row.runtime]?.family ?? row.family
      let runtimes = profiles.first { $0.name == row.device }?.runtimes ?? []
      let own = runtimes.lazy.compactMap { $0.unit(running: row.runtime) }.first
      row.form = known[row.runtime]?.form ?? (own?.accepts == nil ? .processor : .accelerator)
      row.nominalMACsPerCycle = row.nominalMACsPerCycle ?? own?.nominalMACsPerCycle?.value
      let file = folder(of: path) + row.model
      if let layer = row.layer { row.model += "#\(layer)" }
      rows.append(row)
      guard terms.amounts[row.model] == nil else { continue }
      let workload = try ModelAssessment(file, bindings: Bindings(), target: nil).workload
      guard let amounts = ModelTerms.of(workload, layer: row.layer) else {
        throw Problem(
          row.layer.map { "has no layer '\($0)' of known cost" }
            ?? "the cost of a layer is not known", at: file)
      }
      terms.amounts[row.model] = amounts
    }
  }
}
