import ArgumentParser
import Quantities
import Reports

/// A command that answers with a report.
protocol ReportingCommand: ParsableCommand {
  /// The forms that its report has, the usual one first.
  static var formats: [ReportFormat] { get }
}

/// In which form a report is written, and where to.
struct ReportOptions<Command: ReportingCommand>: ParsableArguments {
  /// One of the command's forms; help lists just these.
  struct Format: ExpressibleByArgument {
    var format: ReportFormat

    init(_ format: ReportFormat) { self.format = format }

    init?(argument: String) {
      // A list was called a table once.
      let name = ["table": "text", "md": "markdown"][argument] ?? argument
      guard let format = ReportFormat(rawValue: name), Command.formats.contains(format) else {
        return nil
      }
      self.format = format
    }

    var defaultValueDescription: String { format.rawValue }

    static var allValueStrings: [String] { Command.formats.map(\.rawValue) }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
  }

  @Option(name: .customLong("format"), help: "Output format.")
  private var chosen = Format(Command.formats[0])

  @Flag(name: .customLong("json"), help: "Short for --format json.")
  private var isJSON = false

  @Option(name: .shortAndLong, help: OutputOptions.help)
  var output: String?

  var format: ReportFormat { isJSON ? .json : chosen.format }

  func write(_ report: some Report) throws {
    // A file has no width of its own and no colours.
    let (format, layout) = (format, output == nil ? TextLayout.standardOutput : .file)
    try Output.write(to: output) { sink in
      try report.write(as: format, in: layout, to: sink)
    }
  }
}

/// Where results go that are no report.
struct OutputOptions: ParsableArguments {
  static let help = ArgumentHelp(
    "File for the report instead of standard output.", valueName: "file")

  @Option(name: .shortAndLong, help: help)
  var output: String?

  func write(_ text: String) throws { try Output.write(text, to: output) }
}
