import Documents

/// Decodes a data file of this module.
func embedded<Content: Decodable>(_ name: String, as type: Content.Type) -> Content {
  embeddedData(EmbeddedResources.contents(name), named: name, as: type)
}

/// A data file of this module, in place.
func embeddedJSON(_ name: String) -> EmbeddedJSON {
  EmbeddedJSON(EmbeddedResources.contents(name), named: name)
}
