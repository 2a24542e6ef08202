import DeviceProfiles
import ArgumentParser
import HardwareMapping
import Quantities

struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The device profiles: list, show, or check one of your own.",
    discussion: """
      Examples:
        iotco2-graph devices
        iotco2-graph devices --runtimes
        iotco2-graph devices show stm32l4r5
        iotco2-graph devices validate my-board.json
      """,
    subcommands: [List.self, Show.self, Validate.self], defaultSubcommand: List.self)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the built-in profiles.",
      discussion: """
        Example:
          iotco2-graph devices list --format json
        """)

    @Option(help: "Form of the list.")
    var format = Format.text

    @Flag(help: "List the runtimes of each device, as --device takes them.")
    var runtimes = false

    mutating func validate() throws {
      guard !runtimes || format == .text else {
        throw ValidationError("--runtimes is a list in text; the JSON has all runtimes.")
      }
    }

    mutating func run() throws {
      let profiles = try DeviceCatalog.names.map(TargetOptions.profile)
      guard format == .text else { return try Output.write(JSON.document(profiles), to: nil) }
      guard !runtimes else { return try Output.write(Self.runtimes(of: profiles), to: nil) }
      var table = TextTable(columns: [
        .init(title: "device", alignment: .left), .init(title: "runtime", alignment: .left),
        .init(title: "what it is", alignment: .left, flexibility: .losesEnd),
      ])
      let groups = Dictionary(grouping: profiles, by: \.class.rawValue).sorted { $0.key < $1.key }
      for (name, profiles) in groups {
        table.rows.append(["\(name):", "", ""])
        for profile in profiles {
          let others = profile.runtimes.count - 1
          table.rows.append([
            "  \(profile.name)", profile.defaultRuntime + (others == 0 ? "" : " +\(others)"),
            profile.title,
          ])
        }
      }
      let lines = table.lines(for: .standardOutput, margin: 0)
      try Output.write(
        lines.joined(separator: "\n")
          + "\n\nStacks that are used when none is named; 'devices --runtimes' lists the others.\n",
        to: nil)
    }

    private static func runtimes(of profiles: [DeviceProfile]) -> String {
      var table = TextTable(columns: [
        .init(title: "device and runtime", alignment: .left),
        .init(title: "what it is", alignment: .left, flexibility: .losesEnd),
      ])
      for profile in profiles {
        for runtime in profile.runtimes {
          table.rows.append(["\(profile.name):\(runtime.name)", runtime.title])
        }
      }
      return table.lines(for: .standardOutput, margin: 0).joined(separator: "\n") + "\n"
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a profile as JSON.",
      discussion: """
        Example:
          iotco2-graph devices show stm32l4r5 > my-device.json
        """)

    @Argument(help: ArgumentHelp("Identifier or file.", valueName: "device"))
    var device: String

    mutating func run() throws {
      try Output.write(JSON.document(try TargetOptions.profile(device)), to: nil)
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that a profile decodes and that everything in it fits together.",
      discussion: """
        Example:
          iotco2-graph devices validate my-device.json
        """)

    @Argument(help: ArgumentHelp("Profile in JSON.", valueName: "file"))
    var file: String

    mutating func run() throws {
      let path = file.contains("/") ? file : "./\(file)"
      let profile = try TargetOptions.profile(path)
      try Output.write("\(file): a valid profile of '\(profile.name)'\n", to: nil)
    }
  }
}
