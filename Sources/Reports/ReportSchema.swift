/// JSON Schemas of reports and of files that no other module holds.
package enum ReportSchema: String, CaseIterable, Sendable {
  /// What `analyze` writes.
  case report
  /// A device profile.
  case device
  /// Defaults for the flags of the command.
  case configuration

  /// The schema, draft 2020-12.
  package var text: String { EmbeddedResources.text("Schemas/\(rawValue)") }
}
