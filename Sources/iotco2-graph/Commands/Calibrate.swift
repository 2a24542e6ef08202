import Analysis
import ArgumentParser
import Assessment
import Calibration
import DeviceProfiles
import HardwareMapping
import Quantities
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit the rates of device profiles to measured inferences.",
    discussion: """
      Measurements are a CSV table with the columns device, runtime, model, clock_mhz, latency_ms and, if
      there are any, layer, energy_uj, core, version, network, source, nominal_macs_per_cycle. A model
      is a file beside the table; a layer, by name or index, says that it alone was measured. They are
      fitted together with those that come with this tool, so that few are enough.

      Examples:
        iotco2-graph calibrate my-board.json
        iotco2-graph calibrate my-board.json --measurements rows.csv --output fitted.json
        iotco2-graph calibrate boards/*.json --in-place
      """)

  @Argument(help: ArgumentHelp("Profiles: files, or identifiers.", valueName: "device"))
  var devices: [String]

  @Option(help: ArgumentHelp("Measurements of your own, as CSV.", valueName: "file"))
  var measurements: String?

  @Flag(help: "Write each profile over its file.")
  var inPlace = false

  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard !inPlace else {
      guard output.output == nil else {
        throw ValidationError("--in-place and --output do not go together.")
      }
      for device in devices where !DeviceReference.isFile(device) {
        throw ValidationError("--in-place needs files, and '\(device)' is a built-in profile.")
      }
      return
    }
    guard devices.count == 1 else {
      throw ValidationError("Several profiles are written with --in-place only.")
    }
  }

  mutating func run() throws {
    let profiles = try devices.map(DeviceReference.profile)
    let calibration: ProfileCalibration
    do throws(CalibrationError) {
      var (rows, terms) = try CalibrationData.load()
      if let measurements { try add(measurements, of: profiles, to: &rows, &terms) }
      calibration = ProfileCalibration(
        rows, terms, runtimes: Set(profiles.flatMap(\.runtimes).map { $0.software ?? $0.name }))
    } catch {
      throw Problem("\(error)")
    }
    for (device, profile) in zip(devices, profiles) {
      let text = try JSON.document(calibration.calibrated(profile))
      if inPlace {
        try Output.write(text, to: device)
      } else {
        try output.write(text)
      }
    }
  }

  private func add(
    _ path: String, of profiles: [DeviceProfile], to rows: inout [MeasuredInference],
    _ terms: inout ModelTerms
  ) throws(CalibrationError) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CalibrationError("\(path): cannot be read, expected measurements as CSV")
    }
    let table = try CSVTable(String(decoding: data, as: UTF8.self), named: path)
    let families = Dictionary(rows.map { ($0.runtime, $0.family) }) { first, _ in first }
    for var row in try MeasuredInference.read(table, named: path) {
      row.family = families[row.runtime] ?? row.family
      let runtimes = profiles.first { $0.name == row.device }?.runtimes ?? []
      let own = runtimes.first { ($0.software ?? $0.name) == row.runtime }
      row.nominalMACsPerCycle =
        row.nominalMACsPerCycle ?? own?.units.last?.nominalMACsPerCycle?.value
      let file = URL(filePath: path).deletingLastPathComponent().appending(path: row.model).path
      if let layer = row.layer { row.model += "#\(layer)" }
      rows.append(row)
      guard terms.amounts[row.model] == nil else { continue }
      do {
        let workload = try ModelAssessment(file, bindings: Bindings(), target: nil).workload
        guard let amounts = ModelTerms.of(workload, layer: row.layer) else {
          throw CalibrationError(
            row.layer.map { "\(file): has no layer '\($0)' of known cost" }
              ?? "\(file): the cost of a layer is not known")
        }
        terms.amounts[row.model] = amounts
      } catch {
        throw CalibrationError("\(error)")
      }
    }
  }
}
