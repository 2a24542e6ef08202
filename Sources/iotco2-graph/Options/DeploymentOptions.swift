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
      "How the device is used, in YAML or JSON; 'iotco2-graph schema deployment' lists the keys.",
      valueName: "file"))
  var deployment: String?

  @Option(
    help: ArgumentHelp(
      "Product that contains the device: an identifier from 'iotco2-graph products', or a file.",
      valueName: "id|file"))
  var product: String?

  @Option(help: ArgumentHelp("Region whose electricity is used.", valueName: "code"))
  var region: String?

  @Option(
    help: ArgumentHelp("Carbon intensity in gCO2e/kWh instead of a region's.", valueName: "g"))
  var intensity: Double?

  @Option(
    help: ArgumentHelp("First year of use (default: this year).", valueName: "year"))
  var startYear: Int?

  @Option(help: "Trend of the grid intensity (default: constant).")
  var gridTrend: GridTrend?

  @Option(help: ArgumentHelp("Lifetime in years (default: 4).", valueName: "years"))
  var lifetime: Double?

  @Option(
    help: ArgumentHelp(
      "Inferences per day; embodied carbon is then allocated over them.", valueName: "n"))
  var inferencesPerDay: Double?

  @Option(help: "Power source (default: mains).")
  var power: PowerSource.Kind?

  @Option(
    help: ArgumentHelp(
      "No-load power of the mains power supply in watts (default: 0.03, from 0.01 to 0.1).",
      valueName: "W"))
  var noLoadPower: Double?

  @Option(help: "Allocation of the device's embodied carbon.")
  var attribution: AttributionRule?

  @Option(help: ArgumentHelp("Number of devices.", valueName: "n"))
  var fleet: Int?

  @Option(
    help: ArgumentHelp(
      "File of defaults for these options (default: the nearest \(Configuration.names[0]) of this folder and "
        + "those above it).", valueName: "file"))
  var config: String?

  @Flag(help: "Read no file of defaults.")
  var noConfig = false

  mutating func validate() throws {
    if config != nil && noConfig {
      throw ValidationError("--config and --no-config exclude each other")
    }
  }

  /// The file of defaults; nil when there is none or none is wanted.
  func defaults() throws(Problem) -> Configuration? {
    guard !noConfig, let path = config ?? Configuration.nearest() else { return nil }
    return try Configuration(contentsOf: path)
  }

  /// Whether something is given that makes no sense without a device.
  var isGiven: Bool {
    deployment != nil || product != nil || region != nil || intensity != nil || startYear != nil
      || gridTrend != nil || lifetime != nil || inferencesPerDay != nil || power != nil
      || noLoadPower != nil || attribution != nil || fleet != nil
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
    if names.isEmpty, let defaults, let device = defaults.device {
      devices = try defaults.blamed { () throws(Problem) in
        [try DeviceReference.deviceAndRuntime(device, runtime ?? defaults.runtime)]
      }
    }
    let isDefault = !devices.isEmpty
    guard isDefault || !names.isEmpty else {
      guard runtime == nil, !isGiven else {
        throw Problem("--runtime and options of a deployment need --device")
      }
      return []
    }
    for name in names { devices.append(try DeviceReference.deviceAndRuntime(name, runtime)) }
    var used = isDefault ? ["device"] : []
    let deployment = try resolved(defaults, &used)
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
        device: device, runtime: runtime, deployment: deployment, defaults: note)
      target.product = if let given { given } else { try ProductReference.product(of: device) }
      targets.append(target)
    }
    return targets
  }

  /// - Parameter used: Gets the names of the defaults that are taken.
  private func resolved(
    _ defaults: Configuration?, _ used: inout [String]
  ) throws(Problem) -> Deployment {
    var result = Deployment()
    if let path = deployment ?? defaults?.deployment {
      result = try Document<Deployment>(contentsOf: path) { try $0.check() }.content
      if deployment == nil { used.append("deployment") }
    }
    // A deployment file on the command line states the region, too.
    if deployment == nil, region == nil, intensity == nil, let defaults,
      let region = defaults.region
    {
      _ = try defaults.blamed { () throws(Problem) in
        try GridIntensity().region(region)
      }
      (result.region, result.intensity) = (region, nil)
      used.append("region")
    }
    if region != nil { (result.region, result.intensity) = (region, nil) }
    if let intensity {
      guard (0...100_000).contains(intensity) else {
        throw Problem("--intensity \(intensity), expected 0 to 100000 gCO2e/kWh")
      }
      if region != nil {
        throw Problem("--region and --intensity exclude each other")
      }
      (result.region, result.intensity) = (nil, UserInput(intensity, provenance: .assumed))
    }
    result.startYear = startYear ?? result.startYear ?? ReportClock.year
    if let gridTrend { (result.gridTrend, result.gridChangePercentPerYear) = (gridTrend, nil) }
    if let lifetime { result.lifetimeYears = lifetime }
    if let inferencesPerDay {
      (result.inferencesPerDay, result.dutyCycle) = (inferencesPerDay, nil)
    }
    if let power, power != result.power?.kind { result.power = PowerSource(power) }
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
extension PowerSource.Kind: WordArgument {}
