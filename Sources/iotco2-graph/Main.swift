import ArgumentParser
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct IoTCO2Graph: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iotco2-graph",
    abstract: "Costs of a model file on an IoT device: work, time, energy, carbon.",
    discussion: """
      Reads exported ONNX and TFLite files without running them and without loading weight data. \
      A model file without a command is analyzed.

      Exit codes: 0 done, 1 a policy is violated, 2 bad input or usage, 3 output cannot be written.

      Examples:
        iotco2-graph model.tflite -d stm32l4r5
        iotco2-graph footprint model.tflite -d esp32 --inferences-per-day 10k
        iotco2-graph check model.tflite --policy policy.yaml
        iotco2-graph --generate-completion-script bash
      """,
    subcommands: [
      AnalyzeCommand.self, InspectCommand.self, HotspotsCommand.self, FootprintCommand.self,
      CompareCommand.self, DiffCommand.self, CheckCommand.self, ScanCommand.self,
      DevicesCommand.self, ProductsCommand.self, RegionsCommand.self, SchemaCommand.self,
      OperatorsCommand.self, TermsCommand.self, SuggestMeasurementsCommand.self, ImportCommand.self,
      CalibrateCommand.self, ValidateCommand.self,
    ])

  @Flag(
    name: .customLong("version"), help: "Show the version and the versions of the built-in data.")
  var showsVersion = false

  mutating func run() throws {
    guard showsVersion else { throw CleanExit.helpRequest(self) }
    try Output.write(Version.text(), to: nil)
  }
}

/// The same root with one command below it.
///
/// The parser builds the options of every command that a root can reach, which takes longer than an
/// analysis.
private struct Root<Command: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration {
    var configuration = IoTCO2Graph.configuration
    configuration.subcommands = [Command.self]
    return configuration
  }
}

extension ParsableCommand {
  /// Parses arguments that begin with this command's name.
  fileprivate static func parseBelowRoot(_ arguments: [String]) throws -> any ParsableCommand {
    try Root<Self>.parseAsRoot(arguments)
  }
}

@main
enum Main {
  /// The command that the arguments ask for, or the root with all of them.
  private static func parse(_ words: [String]) throws -> any ParsableCommand {
    let invocation = try Invocation(words)
    let arguments = invocation.arguments
    guard let type = invocation.command else { return try IoTCO2Graph.parseAsRoot(arguments) }
    // A root costs the parser as much as an analysis, and only help and errors show it.
    if let command = try? type.parseAsRoot(arguments), Swift.type(of: command) == type {
      return command
    }
    return try type.parseBelowRoot([type.configuration.commandName ?? ""] + arguments)
  }

  /// Prints help, which a full disk or a closed pipe may refuse like any other result.
  private static func show(_ help: String) -> Int32 {
    do {
      try Output.write(help + "\n", to: nil)
      return 0
    } catch {
      printError("\(error)")
      return CommandFailure.Code.environment.rawValue
    }
  }

  static func main() {
    do {
      var command = try parse(Array(CommandLine.arguments.dropFirst()))
      ChangedFileHandler.install()
      try command.run()
    } catch let failure as CommandFailure {
      // Why a policy is broken is in the report.
      if failure.code != .brokenPolicy { printError(failure.message) }
      exit(failure.code.rawValue)
    } catch let problem as Problem {
      printError("\(problem)")
      exit(CommandFailure.Code.badInput.rawValue)
    } catch {
      // The parser's own codes are 64 for bad usage and 1 for the rest; ours are promised to be 2
      // and otherwise 3.
      switch IoTCO2Graph.exitCode(for: error) {
      case .success: exit(show(IoTCO2Graph.fullMessage(for: error)))
      case .validationFailure:
        Terminal.standardError(ParserMessage.readable(IoTCO2Graph.fullMessage(for: error)) + "\n")
        exit(CommandFailure.Code.badInput.rawValue)
      default:
        printError("\(error)")
        exit(CommandFailure.Code.environment.rawValue)
      }
    }
  }
}
