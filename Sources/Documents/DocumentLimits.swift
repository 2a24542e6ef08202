/// Limits of the size of files of a kind.
package struct DocumentLimits: Hashable, Sendable {
  /// Bytes of the file.
  package var bytes: Int
  /// Entries of one list or mapping.
  package var entries: Int
  /// Lists and mappings within each other.
  package var levels: Int

  package init(bytes: Int, entries: Int, levels: Int) {
    self.bytes = bytes
    self.entries = entries
    self.levels = levels
  }

  /// Limits of files written by hand.
  package static let description = DocumentLimits(bytes: 1 << 18, entries: 2000, levels: 32)

  /// Of a device's profile, which holds fitted rates as well.
  package static let deviceProfile = DocumentLimits(bytes: 1 << 22, entries: 20_000, levels: 32)
}
