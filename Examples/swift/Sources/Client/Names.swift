import Foundation
import IoTCO2Graph

/// Every public type by its bare name, beside Foundation: one that both had would not compile.
///
/// `Scripts/check_public.py` compares the list with the library.
enum Names {
  static let types: [Any.Type] = [
    AssessmentNote.self, AssessmentTarget.self, LayerAssessment.self, ModelAssessment.self,
    Estimate<Joules>.self, Interval.self, Problem.self, Provenance.self, Source.self,
    (any UnitOfMeasure).self, GramsCO2e.self, GramsCO2ePerKilowattHour.self, Joules.self,
    Seconds.self, Watts.self, CarbonIntensity.self, CarbonMass.self, Energy.self, Power.self,
    Time.self, ReportFormat.self,
  ]
}
