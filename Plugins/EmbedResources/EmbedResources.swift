import Foundation
import PackagePlugin

/// Turns a target's data files into one Swift file of string literals, so that the binary
/// carries its data: `Bundle.module` would write an absolute build path into it instead.
///
/// A data file is known by its extension alone, in whatever folder below the target's it lies, so
/// that a new folder needs no entry here. `exclude` in the package's manifest names the same files
/// or folders, since SwiftPM warns of files that it cannot compile.
@main
struct EmbedResources: BuildToolPlugin {
  private let extensions: Set = ["json", "csv", "css", "js"]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedResources.swift")
    let inputs = try dataFiles(below: target.directoryURL)
    return [
      .buildCommand(
        displayName: "Embedding \(inputs.count) data files of \(target.name)",
        executable: try context.tool(named: "embed-resources").url,
        arguments: [output.path, target.directoryURL.path] + inputs.map(\.path),
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }

  /// All data files in a folder and those below it, in the order of their paths.
  private func dataFiles(below folder: URL) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appending(path: $0) }
      .filter { extensions.contains($0.pathExtension) }
  }
}
