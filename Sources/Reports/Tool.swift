/// The tool as every report names it.
package struct Tool: Encodable, Sendable {
  /// The name of the command.
  package var name = "iotco2-graph"
  /// The version of the tool, as `--version` and every report state it.
  package var version = Tool.version

  /// The version of this package.
  package static let version = "0.1.0"

  /// The version of the JSON that reports are: keys may be added to it, and none changes its meaning.
  package static let reportSchemaVersion = "2.0"

  /// How a text that quotes numbers names where they are from.
  static let citation =
    "Computed with iotco2-graph \(version), an open implementation of the IoTCO2 method"

  package init() {}
}
