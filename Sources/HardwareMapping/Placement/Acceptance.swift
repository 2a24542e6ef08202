package import Analysis
package import OpGraph

/// Which operators an accelerator takes; what a field leaves out is no condition.
package struct Acceptance: Codable, Sendable {
  /// Name of a set of rules of `Data/placement.json`, which have to hold as well.
  package var rules: String?
  /// Canonical names of the operators.
  package var operators: [OperatorName]?
  package var kinds: [KernelKind]?
  package var precisions: [Precision]?
  package var constraints: [PlacementConstraint]?
  /// Canonical names of operators that are taken whatever the rest says.
  package var also: [OperatorName]?
  /// Whether a compiler gives the accelerator one part of the graph: the operators that come before
  /// the first that it does not take.
  package var takesOnlyFirstPart: Bool?

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

/// A limit of an accelerator or its compiler on one property of an operator.
package struct PlacementConstraint: Codable, Sendable {
  /// Canonical names of the operators that it holds for; all when left out.
  package var operators: [OperatorName]?
  /// Operators that it does not hold for.
  package var except: [OperatorName]?
  package var property: OperatorProperty
  package var atMost: Int?
  package var oneOf: [Int]?
  package var types: [ElementType]?
  /// The constraint in words, which a report gives as the reason.
  package var sentence: String

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
