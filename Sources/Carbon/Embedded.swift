import Documents

/// Why carbon cannot be computed as asked.
package struct CarbonError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}

/// Decodes a data file of this module.
func embedded<Content: Decodable>(_ name: String, as type: Content.Type) -> Content {
  embeddedData(EmbeddedResources.contents(name), named: name, as: type)
}
