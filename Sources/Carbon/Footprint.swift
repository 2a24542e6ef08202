public import HardwareMapping
public import Quantities

/// How a device is used: what turns energy and a device into carbon per inference.
public struct Deployment: Sendable {
  /// Carbon intensity of the electricity.
  public var intensity: CarbonIntensity
  /// The region's name and year, for the report.
  public var region: String
  /// How long the device serves, in years of 365.25 days.
  public var lifetimeYears: Double
  /// Inferences per day, when the model is what the device is for; nil otherwise.
  public var inferencesPerDay: Double?

  /// Creates a deployment.
  /// - Throws: `CarbonError` when a number lies outside what any device could mean.
  public init(
    intensity: CarbonIntensity, region: String, lifetimeYears: Double, inferencesPerDay: Double?
  ) throws(CarbonError) {
    guard (0.001...1000).contains(lifetimeYears) else {
      throw CarbonError("a lifetime of \(lifetimeYears) years, expected 0.001 to 1000")
    }
    if let inferencesPerDay, !(1e-6...1e12).contains(inferencesPerDay) {
      throw CarbonError("\(inferencesPerDay) inferences per day, expected 1e-6 to 1e12")
    }
    self.intensity = intensity
    self.region = region
    self.lifetimeYears = lifetimeYears
    self.inferencesPerDay = inferencesPerDay
  }

  var lifetimeSeconds: Double { lifetimeYears * 365.25 * 86_400 }
}

/// Carbon of one inference: operational, and its share of what making the device took.
public struct Footprint: Sendable {
  /// How the device's embodied carbon is divided over inferences.
  public enum AllocationRule: String, Sendable {
    /// Over all inferences of the lifetime: the model is what the device is for.
    case lifetimeInferences
    /// By the share of the lifetime that one inference takes: the device does other things too.
    case activeTime
  }

  /// Carbon of the electricity of one inference.
  public var operational: CarbonMass
  /// Carbon of making the device, whole.
  public var device: EmbodiedCarbon
  /// The share of it that one inference answers for; nil when nothing is known of the device.
  public var embodied: CarbonMass?
  /// How the share was found.
  public var allocation: AllocationRule
  /// How the device is used.
  public var deployment: Deployment

  /// Operational and embodied together; nil when nothing is known of the device.
  ///
  /// It is also the Software Carbon Intensity (ISO/IEC 21031:2024), (E * I + M) per R, with one
  /// inference as R.
  public var total: CarbonMass? { embodied.map { operational + $0 } }

  /// Computes the footprint of one inference; nil while its time or energy is unknown.
  public init?(_ estimate: InferenceEstimate, _ deployment: Deployment) {
    guard let energy = estimate.energy, let latency = estimate.latency else { return nil }
    self.deployment = deployment
    operational = energy * deployment.intensity
    device = EmbodiedCarbon(estimate.device.embodied)
    if let perDay = deployment.inferencesPerDay {
      allocation = .lifetimeInferences
      embodied = device.total?.scaled(by: 1 / (perDay * deployment.lifetimeYears * 365.25))
    } else {
      allocation = .activeTime
      embodied = device.total?.allocated(by: latency, of: deployment.lifetimeSeconds)
    }
  }
}
