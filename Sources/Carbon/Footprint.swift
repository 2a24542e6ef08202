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
  /// - Throws: `CarbonError` when a number is not positive.
  public init(
    intensity: CarbonIntensity, region: String, lifetimeYears: Double, inferencesPerDay: Double?
  ) throws(CarbonError) {
    guard lifetimeYears > 0, lifetimeYears.isFinite else {
      throw CarbonError("the lifetime is \(lifetimeYears) years, expected more than 0")
    }
    if let inferencesPerDay, !(inferencesPerDay > 0 && inferencesPerDay.isFinite) {
      throw CarbonError("\(inferencesPerDay) inferences per day, expected more than 0")
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
  /// The share of it that one inference answers for.
  public var embodied: CarbonMass
  public var allocation: AllocationRule
  public var deployment: Deployment

  /// Operational and embodied together.
  ///
  /// It is also the Software Carbon Intensity (ISO/IEC 21031:2024), (E * I + M) per R, with one
  /// inference as R.
  public var total: CarbonMass { operational + embodied }

  /// Computes the footprint of one inference; nil while its time or energy is unknown.
  public init?(_ estimate: InferenceEstimate, _ deployment: Deployment) {
    guard let energy = estimate.energy, let latency = estimate.latency else { return nil }
    self.deployment = deployment
    operational = energy * deployment.intensity
    device = EmbodiedCarbon(estimate.device.embodied)
    if let perDay = deployment.inferencesPerDay {
      allocation = .lifetimeInferences
      embodied = device.total.scaled(by: 1 / (perDay * deployment.lifetimeYears * 365.25))
    } else {
      allocation = .activeTime
      embodied = device.total.allocated(by: latency, of: deployment.lifetimeSeconds)
    }
  }
}
