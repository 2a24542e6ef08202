package import Quantities
import Documents

/// The products that are built in: boards as bills of materials, and archetypes.
package enum ProductCatalog {
  private static let folder = "Products/"

  /// Their identifiers, sorted.
  package static var names: [String] {
    EmbeddedResources.files.map(\.name).filter { $0.hasPrefix(folder) }
      .map { String($0.dropFirst(folder.count)) }.sorted()
  }

  /// The product of an identifier, whatever its case.
  /// - Throws: `Problem` with those whose names are near.
  package static func product(named name: String) throws(Problem) -> Product {
    let wanted = Suggestion.letters(name)
    guard
      let known = names.contains(name)
        ? name : names.first(where: { Suggestion.letters($0) == wanted })
    else {
      throw Problem(
        "product '\(name)' is not known",
        expected: "an identifier from 'iotco2-graph products' or the path of a product file",
        suggestions: Suggestion.nearest(to: name, among: names))
    }
    return embedded(folder + known).decoded()
  }
}
