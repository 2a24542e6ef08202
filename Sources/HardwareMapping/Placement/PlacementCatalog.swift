#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The sets of placement rules that device profiles choose from.
enum PlacementCatalog {
  /// All sets by their names.
  static let all: [String: Acceptance] = {
    guard let file = EmbeddedResources.files.first(where: { $0.name == "Data/placement" }),
      let decoded = try? JSONDecoder().decode(
        [String: Acceptance].self, from: file.contents.withUTF8Buffer { Data($0) })
    else { preconditionFailure("Data/placement.json of this module is damaged") }
    return decoded
  }()
}
