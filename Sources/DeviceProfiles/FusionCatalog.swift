import Documents
package import OpGraph

/// The names of the patterns, which device profiles list.
package enum FusionPatternName: String, Codable, Sendable, CaseIterable {
  case contractionActivation = "contraction-activation"
  case contractionNormalization = "contraction-normalization"
  case contractionBias = "contraction-bias"
  case contractionResidual = "contraction-residual"
  case elementwiseActivation = "elementwise-activation"
  case elementwiseChain = "elementwise-chain"
  case depthwisePointwise = "depthwise-pointwise"
  case padWindow = "pad-window"
  case qdq
  case gelu, swish
  case hardSwish = "hard-swish"
  case mish
  case layerNormalization = "layer-normalization"
  case rmsNormalization = "rms-normalization"
  case attention
}

/// Operators that a runtime may carry out as one kernel.
package struct FusionPattern: Codable, Sendable {
  package var name: FusionPatternName
  package var title: String
  /// Operators that follow each other, each the only reader of the result before it.
  package var steps: [Step]?
  /// Canonical operators that join when they make an operand that only the first step reads.
  package var operands: [OperatorName]?
  /// A function that a file may write with several operators in many ways (`KernelPattern`).
  package var function: String?

  /// One operator of a pattern: any of these kinds, or any of these canonical operators.
  package struct Step: Codable, Sendable {
    /// What the operands are that do not come from the step before.
    package enum Others: String, Codable, Sendable, CaseIterable { case constant, computed }

    package var kinds: [KernelKind]?
    package var operators: [OperatorName]?
    package var others: Others?
    package var isOptional: Bool?
  }
}

/// The fusion patterns that device profiles choose from.
package enum FusionCatalog {
  struct File: Codable { var patterns: [FusionPattern] }

  /// All patterns, in the order of the data file.
  package static let patterns = embedded("Data/fusions").decoded(as: File.self).patterns

  /// The patterns of the given names.
  package static func patterns(named names: [FusionPatternName]) -> [FusionPattern] {
    patterns.filter { names.contains($0.name) }
  }
}
