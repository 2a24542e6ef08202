/// The sets of placement rules that device profiles choose from.
enum PlacementCatalog {
  /// All sets by their names.
  static let all = embedded("placement", as: [String: Acceptance].self)
}
