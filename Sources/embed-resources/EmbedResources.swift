import Foundation

/// `embed-resources OUTPUT.swift FOLDER FILE...` writes the files, which lie below the folder, as raw
/// string literals.
@main
enum EmbedResources {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2 else {
      fail("usage: embed-resources OUTPUT.swift FOLDER FILE...")
    }
    let paths = Array(arguments.dropFirst(2))
    do {
      let names = try resourceNames(of: paths, below: arguments[1])
      let entries = try zip(names, paths).map { name, path -> String in
        let text = try String(contentsOfFile: path, encoding: .utf8)
        // Schemas are printed as they are; other JSON is only read.
        let isRead = path.hasSuffix(".json") && !name.hasPrefix("Schemas/")
        return try entry(name, isRead ? withoutBlanks(text) : text, path)
      }
      try source(entries).write(toFile: arguments[0], atomically: true, encoding: .utf8)
    } catch let error as ResourceError {
      fail(error.message)
    }
  }

  /// A literal ends at its delimiter, so a file that holds it would end its own literal.
  private static func entry(_ name: String, _ text: String, _ path: String) throws -> String {
    let delimiter = "\"\"\"######"
    guard !text.contains(delimiter) else {
      throw ResourceError("\(path) holds \(delimiter), which ends the literal that it is put into")
    }
    return "    (\"\(name)\", ######\"\"\"\n\(text)\n\(delimiter)),\n"
  }

  private static func source(_ entries: [String]) -> String {
    """
    /// The data files of this module, by their paths in it without extension.
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
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("error: \(message)\n".utf8))
    exit(1)
  }
}
