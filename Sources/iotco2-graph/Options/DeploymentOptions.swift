import Reports
import Assessment
import DeviceProfiles
import ArgumentParser
import Carbon
import Documents
import HardwareMapping
import Quantities

/// How a device is used: a file, and flags that win over it.
struct DeploymentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the device is used, in YAML or JSON; see 'iotco2-graph schema deployment' for the keys.",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml", "json"]))
  var deployment: String?

  @Option(
    help: ArgumentHelp(
      "Product that contains the device: an identifier from 'iotco2-graph products', or a file.",
      valueName: "id|file"), completion: Completions.products)
  var product: String?

  @Option(
    help: ArgumentHelp(
      "Region of the grid: a code or a name from 'iotco2-graph regions'.", valueName: "code|name"),
    completion: Completions.regions)
  var region: String?

  @Option(
    help: ArgumentHelp(
      "Table of grid intensities of your own in CSV, in which --region is looked up: columns code and "
        + "gCO2e_per_kWh, and if wanted name, year, low, high, kind.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var grid: String?

  @Option(
    help: ArgumentHelp("Grid intensity in gCO2e/kWh instead of a region's.", valueName: "g"),
    transform: { try NumberForm.intensity.number($0) })
  var intensity: Double?

  @Option(
    help: ArgumentHelp("First year of use (default: this year).", valueName: "year"))
  var startYear: Int?

  @Option(help: "Trend of the grid intensity (default: constant).")
  var gridTrend: GridTrend?

  @Option(
    help: ArgumentHelp(
      "Lifetime, such as 5, 5y or '18 months' (default: 4 years).", valueName: "years"),
    transform: { try NumberForm.years.number($0) })
  var lifetime: Double?

  @Option(
    help: ArgumentHelp(
      "Inferences per day, such as 1000, 10k or 2/s; embodied carbon is then allocated over them.",
      valueName: "n"), transform: { try NumberForm.inferencesPerDay.number($0) })
  var inferencesPerDay: Double?

  @Option(
    help: ArgumentHelp(
      "Power source: mains, rechargeable, primary (disposable battery) or solar (default: mains).",
      valueName: "kind"), completion: .list(PowerSource.Kind.allCases.map(\.rawValue)),
    transform: { try PowerSource.Kind(typed: $0) })
  var power: PowerSource.Kind?

  @Option(
    help: ArgumentHelp(
      "No-load power of the mains power supply in watts (default: 0.03, from 0.01 to 0.1).",
      valueName: "W"))
  var noLoadPower: Double?

  @Option(help: "Allocation of the device's embodied carbon.")
  var attribution: AttributionRule?

  @Option(
    help: ArgumentHelp("Fleet size, such as 500 or 10k.", valueName: "n"),
    transform: { Int(try NumberForm.devices.number($0)) })
  var fleet: Int?

  @Option(
    help: ArgumentHelp(
      "File of defaults for these options (default: the nearest \(Configuration.names[0]) of this folder and "
        + "those above it).", valueName: "file"))
  var config: String?

  @Flag(help: "Ignore \(Configuration.names[0]).")
  var noConfig = false

  mutating func validate() throws {
    if config != nil && noConfig {
      throw ValidationError("--config and --no-config cannot be used together")
    }
  }

  /// The file of defaults; nil when there is none or none is wanted.
  func defaults() throws(Problem) -> Configuration? {
    guard !noConfig, let path = config ?? Configuration.nearest() else { return nil }
    return try Configuration(contentsOf: path)
  }

  /// The options that are given and make no sense without a device.
  private var given: [String] {
    let options = [
      ("--deployment", deployment != nil), ("--product", product != nil),
      ("--region", region != nil), ("--grid", grid != nil), ("--intensity", intensity != nil),
      ("--start-year", startYear != nil), ("--grid-trend", gridTrend != nil),
      ("--lifetime", lifetime != nil), ("--inferences-per-day", inferencesPerDay != nil),
      ("--power", power != nil), ("--no-load-power", noLoadPower != nil),
      ("--attribution", attribution != nil), ("--fleet", fleet != nil),
    ]
    return options.filter(\.1).map(\.0)
  }

  /// What models are assessed for, on each of some devices; none when no device is named.
  /// - Parameters:
  ///   - names: Devices as `--device` takes them; that of the defaults when there are none.
  ///   - runtime: The runtime where a name has none.
  ///   - defaults: Defaults of options that are not stated.
  func targets(
    on names: [String], runtime: String? = nil, _ defaults: Configuration?
  ) throws(Problem) -> [AssessmentTarget] {
    var devices: [(DeviceProfile, Runtime)] = []
    if names.isEmpty, let defaults, let device = defaults.device?.text {
      devices = try defaults.blamed { () throws(Problem) in
        [try DeviceReference.deviceAndRuntime(device, runtime ?? defaults.runtime)]
      }
    }
    let isDefault = !devices.isEmpty
    guard isDefault || !names.isEmpty else {
      let flags = (runtime == nil ? [] : ["--runtime"]) + given
      guard flags.isEmpty else {
        throw Problem(
          "\(flags.joined(separator: " and ")) need\(flags.count == 1 ? "s" : "") --device; "
            + "'iotco2-graph devices' lists them")
      }
      return []
    }
    for name in names { devices.append(try DeviceReference.deviceAndRuntime(name, runtime)) }
    var used = isDefault ? ["device"] : []
    let table = try grid.map { path throws(Problem) in try GridTable(contentsOf: path) }
    let deployment = try resolved(defaults, table, &used)
    var given = try product.map { name throws(Problem) in try ProductReference.product(name) }
    if product == nil, isDefault, let defaults, let own = defaults.product {
      // Another device would not be a part of it.
      given = try defaults.blamed { () throws(Problem) in try ProductReference.product(own) }
      used.append("product")
    }
    let note =
      used.isEmpty ? nil : "defaults of \(defaults?.path ?? ""): \(used.joined(separator: ", "))"
    var targets: [AssessmentTarget] = []
    for (device, runtime) in devices {
      var target = AssessmentTarget(
        device: device, runtime: runtime, deployment: deployment, grid: table, defaults: note)
      target.product = if let given { given } else { try ProductReference.product(of: device) }
      targets.append(target)
    }
    return targets
  }

  /// - Parameters:
  ///   - table: That of `--grid`.
  ///   - used: Gets the names of the defaults that are taken.
  private func resolved(
    _ defaults: Configuration?, _ table: GridTable?, _ used: inout [String]
  ) throws(Problem) -> Deployment {
    var result = Deployment()
    if let path = deployment ?? defaults?.deployment {
      // A region that the command line states takes the place of the file's.
      result = try Deployment(contentsOf: path, grid: region == nil ? table : nil)
      if deployment == nil { used.append("deployment") }
    }
    // A deployment file on the command line states the region, too.
    if deployment == nil, region == nil, intensity == nil, let defaults,
      let region = defaults.region
    {
      try defaults.blamed { () throws(Problem) in
        if let table { _ = try table.row(region) } else { _ = try GridIntensity().region(region) }
      }
      result.use(region: region)
      used.append("region")
    }
    if let region { result.use(region: region) }
    if let grid, let table {
      if let code = result.region {
        result.use(try table.row(code))
      } else if result.intensity?.source != grid {
        // The region of a file was looked up as the file was read.
        throw Problem(
          "--grid needs a region to look up", expected: "--region with a code of \(grid)")
      }
    }
    if let intensity {
      if grid != nil { throw Problem("--grid and --intensity cannot be used together") }
      if region != nil { throw Problem("--region and --intensity cannot be used together") }
      if intensity > 0, intensity < 5 {
        Terminal.standardError(
          "warning: --intensity \(shortest(intensity)) is in gCO2e/kWh, below every grid; "
            + "for kilograms write '\(shortest(intensity)) kg'\n")
      }
      result.use(intensity: UserInput(intensity, provenance: .assumed))
    }
    result.startYear = startYear ?? result.startYear ?? ReportClock.year
    if let gridTrend { (result.gridTrend, result.gridChangePercentPerYear) = (gridTrend, nil) }
    if let lifetime { result.lifetimeYears = lifetime }
    if let inferencesPerDay { result.use(inferencesPerDay: inferencesPerDay) }
    if let power, power != result.power?.kind {
      if power == .primary {
        throw Problem(
          "--power primary needs a battery: write power.battery, such as 'battery-alkaline-aa', in the "
            + "file of --deployment")
      }
      result.power = PowerSource(power)
    }
    if let noLoadPower {
      guard (0...100).contains(noLoadPower) else {
        throw Problem("--no-load-power \(noLoadPower), expected 0 to 100 W")
      }
      var source = result.power ?? PowerSource(.mains)
      source.noLoadPowerW = UserInput(noLoadPower, provenance: .assumed)
      result.power = source
    }
    if let attribution { result.attribution = attribution }
    if let fleet { result.fleetSize = fleet }
    try result.check()
    return result
  }
}

extension GridTrend: WordArgument {}
extension AttributionRule: WordArgument {}

extension PowerSource.Kind {
  /// - Throws: `Problem` with the kinds.
  fileprivate init(typed word: String) throws(Problem) {
    guard let kind = Self(word: word) else {
      throw Problem("expected mains, rechargeable, primary (disposable battery) or solar")
    }
    self = kind
  }
}
