package import Analysis
package import Carbon
import DeviceProfiles
package import GraphImport
package import HardwareMapping
package import Hotspots
package import OpGraph
package import Quantities

/// Everything that is known of one model file: the chain from bytes to carbon.
public struct ModelAssessment: Sendable {
  /// The file, as it was named.
  public let path: String
  @Boxed package var model: Model
  package var bindings: Bindings
  /// Work of one inference; of a whole text, if one is generated.
  @Boxed package var workload: Workload
  /// The text that is generated; nil where a model runs once.
  @Boxed package var generation: Generation? = nil
  /// What the weights are; nil unless they were read.
  @Boxed package var weights: WeightReview? = nil
  @Boxed package var estimate: InferenceEstimate? = nil
  @Boxed package var footprint: Footprint? = nil
  package var diagnostics: [Diagnostic] = []
  /// Which of its target a file of defaults states; nil when none does.
  package var defaults: String?

  /// Reads a model, analyses it and, with a target, predicts time, energy and carbon.
  ///
  /// - Parameters:
  ///   - generating: A text that the model, a decoder, makes; the assessment is that of the whole text.
  ///   - dropsZeroFilters: Whether the network is costed without its zero filters; only where
  ///     the options keep the elements.
  /// - Throws: `Problem` that names the file when the model or the deployment cannot be used.
  package init(
    _ path: String, _ options: ImportOptions = ImportOptions(), bindings: Bindings,
    target: AssessmentTarget?, generating request: GenerationRequest? = nil,
    dropsZeroFilters: Bool = false
  ) throws(Problem) {
    self.bindings = bindings
    guard request != nil || !isDecoderFolder(path) else {
      throw Problem(
        "is a folder", at: path,
        expected:
          "one of its models, or for a decoder a text, as with --generate prompt=128,tokens=64")
    }
    // What exporters of decoders write is a folder.
    let files = request == nil ? DecoderFolder.Files(step: path) : try DecoderFolder.files(at: path)
    // Several files go by the name of their folder.
    let path = files.isSplit ? path : files.step
    self.path = path
    var model = try Model(contentsOf: files.step, options)
    var workload: Workload
    var (made, review): (Generation?, WeightReview?) = (nil, nil)
    let keepsUnpacked = target?.runtime.keepsUnpacked ?? false
    do throws(Problem) {
      if let request {
        let text = try GenerationWorkload.text(
          request, of: &model, in: files, options, bindings: bindings, keepsUnpacked: keepsUnpacked)
        workload = text.whole
        let beside = try DecoderFolder.review(text.request, of: files.step)
        workload.diagnostics += beside.diagnostics
        workload.coverage.leavesFilesOut = beside.isPartial
        if !text.isOneGraph { workload.diagnostics.append(files.totalsDiagnostic) }
        workload.diagnostics.append(request.diagnostic)
        made = Generation(workload: text)
      } else {
        workload = try Workload(
          InferredGraph(model, bindings: bindings, keepsUnpacked: keepsUnpacked))
      }
      if let elements = model.elements { review = try WeightReview(workload, elements) }
      if dropsZeroFilters, let review {
        workload = try Workload(review.removal.pruned)
        workload.diagnostics.append(review.droppedDiagnostic)
      }
    } catch {
      throw error.placed(at: path)
    }
    (self.model, self.workload, generation, weights) = (model, workload, made, review)
    diagnostics = workload.diagnostics
    guard let target else { return }
    defaults = target.defaults
    if let defaults {
      diagnostics.append(Diagnostic(.note, code: "configuration", defaults))
    }
    let estimate: InferenceEstimate
    do throws(Problem) {
      if let text = generation?.workload {
        var found = try GenerationEstimate(text, on: target.device, runtime: target.runtime)
        if workload.coverage.leavesFilesOut { found = found.asLeast }
        generation?.estimate = found
        estimate = found.whole
      } else {
        estimate = InferenceEstimate(workload, on: target.device, runtime: target.runtime)
      }
      diagnostics += estimate.diagnostics
      var inputs = try FootprintInputs(estimate, target.deployment, product: target.product)
      if generation != nil { inputs?.run = GenerationRequest.unit }
      footprint = try inputs.map { inputs throws(Problem) in try Footprint(inputs) }
    } catch {
      throw error.placed(at: path)
    }
    if let footprint { diagnostics += footprint.diagnostics(on: target.device) }
    self.estimate = estimate
  }

  /// What its carbon rests on; nil without a device.
  package var carbonAssumptions: String? { footprint?.assumptions }

  /// The model on its target, for questions of what a change would do.
  package var scenario: Scenario {
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
        carbonPerSecond: perSecond, ratio: estimate.measuredRatio)
    }
    let keepsUnpacked = estimate?.runtime.keepsUnpacked ?? false
    var scenario = Scenario(workload.complete, target: target) { [model, bindings] shapes in
      var resized = bindings
      resized.shapes.merge(shapes) { _, new in new }
      return try? InferredGraph(model, bindings: resized, keepsUnpacked: keepsUnpacked)
    }
    scenario.weights = weights
    scenario.text = (generation?.workload).map(Scenario.Text.init)
    return scenario
  }
}
