import ArgumentParser
import Carbon
import Quantities
import Reports

struct RegionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regions",
    abstract: "List or show the grid intensity of regions.",
    discussion: """
      Examples:
        iotco2-graph regions
        iotco2-graph regions Germany California EU
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List all regions, or show those that are named.",
      discussion: """
        Example:
          iotco2-graph regions list --format json
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Codes or names.", valueName: "region"), completion: Completions.regions)
    var regions: [String] = []

    @OptionGroup var report: ReportOptions<List>

    mutating func run() throws {
      let grid = GridIntensity()
      if regions.isEmpty {
        try report.write(CatalogReports.regions(grid.regions, of: grid))
      } else {
        try report.write(
          CatalogReports.regionDetails(try regions.map { try grid.region($0) }, of: grid))
      }
    }
  }

  struct Show: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show regions with intervals and sources.",
      discussion: """
        Example:
          iotco2-graph regions show US-CA
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Codes or names.", valueName: "region"), completion: Completions.regions)
    var regions: [String]

    @OptionGroup var report: ReportOptions<Show>

    mutating func run() throws {
      let grid = GridIntensity()
      try report.write(
        CatalogReports.regionDetails(try regions.map { try grid.region($0) }, of: grid))
    }
  }
}
