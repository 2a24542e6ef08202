/// JSON Schemas of the files that users of this module write.
package enum FileSchema: String, CaseIterable, Sendable {
  /// How a device is used: `Deployment`.
  case deployment
  /// What a product is made of: `Product`.
  case bom

  /// The schema, draft 2020-12.
  package var text: String { EmbeddedResources.text("Schemas/\(rawValue)") }
}
