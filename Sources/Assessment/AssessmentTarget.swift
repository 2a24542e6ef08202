package import Carbon
package import DeviceProfiles

/// What a model is assessed for: a device with the software that runs the model, and how it is used.
public struct AssessmentTarget: Sendable {
  package var device: DeviceProfile
  package var runtime: Runtime
  package var deployment: Deployment
  package var product: Product?
  /// Which of it a file of defaults states; nil when none does.
  package var defaults: String?

  package init(
    device: DeviceProfile, runtime: Runtime, deployment: Deployment, product: Product? = nil,
    defaults: String? = nil
  ) {
    self.device = device
    self.runtime = runtime
    self.deployment = deployment
    self.product = product
    self.defaults = defaults
  }
}
