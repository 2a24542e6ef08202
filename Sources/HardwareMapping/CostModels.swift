import DeviceProfiles

/// The cost models that the tool has.
package enum CostModels {
  /// The model of a unit, by the method in its profile.
  package static func standard(_ assignment: UnitAssignment) -> any CostModel {
    switch assignment.unit.costMethod {
    case .rates: return RateModel(assignment)
    case .ethosU(let configuration): return EthosUModel(configuration, assignment)
    }
  }

  /// Names and versions of all formulas.
  package static let versions = [EthosUModel.version]
}
