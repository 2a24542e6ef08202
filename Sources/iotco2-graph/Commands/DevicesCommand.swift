import ArgumentParser
import Assessment
import DeviceProfiles
import Quantities
import Reports

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "The device profiles: list, show, or check one of your own.",
    discussion: """
      Examples:
        iotco2-graph devices
        iotco2-graph devices --runtimes
        iotco2-graph devices show stm32l4r5
        iotco2-graph devices validate my-board.json
      """,
    subcommands: [List.self, Show.self, Validate.self], defaultSubcommand: List.self)

  struct List: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the built-in profiles.",
      discussion: """
        Example:
          iotco2-graph devices list --format json
        """)

    static let formats = ReportFormat.common

    @Flag(
      name: .customLong("runtimes"),
      help: "List the runtimes of each device, as --device takes them.")
    var runtimes = false

    /// The name of `--runtimes` before version 0.2.
    @Flag(help: .hidden)
    var stacks = false

    @OptionGroup var report: ReportOptions<List>

    mutating func run() throws {
      let profiles = try DeviceCatalog.names.map(DeviceReference.profile)
      if runtimes || stacks {
        try report.write(CatalogReports.runtimes(profiles))
      } else {
        try report.write(CatalogReports.devices(profiles))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print a profile as JSON.",
      discussion: """
        Example:
          iotco2-graph devices show stm32l4r5 > my-device.json
        """)

    @Argument(help: ArgumentHelp("Identifier or file.", valueName: "device"))
    var device: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      try output.write(try JSON.document(try DeviceReference.profile(device)))
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate",
      abstract: "Check that a profile decodes and is consistent.",
      discussion: """
        Example:
          iotco2-graph devices validate my-device.json
        """)

    @Argument(help: ArgumentHelp("Profile in JSON.", valueName: "file"))
    var file: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let path = file.contains("/") ? file : "./\(file)"
      let profile = try DeviceReference.profile(path)
      try output.write("\(file): a valid profile of '\(profile.name)'\n")
    }
  }
}
