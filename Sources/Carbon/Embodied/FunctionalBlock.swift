/// What a part of a product is for: the functional blocks of Pirson & Bol (2021), and the steps of
/// its life that are not parts.
package enum FunctionalBlock: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
  case processing, memory, connectivity, sensing, security
  case userInterface, actuators, powerSupply
  case board, passives, casing
  case assembly, packaging, transport, endOfLife
  /// What studies of whole products count and no list of parts has.
  case unlisted
  /// A part of a published footprint that is not split.
  case whole

  /// The stage of the life cycle that the block belongs to.
  package var stage: LifeCycleStage {
    switch self {
    case .transport: .transport
    case .endOfLife: .endOfLife
    default: .production
    }
  }

  /// How reports name it.
  package var title: String {
    switch self {
    case .userInterface: "user interface"
    case .powerSupply: "power supply"
    case .board: "circuit board"
    case .endOfLife: "end of life"
    case .unlisted: "beyond the parts list"
    case .whole: "whole product"
    default: rawValue
    }
  }
}

/// Stages of a product's life, in the order of ISO 14040 studies.
package enum LifeCycleStage: String, Codable, Sendable, CaseIterable {
  /// Raw materials, parts, assembly and packaging: cradle to gate.
  case production
  case transport
  case use
  /// Parts that are made again during the use, such as non-rechargeable batteries.
  case replacement
  case endOfLife

  /// How reports name it.
  package var title: String { self == .endOfLife ? "end of life" : rawValue }
}
