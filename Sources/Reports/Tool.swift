/// The tool as every report names it.
public struct Tool: Encodable, Sendable {
  /// The name of the command.
  public var name = "iotco2-graph"
  /// The version of the tool, as `--version` and every report state it.
  public var version = Tool.version

  /// The version of this package.
  public static let version = "0.1.0"

  /// The version of the JSON that reports are: keys may be added to it, and none changes its meaning.
  public static let reportSchemaVersion = "2.0"

  package init() {}
}
