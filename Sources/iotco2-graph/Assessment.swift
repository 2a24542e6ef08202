import DeviceProfiles
import Analysis
import Carbon
import GraphImport
import HardwareMapping
import Hotspots
import OpGraph
import Quantities

/// Everything that is known of one model file: the chain from bytes to carbon.
struct Assessment: Sendable {
  var path: String
  var model: Model
  var bindings: Bindings
  var workload: Workload
  var estimate: InferenceEstimate?
  var footprint: Footprint?
  var diagnostics: [Diagnostic]
  /// What of its target a file of defaults says; nil when none does.
  var defaults: String?

  /// What a model is assessed for.
  struct Target: Sendable {
    var device: DeviceProfile
    var runtime: Runtime
    var deployment: Deployment
    var product: Product?
    /// Which of it a file of defaults says; nil when none does.
    var defaults: String?

    /// Says it on standard error, for reports without a place for it: none should rest on a file that
    /// nothing names.
    func announceDefaults() {
      if let defaults { Terminal.standardError("note: \(printable(defaults))\n") }
    }
  }

  init(
    _ path: String, _ options: ImportOptions = ImportOptions(), bindings: Bindings, target: Target?
  ) throws(CommandFailure) {
    self.path = path
    self.bindings = bindings
    do throws(ImportError) {
      model = try Model(contentsOf: path, options)
    } catch {
      throw .badInput(error)
    }
    do throws(AnalysisError) {
      workload = try Workload(InferredGraph(model, bindings: bindings))
    } catch {
      throw CommandFailure(code: .badInput, message: "\(path): \(error)")
    }
    diagnostics = workload.diagnostics
    guard let target else { return }
    defaults = target.defaults
    if let defaults {
      diagnostics.append(Diagnostic(.note, code: "configuration", defaults))
    }
    let estimate = InferenceEstimate(workload, on: target.device, runtime: target.runtime)
    diagnostics += estimate.diagnostics
    do throws(CarbonError) {
      let inputs = try FootprintInputs(estimate, target.deployment, product: target.product)
      footprint = try inputs.map { inputs throws(CarbonError) in try Footprint(inputs) }
    } catch {
      throw CommandFailure(code: .badInput, message: "\(path): \(error)")
    }
    if let footprint { diagnostics += footprint.diagnostics(on: target.device) }
    self.estimate = estimate
  }

  /// What its carbon rests on; nil without a device.
  var carbonAssumptions: String? { footprint?.assumptions }

  /// The model on its target, for questions of what a change would do.
  var scenario: Scenario {
    let target = estimate.map { estimate in
      let perSecond =
        footprint?.rule == .activeTime && (estimate.latency?.value ?? 0) > 0
        ? (footprint?.embodied?.value ?? 0) / (estimate.latency?.value ?? 1) : 0
      let perJoule = footprint.map { footprint in
        footprint.use.meanIntensity.value / 3.6e6 / footprint.inputs.efficiency.value
      }
      return Scenario.Target(
        device: estimate.device, runtime: estimate.runtime,
        carbonPerJoule: perJoule ?? 0,
        carbonPerSecond: perSecond)
    }
    return Scenario(workload.complete, target: target) { [model, bindings] shapes in
      var resized = bindings
      resized.shapes.merge(shapes) { _, new in new }
      return try? InferredGraph(model, bindings: resized)
    }
  }
}
