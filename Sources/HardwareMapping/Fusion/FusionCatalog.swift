import Analysis
public import OpGraph

/// Operators that a runtime may carry out as one kernel.
public struct FusionPattern: Codable, Sendable {
  /// What device profiles call it.
  public var name: String
  public var title: String
  /// Operators that follow each other, each the only reader of the result before it.
  public var steps: [Step]?
  /// Canonical operators that join when they make an operand that only the first step reads.
  public var operands: [String]?
  /// A function that a file may write with several operators in many ways (`KernelPattern`).
  public var function: String?

  /// One operator of a pattern: any of these kinds, or any of these canonical operators.
  public struct Step: Codable, Sendable {
    /// What the operands are that do not come from the step before.
    public enum Others: String, Codable, Sendable { case constant, computed }

    public var kinds: [KernelKind]?
    public var operators: [String]?
    public var others: Others?
    public var isOptional: Bool?

    func matches(_ layer: Layer) -> Bool {
      kinds?.contains(layer.kind) ?? false || operators?.contains(layer.operatorName) ?? false
    }
  }
}

/// The fusion patterns that device profiles choose from.
public enum FusionCatalog {
  private struct File: Codable { var patterns: [FusionPattern] }

  /// All patterns, in the order of the data file.
  public static let patterns = embedded("fusions", as: File.self).patterns

  /// The patterns of the given names; names that are not known are left out.
  public static func patterns(named names: [String]) -> [FusionPattern] {
    patterns.filter { names.contains($0.name) }
  }
}
