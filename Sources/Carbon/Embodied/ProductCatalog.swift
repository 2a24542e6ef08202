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

  /// The product of an identifier.
  /// - Throws: `Problem` that says how to list them.
  package static func product(named name: String) throws(Problem) -> Product {
    guard names.contains(name) else {
      throw Problem(
        "product '\(name)' is not known\(Suggestion.text(for: name, among: names)); "
          + "a path names a product file")
    }
    return embedded(folder + name).decoded()
  }
}
