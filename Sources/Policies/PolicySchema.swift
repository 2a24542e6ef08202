extension Policy {
  /// The JSON Schema of a policy's file, draft 2020-12.
  package static var schema: String { EmbeddedResources.text("Schemas/policy") }
}
