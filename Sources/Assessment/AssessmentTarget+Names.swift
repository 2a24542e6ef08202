import Carbon
public import Quantities
import DeviceProfiles

extension AssessmentTarget {
  /// The identifiers of the built-in devices, sorted.
  public static var devices: [String] { DeviceCatalog.names }

  /// The target of a device and its use.
  ///
  /// Without a number of inferences there is no carbon of the device's life, and embodied carbon is
  /// allocated by active time.
  ///
  /// - Parameters:
  ///   - device: An identifier such as `stm32l4r5`, `id:runtime`, or the path of a profile.
  ///   - region: Code of the region whose electricity is used; the world's mean when left out.
  ///   - inferencesPerDay: How often the device works.
  ///   - lifetimeYears: How long it serves; 4 years when left out.
  ///   - startYear: The year in which the use begins.
  ///   - product: The product that contains the device, an identifier or a path; the board of the device when
  ///     left out.
  /// - Throws: `Problem` when one of them is not known or cannot be.
  public init(
    device: String, region: String? = nil, inferencesPerDay: Double? = nil,
    lifetimeYears: Double? = nil, startYear: Int, product: String? = nil
  ) throws(Problem) {
    let (profile, runtime) = try DeviceReference.deviceAndRuntime(device)
    var deployment = Deployment()
    deployment.region = region
    deployment.inferencesPerDay = inferencesPerDay
    deployment.lifetimeYears = lifetimeYears
    deployment.startYear = startYear
    try deployment.check()
    self.init(device: profile, runtime: runtime, deployment: deployment)
    self.product =
      if let product {
        try ProductReference.product(product)
      } else {
        try ProductReference.product(of: profile)
      }
  }
}
