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
      "How the device is used, in YAML or JSON; 'iotco2-graph schema deployment' tells the keys.",
      valueName: "file"))
  var deployment: String?

  @Option(
    help: ArgumentHelp(
      "What the device is a part of: an identifier from 'iotco2-graph products', or a file.",
      valueName: "id|file"))
  var product: String?

  @Option(help: ArgumentHelp("Region whose electricity is used.", valueName: "code"))
  var region: String?

  @Option(
    help: ArgumentHelp("Carbon intensity in gCO2e/kWh instead of a region's.", valueName: "g"))
  var intensity: Double?

  @Option(
    help: ArgumentHelp("Year in which the use begins (default: this year).", valueName: "year"))
  var startYear: Int?

  @Option(help: "How the grid changes over the years (default: constant).")
  var gridTrend: GridTrend?

  @Option(help: ArgumentHelp("Years that the device serves (default: 4).", valueName: "years"))
  var lifetime: Double?

  @Option(
    help: ArgumentHelp(
      "Inferences per day; the device's carbon is then divided over them.", valueName: "n"))
  var inferencesPerDay: Double?

  @Option(help: "What the device is powered by (default: mains).")
  var power: PowerSource.Kind?

  @Option(help: "How the device's carbon is divided.")
  var attribution: AttributionRule?

  @Option(help: ArgumentHelp("How many such devices there are.", valueName: "n"))
  var fleet: Int?

  @OptionGroup var configuration: ConfigurationOptions

  /// Whether something is given that makes no sense without a device.
  var isGiven: Bool {
    deployment != nil || product != nil || region != nil || intensity != nil || startYear != nil
      || gridTrend != nil || lifetime != nil || inferencesPerDay != nil || power != nil
      || attribution != nil
      || fleet != nil
  }

  /// What models are assessed for, on each of some devices; none when no device is named.
  /// - Parameters:
  ///   - names: Devices as `--device` takes them; that of the defaults when there are none.
  ///   - runtime: The runtime where a name has none.
  ///   - defaults: What stands in for flags that are not given.
  func targets(
    on names: [String], runtime: String? = nil, _ defaults: Configuration?
  ) throws(CommandFailure) -> [Assessment.Target] {
    var devices: [(DeviceProfile, Runtime)] = []
    if names.isEmpty, let defaults, let device = defaults.device {
      devices = try defaults.blamed { () throws(CommandFailure) in
        [try TargetOptions.deviceAndRuntime(device, runtime ?? defaults.runtime)]
      }
    }
    let isDefault = !devices.isEmpty
    guard isDefault || !names.isEmpty else {
      guard runtime == nil, !isGiven else {
        throw CommandFailure(
          code: .badInput, message: "--runtime and what describes a deployment need --device")
      }
      return []
    }
    for name in names { devices.append(try TargetOptions.deviceAndRuntime(name, runtime)) }
    var used = isDefault ? ["device"] : []
    let deployment = try resolved(defaults, &used)
    var given = try product.map { name throws(CommandFailure) in try Self.product(name) }
    if product == nil, isDefault, let defaults, let own = defaults.product {
      // Another device would not be a part of it.
      given = try defaults.blamed { () throws(CommandFailure) in try Self.product(own) }
      used.append("product")
    }
    let note =
      used.isEmpty ? nil : "defaults of \(defaults?.path ?? ""): \(used.joined(separator: ", "))"
    var targets: [Assessment.Target] = []
    for (device, runtime) in devices {
      var target = Assessment.Target(
        device: device, runtime: runtime, deployment: deployment, defaults: note)
      target.product = if let given { given } else { try Self.product(of: device) }
      targets.append(target)
    }
    return targets
  }

  /// - Parameter used: Gets the names of the defaults that are taken.
  private func resolved(
    _ defaults: Configuration?, _ used: inout [String]
  ) throws(CommandFailure) -> Deployment {
    var result = Deployment()
    if let path = deployment ?? defaults?.deployment {
      result = try Document<Deployment>.checked(path) { try $0.check() }
      if deployment == nil { used.append("deployment") }
    }
    // A deployment's file that a flag names says where, too.
    if deployment == nil, region == nil, intensity == nil, let defaults,
      let region = defaults.region
    {
      _ = try defaults.blamed { () throws(CommandFailure) in
        do throws(CarbonError) { return try GridIntensity().region(region) } catch {
          throw .badInput(error)
        }
      }
      (result.region, result.intensity) = (region, nil)
      used.append("region")
    }
    if region != nil { (result.region, result.intensity) = (region, nil) }
    if let intensity {
      guard (0...100_000).contains(intensity) else {
        throw CommandFailure(
          code: .badInput, message: "--intensity \(intensity), expected 0 to 100000 gCO2e/kWh")
      }
      if region != nil {
        throw CommandFailure(
          code: .badInput, message: "--region and --intensity exclude each other")
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
    if let attribution { result.attribution = attribution }
    if let fleet { result.fleetSize = fleet }
    do throws(CarbonError) {
      try result.check()
    } catch {
      throw .badInput(error)
    }
    return result
  }

  /// The product that a device is, if that is known.
  static func product(of device: DeviceProfile) throws(CommandFailure) -> Product? {
    try device.product.map { name throws(CommandFailure) in try product(name) }
  }

  /// A built-in product, or that of a file when the name looks like a path.
  static func product(_ name: String) throws(CommandFailure) -> Product {
    guard !isFile(name) else { return try Document<Product>.checked(name) { try $0.check() } }
    do throws(CarbonError) {
      return try ProductCatalog.product(named: name)
    } catch {
      throw .badInput(error)
    }
  }

  /// Whether a product is given by its file.
  static func isFile(_ name: String) -> Bool {
    name.contains("/") || [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
  }
}

extension GridTrend: ExpressibleByArgument {}
extension AttributionRule: ExpressibleByArgument {}
extension PowerSource.Kind: ExpressibleByArgument {}
