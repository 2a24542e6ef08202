import Analysis
import ArgumentParser
import Assessment
import Calibration
import DeviceProfiles
import Documents
import GraphImport
import OpGraph
import Quantities
import Reports

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit the rates of device profiles to measured inferences.",
    discussion: """
      Measurements are a CSV table with the columns model and latency_ms and, if there are any, \
      latency_low_ms, latency_high_ms, energy_uJ, power_mW and layer. Device, runtime and clock are those of \
      the profile where columns device, runtime, clock_mhz do not state them. A model is a file beside the \
      table; a layer, by name or index, says that it alone was measured. One row is enough: what rows do not \
      say comes from the boards that this tool knows. Of a decoder, a row has prompt, tokens and \
      tokens_per_second instead of latency_ms, and the bandwidth of its weights is fitted. Without --output the profile goes to standard output \
      and the comparison with the measurements to standard error, else to standard output. A fitted profile \
      holds facts and rates; --in-place leaves the profile of board.json as it is and writes the rates to \
      board.rates.json, which is read with it.

      Examples:
        iotco2-graph calibrate my-board.json --measurements rows.csv --output fitted.json
        iotco2-graph calibrate my-board.json --measurements rows.csv --in-place
        iotco2-graph calibrate my-board.json --in-place
      """)

  @Argument(help: ArgumentHelp("Profiles: files, or identifiers.", valueName: "device"))
  var devices: [String]

  @Option(help: ArgumentHelp("Measurements of your own, as CSV.", valueName: "file"))
  var measurements: String?

  @Option(help: ArgumentHelp("First dimension of every input of measured models.", valueName: "n"))
  var batch: Int?

  @Flag(help: "Write the rates of each profile to the rates file beside it.")
  var inPlace = false

  @Option(
    help: ArgumentHelp(
      "Folder for the rates files instead, named like the profiles.", valueName: "folder"))
  var rates: String?

  @Flag(
    help: ArgumentHelp(
      "Find the intervals by leaving out all networks and devices that come with the tool in turn, which "
        + "takes minutes: how the built-in profiles are made.", visibility: .hidden))
  var crossValidate = false

  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard rates == nil || inPlace else {
      throw ValidationError("--rates needs --in-place.")
    }
    guard measurements == nil || !crossValidate else {
      throw ValidationError("--cross-validate and --measurements cannot be used together.")
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
    guard !crossValidate else { return try crossValidated(profiles) }
    let progress = CalibrationProgress()
    defer { progress.end() }
    let own = try measurements.map { try ownMeasurements($0, of: profiles, progress) }
    let others = try CalibrationData.load()
    let calibrations = try zip(devices, profiles).map { device, profile in
      // A built-in profile has its rates.
      own == nil && !DeviceReference.isFile(device)
        ? BoardCalibration()
        : try BoardCalibration(profile, own: own, others: others, progress: progress.show)
    }
    progress.end()
    for (place, calibration) in calibrations.enumerated() {
      try write(calibration.rates, of: profiles[place], at: devices[place])
    }
    guard let own else { return }
    for reason in own.unused {
      Terminal.standardError(
        "warning: row \(reason.row) is not used: \(printable(reason.reason))\n")
    }
    for warning in own.warnings + calibrations.flatMap(\.warnings) {
      Terminal.standardError("warning: \(printable(warning))\n")
    }
    for (profile, calibration) in zip(profiles, calibrations) {
      let summary = CalibrationSummary(device: profile.name, calibration, of: own)
      if inPlace || output.output != nil {
        try Output.write(summary.text(in: .standardOutput), to: nil)
      } else {
        Terminal.standardError(summary.text(in: .file))
      }
    }
  }

  /// The fit of the profiles that come with the tool.
  private func crossValidated(_ profiles: [DeviceProfile]) throws {
    let (rows, terms) = try CalibrationData.load()
    let calibration = ProfileCalibration(
      rows, terms,
      runtimes: Set(
        profiles.flatMap(\.runtimes).flatMap { runtime in
          runtime.units.indices.compactMap { runtime.software(ofUnit: $0) }
        }))
    for (device, profile) in zip(devices, profiles) {
      try write(calibration.rates(of: profile), of: profile, at: device)
    }
  }

  /// Writes rates beside their profile, or with it where the user wants it.
  private func write(
    _ rates: DeviceRates?, of profile: DeviceProfile, at device: String
  ) throws {
    guard inPlace else {
      let fitted = rates.map(profile.with) ?? profile
      return try output.write(JSON.document(Self.checked(fitted, device)))
    }
    guard let rates else { return }
    _ = try Self.checked(profile.with(rates), device)
    let path =
      self.rates.map { "\($0)/\(profile.name).json" }
      ?? DeviceCatalog.ratesPath(ofProfileAt: device)
    try Output.write(JSON.document(rates), to: path)
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

  private func ownMeasurements(
    _ path: String, of profiles: [DeviceProfile], _ progress: CalibrationProgress
  ) throws(Problem) -> BoardMeasurements {
    let table = try MeasurementTable(contentsOf: path)
    var bindings = Bindings()
    bindings.batch = batch
    var known: [String: Workload] = [:]
    func file(_ row: MeasurementTable.Row) throws(Problem) -> String {
      progress.show("reading \(row.model)")
      let file = row.model.hasPrefix("/") ? row.model : folder(of: path) + row.model
      // A member of an archive follows its file.
      guard fileExists(String(file.prefix { $0 != "#" })) else {
        throw Problem("model '\(row.model)' is not there", expected: "a file beside the table")
      }
      return file
    }
    return try BoardMeasurements(table, of: profiles) {
      row, keepsUnpacked throws(Problem) in
      let key = "\(row.model) \(keepsUnpacked)"
      if let workload = known[key] { return workload }
      let workload = try Workload(
        InferredGraph(
          Model(contentsOf: file(row)), bindings: bindings, keepsUnpacked: keepsUnpacked))
      known[key] = workload
      return workload
    } text: { row, request, keepsUnpacked throws(Problem) in
      try GenerationWorkload.text(request, at: file(row), keepsUnpacked: keepsUnpacked)
    }
  }
}

/// What a calibration does at the moment, on the last line of a terminal.
private struct CalibrationProgress {
  private let isShown = Terminal.isInteractive

  func show(_ text: String) {
    if isShown { Terminal.standardError("\r\u{1B}[K\(printable(text))") }
  }

  /// Takes the line away.
  func end() { if isShown { Terminal.standardError("\r\u{1B}[K") } }
}
