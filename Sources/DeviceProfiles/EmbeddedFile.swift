import Documents

/// A data file of this module.
func embedded(_ name: String) -> EmbeddedJSON {
  EmbeddedJSON(EmbeddedResources.contents(name), named: name)
}
