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

  /// What a model is assessed for.
  struct Target: Sendable {
    var device: DeviceProfile
    var stack: ExecutionStack
    var deployment: Deployment
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
      workload = try Workload(CompleteGraph(model, bindings: bindings))
    } catch {
      throw CommandFailure(code: .badInput, message: "\(path): \(error)")
    }
    diagnostics = workload.diagnostics
    guard let target else { return }
    let estimate = InferenceEstimate(workload, on: target.device, stack: target.stack)
    diagnostics += estimate.diagnostics
    footprint = Footprint(estimate, target.deployment)
    if let footprint { diagnostics += Self.scope(of: footprint) }
    self.estimate = estimate
  }

  /// What its carbon rests on; nil without a device.
  var carbonAssumptions: String? {
    footprint.map { footprint in
      let deployment = footprint.deployment
      let device =
        footprint.device.total.map { "\(engineering($0.value))gCO2e" } ?? "unknown carbon"
      let rule =
        footprint.allocation == .activeTime
        ? "shared out by active time" : "shared out over all inferences"
      return "electricity: \(fixed(deployment.intensity.value, decimals: 0)) gCO2e/kWh "
        + "(\(deployment.region)). Device: \(device) embodied, \(rule) of "
        + "\(fixed(deployment.lifetimeYears, decimals: 1)) years."
    }
  }

  /// The model on its target, for questions of what a change would do.
  var scenario: Scenario {
    let target = estimate.map { estimate in
      let perSecond =
        footprint?.allocation == .activeTime && (estimate.latency?.value ?? 0) > 0
        ? (footprint?.embodied?.value ?? 0) / (estimate.latency?.value ?? 1) : 0
      return Scenario.Target(
        device: estimate.device, stack: estimate.stack,
        carbonPerJoule: (footprint?.deployment.intensity.value ?? 0) / 3.6e6,
        carbonPerSecond: perSecond)
    }
    return Scenario(workload.complete, target: target) { [model, bindings] shapes in
      var resized = bindings
      resized.shapes.merge(shapes) { _, new in new }
      return try? CompleteGraph(model, bindings: resized)
    }
  }

  /// What a reader must know to use the carbon numbers.
  private static func scope(of footprint: Footprint) -> [Diagnostic] {
    var notes = [
      Diagnostic(
        .note, code: "carbon-scope",
        "carbon is that of the inference alone: idle, sleep, radio and losses of supply and "
          + "battery are not in it, nor are casing, passives, transport and end of life")
    ]
    let unknown = footprint.device.unknownParts
    if !unknown.isEmpty {
      notes.append(
        Diagnostic(
          .warning, code: "unknown-part",
          "no carbon factor is known for \(unknown.joined(separator: ", ")); embodied carbon is "
            + "without them"))
    }
    return notes
  }
}
