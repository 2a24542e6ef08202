import ArgumentParser
import Carbon
import Quantities

struct Regions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carbon intensity of electricity by region: list or show.",
    discussion: """
      Examples:
        iotco2-graph regions
        iotco2-graph regions show US-CA
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List all regions.",
      discussion: """
        Example:
          iotco2-graph regions list --format json
        """)

    @Option(help: "Form of the list.")
    var format = Devices.Format.text

    mutating func run() throws {
      let grid = GridIntensity()
      guard format == .text else { return try Output.write(JSON.document(grid.regions), to: nil) }
      var table = TextTable(columns: [
        .init(title: "code", alignment: .left),
        .init(title: "region", alignment: .left, flexibility: .losesEnd),
        .init(title: "gCO2e/kWh", alignment: .right), .init(title: "year", alignment: .right),
        .init(title: "source", alignment: .left),
      ])
      for region in grid.regions {
        table.rows.append([
          region.code, region.name, fixed(region.gramsPerKilowattHour, decimals: 0),
          String(region.year), region.source,
        ])
      }
      var lines = table.lines(for: .standardOutput, margin: 0)
      lines.append("")
      for (id, source) in grid.sources.sorted(by: { $0.key < $1.key }) {
        lines += wrapped(
          "\(id): \(source.title) [\(source.licence ?? "")]",
          width: Terminal.standardOutput.width, indent: 2)
      }
      try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one region.",
      discussion: """
        Example:
          iotco2-graph regions show US-CA
        """)

    @Argument(help: ArgumentHelp("Code of the region.", valueName: "code"))
    var code: String

    @Option(help: "Form of the answer.")
    var format = Devices.Format.text

    mutating func run() throws {
      let grid = GridIntensity()
      let region: Region
      do throws(CarbonError) { region = try grid.region(code) } catch {
        throw CommandFailure.badInput(error)
      }
      guard format == .text else { return try Output.write(JSON.document(region), to: nil) }
      let intensity = region.intensity
      let source = grid.sources[region.source]
      try Output.write(
        """
        \(Terminal.standardOutput.bold("\(region.code)  \(region.name)"))
        \(fixed(intensity.value, decimals: 1)) gCO2e/kWh in \(region.year), \
        \(fixed(intensity.low, decimals: 0)) to \(fixed(intensity.high, decimals: 0)) assumed
        source   \(source?.title ?? region.source)
        address  \(source?.url ?? "-")
        licence  \(source?.licence ?? "-")

        """, to: nil)
    }
  }
}
