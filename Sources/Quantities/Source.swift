/// Where a number comes from, so that a reader can look it up.
package struct Source: Hashable, Codable, Sendable {
  /// Title of the document or data set.
  package var title: String
  /// Its address, when it has one.
  package var url: String?
  /// Where in it the number stands: section, table, file, row.
  package var locator: String?
  /// The licence of the data, when it is data that we carry.
  package var licence: String?

  /// Creates a source.
  package init(
    title: String, url: String? = nil, locator: String? = nil, licence: String? = nil
  ) {
    self.title = title
    self.url = url
    self.locator = locator
    self.licence = licence
  }
}
