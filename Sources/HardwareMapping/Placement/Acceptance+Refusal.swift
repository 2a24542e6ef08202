package import Analysis
package import DeviceProfiles
import OpGraph

extension Acceptance {
  /// Whether there is a kernel for a layer's operator, whatever it works on.
  package func hasKernel(for layer: Layer) -> Bool {
    if also?.contains(layer.operatorName) == true { return true }
    return operators?.contains(layer.operatorName) ?? true && kinds?.contains(layer.kind) ?? true
      && namedRules?.hasKernel(for: layer) ?? true
  }

  private var namedRules: Acceptance? { rules.flatMap { PlacementCatalog.all[$0] } }

  /// Whether only the first part is taken, by these or the named rules.
  var isFirstPartOnly: Bool { takesOnlyFirstPart ?? namedRules?.isFirstPartOnly ?? false }

  /// Why an operator is not taken, as a sentence for the report; nil when it is.
  func refusal(of facts: OperatorFacts) -> String? {
    let layer = facts.layer
    if also?.contains(layer.operatorName) == true { return nil }
    guard hasKernel(for: layer) else {
      return "The accelerator has no kernel for \(layer.operatorTitle)"
    }
    if let reason = namedRules?.refusal(of: facts) { return reason }
    if let precisions, !precisions.contains(layer.precision) {
      let accepted = precisions.map(\.rawValue).joined(separator: ", ")
      return "The accelerator computes in \(accepted), not in \(layer.precision.rawValue)"
    }
    return constraints?.lazy.compactMap { $0.refusal(of: facts) }.first
  }
}

extension PlacementConstraint {
  /// Why an operator breaks it; nil when it holds, or when the operator has no such property.
  func refusal(of facts: OperatorFacts) -> String? {
    let name = facts.layer.operatorName
    guard operators?.contains(name) ?? true, !(except?.contains(name) ?? false) else { return nil }
    var found: String?
    switch property.value(facts) {
    case .number(let number)?:
      let holds = atMost.map { number <= $0 } ?? true && oneOf?.contains(number) ?? true
      if !holds { found = "\(number)" }
    case .types(let used)?:
      let others = used.filter { !(types?.contains($0) ?? true) }
      if !others.isEmpty {
        found = Set(others.map(\.rawValue)).sorted().joined(separator: ", ")
      }
    case nil: break
    }
    return found.map { "\(facts.layer.operatorTitle): \(sentence); here \($0)" }
  }
}
