extension Policy {
  /// The JSON Schema of a policy's file, draft 2020-12.
  public static var schema: String {
    guard let contents = EmbeddedResources.contents("Schemas/policy") else {
      preconditionFailure("schema policy.json was not embedded")
    }
    return contents.description
  }
}
