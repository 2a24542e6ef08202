import ArgumentParser
import Assessment
import DeviceProfiles
import Quantities
import Reports

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "List or show device profiles, or write or check one of your own.",
    discussion: """
      Examples:
        iotco2-graph devices
        iotco2-graph devices --runtimes
        iotco2-graph devices show nucleo-l4r5zi
        iotco2-graph devices show stm32l4r5 --json > my-board.json
        iotco2-graph devices new my-board --core cortex-m33 --clock 160MHz --ram 768KB --flash 2MB
        iotco2-graph devices validate my-board.json
      """,
    subcommands: [List.self, Show.self, Validate.self, New.self], defaultSubcommand: List.self)

  struct List: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the built-in profiles, or show those that are named.",
      discussion: """
        Example:
          iotco2-graph devices list --format json
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Identifiers, boards, chips or files.", valueName: "device"),
      completion: Completions.devices)
    var devices: [String] = []

    @Flag(
      name: .customLong("runtimes"),
      help: "List the runtimes of each device, as --device takes them.")
    var runtimes = false

    /// The name of `--runtimes` before version 0.2.
    @Flag(help: .hidden)
    var stacks = false

    @OptionGroup var report: ReportOptions<List>

    mutating func run() throws {
      let names = devices.isEmpty ? DeviceCatalog.names : devices
      let profiles = try names.map(DeviceReference.profile)
      if runtimes || stacks {
        try report.write(CatalogReports.runtimes(profiles))
      } else if devices.isEmpty {
        try report.write(CatalogReports.devices(profiles))
      } else {
        try report.write(CatalogReports.deviceCards(profiles))
      }
    }
  }

  struct Show: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show profiles whole; as JSON, one is a file to edit.",
      discussion: """
        Example:
          iotco2-graph devices show stm32l4r5 --json > my-device.json
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Identifiers, boards, chips or files.", valueName: "device"),
      completion: Completions.devices)
    var devices: [String]

    @OptionGroup var report: ReportOptions<Show>

    mutating func run() throws {
      try report.write(CatalogReports.deviceCards(try devices.map(DeviceReference.profile)))
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
