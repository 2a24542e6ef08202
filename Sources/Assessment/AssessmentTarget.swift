package import Carbon
package import DeviceProfiles

/// The target of an assessment: a device with a runtime, and its deployment.
public struct AssessmentTarget: Sendable {
  package var device: DeviceProfile
  package var runtime: Runtime
  package var deployment: Deployment
  package var product: Product?
  /// A table of the user's own in which regions are looked up; the built-in one when nil.
  package var grid: GridTable?
  /// Which of it a file of defaults states; nil when none does.
  package var defaults: String?

  package init(
    device: DeviceProfile, runtime: Runtime, deployment: Deployment, product: Product? = nil,
    grid: GridTable? = nil, defaults: String? = nil
  ) {
    self.device = device
    self.runtime = runtime
    self.deployment = deployment
    self.product = product
    self.grid = grid
    self.defaults = defaults
  }
}
