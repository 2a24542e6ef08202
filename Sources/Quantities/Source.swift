/// Where a number comes from, so that a reader can look it up.
public struct Source: Hashable, Codable, Sendable {
  /// Title of the document or data set.
  public var title: String
  /// Its address, when it has one.
  public var url: String?
  /// Where in it the number stands: section, table, file, row.
  public var locator: String?
  /// The licence of the data, when it is data that we carry.
  public var licence: String?
  /// False where the document was not opened; left out elsewhere.
  ///
  /// What names it is ``Provenance/recalled``, or rests on general knowledge of it.
  public var opened: Bool?

  package init(
    title: String, url: String? = nil, locator: String? = nil, licence: String? = nil,
    opened: Bool? = nil
  ) {
    self.title = title
    self.url = url
    self.locator = locator
    self.licence = licence
    self.opened = opened
  }
}
