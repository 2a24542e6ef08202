import ArgumentParser
import Documents
import Quantities

/// Which command the arguments ask for.
struct Invocation {
  /// The command below the root; nil for the root itself: help, version, completions.
  var command: (any ParsableCommand.Type)?
  /// The arguments of the command, without its name.
  var arguments: [String]

  /// What only the root knows.
  private static let rootOptions: Set<String> = [
    "-h", "--help", "-help", "--help-hidden", "-help-hidden", "--version",
    "--generate-completion-script", "--experimental-dump-help",
  ]

  /// - Throws: `Problem` for a first word that is neither a command nor like a model file.
  init(_ words: [String]) throws(Problem) {
    arguments = Self.joiningNegativeNumbers(words)
    guard let first = arguments.first else { return }
    if first == "help" {
      let name = arguments.dropFirst().first { !$0.hasPrefix("-") }
      if let name, Self.command(named: name) == nil { throw Self.unknown(name) }
    } else if let command = Self.command(named: first) {
      self.command = command
      arguments.removeFirst()
    } else if first.hasPrefix("-"), first != "-" {
      let name = first.prefix { $0 != "=" }
      let isOfRoot = Self.rootOptions.contains(String(name)) || first.hasPrefix("---completion")
      if !isOfRoot { command = AnalyzeCommand.self }
    } else if first == "-" || first.contains(where: { "./#*".contains($0) }) || fileExists(first) {
      command = AnalyzeCommand.self
    } else {
      throw Self.unknown(first)
    }
  }

  private static func command(named name: String) -> (any ParsableCommand.Type)? {
    IoTCO2Graph.configuration.subcommands.first { $0.configuration.commandName == name }
  }

  private static func unknown(_ name: String) -> Problem {
    // Key paths into types crash the compiler (Swift 6.3).
    let names = IoTCO2Graph.configuration.subcommands
      .filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
    return Problem(
      "no command '\(name)'", expected: "a model file or one of: \(names.joined(separator: ", "))",
      suggestions: Suggestion.nearest(to: name, among: names))
  }

  /// `--lifetime -1` as `--lifetime=-1`: the parser takes what begins with a dash for an option.
  private static func joiningNegativeNumbers(_ words: [String]) -> [String] {
    var joined: [String] = []
    for word in words {
      let isNegative =
        word.hasPrefix("-") && word.dropFirst().first.map { "0123456789.".contains($0) } ?? false
      if isNegative, let option = joined.last, option.hasPrefix("--"), option.count > 2,
        !option.contains("=")
      {
        joined[joined.count - 1] = "\(option)=\(word)"
      } else {
        joined.append(word)
      }
    }
    return joined
  }
}
