import Foundation

/// `embed-resources OUTPUT.swift FILE...` writes the files as raw string literals.
@main
enum EmbedResources {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let output = arguments.first else {
      throw CocoaError(.fileWriteInvalidFileName)
    }
    let entries = try arguments.dropFirst().map { path in
      let url = URL(fileURLWithPath: path)
      let text = try String(contentsOf: url, encoding: .utf8)
      let folder = url.deletingLastPathComponent().lastPathComponent
      let name = "\(folder)/\(url.deletingPathExtension().lastPathComponent)"
      return "    (\"\(name)\", ######\"\"\"\n\(text)\n\"\"\"######),\n"
    }
    let source = """
      /// The JSON data files of this module, by folder and file name without its extension.
      enum EmbeddedResources {
        static let files: [(name: String, contents: StaticString)] = [
      \(entries.joined())  ]

        /// The text of a file that the code itself names, which is always there.
        static func text(_ name: String) -> String {
          guard let contents = contents(name) else {
            preconditionFailure("\\(name) was not embedded")
          }
          return contents.description
        }

        /// A file's contents; nil when there is no file of the name.
        static func contents(_ name: String) -> StaticString? {
          files.first { $0.name == name }?.contents
        }
      }

      """
    try source.write(toFile: output, atomically: true, encoding: .utf8)
  }
}
