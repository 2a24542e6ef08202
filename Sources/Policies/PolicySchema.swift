extension Policy {
  /// The JSON Schema of a policy's file, draft 2020-12.
  public static var schema: String {
    guard let file = EmbeddedResources.files.first(where: { $0.name == "Schemas/policy" }) else {
      preconditionFailure("schema policy.json was not embedded")
    }
    return file.contents.description
  }
}
