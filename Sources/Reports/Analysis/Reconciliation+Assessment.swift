import Analysis
import Assessment
import DeviceProfiles
import HardwareMapping
import OpGraph

extension Reconciliation {
  /// Counts a model as another tool does, which leaves to the host what its placement rules say.
  init(_ assessment: ModelAssessment, _ convention: any Convention) {
    let rules = convention.placementRules.flatMap(PlacementSetName.init)
    let hostLayers = rules.map { PlacementPlan.hostLayers(of: assessment.workload, by: $0) }
    self.init(
      assessment.workload, convention, format: assessment.model.format,
      hostLayers: hostLayers ?? [])
    // A compiler takes the whole file.
    let signatures = assessment.model.signatures.count
    if rules != nil, theirs != nil, signatures > 1 {
      remark =
        "\(convention.tool) adds up the graphs of all \(signatures) signatures; this is the count of one"
    }
  }
}
