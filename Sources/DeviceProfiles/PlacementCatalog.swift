import Documents

/// The names of the sets of placement rules, which device profiles name.
package enum PlacementSetName: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
  case edgeTPU = "edge-tpu"
  case ethosU = "ethos-u"
  case drpAI3 = "drp-ai3"
}

/// The sets of placement rules that device profiles choose from.
package enum PlacementCatalog {
  /// All sets by their names.
  package static let all = embedded("Data/placement")
    .decoded(as: [PlacementSetName: Acceptance].self)
}
