package import Analysis
package import OpGraph

/// Which operators an accelerator accepts; a missing field is no condition.
package struct Acceptance: Codable, Sendable {
  /// Name of a set of rules of `Data/placement.json`, which apply as well.
  package var rules: PlacementSetName?
  /// Canonical names of the operators.
  package var operators: [OperatorName]?
  package var kinds: [KernelKind]?
  package var precisions: [Precision]?
  package var constraints: [PlacementConstraint]?
  /// Canonical names of operators that are accepted unconditionally.
  package var also: [OperatorName]?
  /// Whether a compiler gives the accelerator one part of the graph: the operators that come before
  /// the first that it does not take.
  package var takesOnlyFirstPart: Bool?
}

/// A limit of an accelerator or its compiler on one property of an operator.
package struct PlacementConstraint: Codable, Sendable {
  /// Canonical names of the operators that it applies to; all if missing.
  package var operators: [OperatorName]?
  /// Operators that it does not apply to.
  package var except: [OperatorName]?
  package var property: OperatorProperty
  package var atMost: Int?
  package var oneOf: [Int]?
  package var types: [ElementType]?
  /// The constraint in words, which a report gives as the reason.
  package var sentence: String
}
