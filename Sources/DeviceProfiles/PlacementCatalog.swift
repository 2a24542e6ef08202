/// The sets of placement rules that device profiles choose from.
package enum PlacementCatalog {
  /// All sets by their names.
  package static let all = embedded("placement", as: [String: Acceptance].self)
}
