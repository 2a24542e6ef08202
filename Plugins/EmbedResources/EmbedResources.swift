import Foundation
import PackagePlugin

/// Turns a target's data files into one Swift file of string literals, so that the binary
/// carries its data: `Bundle.module` would write an absolute build path into it instead.
@main
struct EmbedResources: BuildToolPlugin {
  /// The data folders of the targets that use this plugin.
  private let folders = ["Devices", "Rates", "Data", "Products", "Schemas", "Page"]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedResources.swift")
    let inputs =
      try folders
      .map { target.directoryURL.appending(path: $0) }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
      .flatMap {
        try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
      }
      .filter { ["json", "csv", "css", "js"].contains($0.pathExtension) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    return [
      .buildCommand(
        displayName: "Embedding \(inputs.count) data files of \(target.name)",
        executable: try context.tool(named: "embed-resources").url,
        arguments: [output.path] + inputs.map(\.path),
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
