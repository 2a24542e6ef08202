import ArgumentParser
import Carbon
import Quantities
import Reports

struct RegionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regions",
    abstract: "Carbon intensity of electricity by region: list or show.",
    discussion: """
      Examples:
        iotco2-graph regions
        iotco2-graph regions show US-CA
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List all regions.",
      discussion: """
        Example:
          iotco2-graph regions list --format json
        """)

    static let formats = ReportFormat.common

    @OptionGroup var report: ReportOptions<List>

    mutating func run() throws {
      let grid = GridIntensity()
      try report.write(CatalogReports.regions(grid.regions, of: grid))
    }
  }

  struct Show: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show one region.",
      discussion: """
        Example:
          iotco2-graph regions show US-CA
        """)

    static let formats = ReportFormat.common

    @Argument(help: ArgumentHelp("Code of the region.", valueName: "code"))
    var code: String

    @OptionGroup var report: ReportOptions<Show>

    mutating func run() throws {
      let grid = GridIntensity()
      try report.write(CatalogReports.region(try grid.region(code), of: grid))
    }
  }
}
