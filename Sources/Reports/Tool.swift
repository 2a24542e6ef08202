import Quantities

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

extension Tool {
  /// The command line as a shell would read it, when this process is the command; nil in another program.
  static var commandLine: String? {
    guard let program = CommandLine.arguments.first, fileName(program) == Tool().name else {
      return nil
    }
    return ([Tool().name] + CommandLine.arguments.dropFirst().map(quoted)).joined(separator: " ")
  }

  /// A word in quotation marks where a shell would read some of it as its own.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./,:=+@%#".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty ? word : "'" + word.escaped(["'": "'\\''"]) + "'"
  }
}
