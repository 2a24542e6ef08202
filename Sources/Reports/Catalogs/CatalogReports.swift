package import Carbon
package import DeviceProfiles
import Quantities

/// The lists of the catalogs.
package enum CatalogReports {
  /// A runtime of a device.
  package struct RuntimeEntry: Encodable {
    var device, runtime, title: String
    /// The measured releases, oldest first.
    var releases: [String]?
  }

  /// The runtimes of the devices, as a device is named with one.
  package static func runtimes(_ profiles: [DeviceProfile]) -> TableReport<[RuntimeEntry]> {
    let entries = profiles.flatMap { profile in
      profile.runtimes.map {
        RuntimeEntry(
          device: profile.name, runtime: $0.name, title: $0.title,
          releases: $0.releases?.measured.map(\.version))
      }
    }
    return TableReport(
      entries,
      columns: [
        .init("device and runtime", name: "device_and_runtime"),
        .init("measured releases", name: "releases", isOptional: true),
        .init("what it is", name: "title", flexibility: .losesEnd),
      ],
      groups: [
        .init(
          rows: entries.map {
            [
              .init("\($0.device):\($0.runtime)"),
              .init($0.releases?.joined(separator: ", ") ?? "-"), .init($0.title),
            ]
          })
      ],
      notes: ["'ID:RUNTIME-RELEASE' names a release, measured or not: stm32u575:x-cube-ai-10.2."])
  }

  /// The products with their embodied carbon.
  package static func products(_ products: [Product]) -> TableReport<[ProductReport]> {
    let reports = products.map { ProductReport($0).withoutItems }
    return TableReport(
      reports,
      columns: [
        .init("product", name: "product"),
        .init("what it is", name: "title", flexibility: .losesEnd),
        .init("CO2e", name: "gCO2e", .right), .init("interval", name: "interval_gCO2e"),
      ],
      groups: [
        .init(
          rows: reports.map { report in
            let total = report.total.value
            return [
              .init(report.name), .init(report.title),
              .init(
                total.map { engineering($0.value, unit: "g") } ?? "unknown",
                exactly: total.map { "\($0.value)" } ?? ""),
              .init(
                total?.ends(unit: "g") ?? "",
                exactly: total.map { "\($0.low) to \($0.high)" } ?? ""),
            ]
          })
      ],
      notes: [
        "Manufacturing, transport and end of life of one unit of the product."
      ])
  }

  /// The library of parts with their factors.
  package static func parts(_ library: PartLibrary) -> TableReport<PartLibrary> {
    TableReport(
      library,
      columns: [
        .init("part", name: "part"),
        .init("what it is", name: "title", flexibility: .losesEnd),
        .init("amount", name: "amount"), .init("gCO2e", name: "gCO2e_per_amount", .right),
        .init("interval", name: "interval_gCO2e_per_amount"),
        .init("provenance", name: "provenance"),
      ],
      groups: [
        .init(
          rows: library.parts.map { part in
            let factor = part.factor
            return [
              .init(part.id), .init(part.title), .init(factor.amountKey),
              .init(significant(factor.value), exactly: "\(factor.value)"),
              .init(
                "\(significant(factor.low)) to \(significant(factor.high))",
                exactly: "\(factor.low) to \(factor.high)"),
              .init(factor.provenance.rawValue),
            ]
          })
      ],
      notes: [
        "Parts with their own equations:", "die: areaMm2, nodeNm; also fabRegion, abatement, yield",
        "package: count; also areaMm2 of the die in it", "ic: a die in its package",
        "pcb: areaMm2, layers",
      ])
  }

  /// Regions with the carbon intensity of their electricity.
  package static func regions(
    _ regions: [GridRegion], of grid: GridIntensity
  ) -> TableReport<[GridRegion]> {
    TableReport(
      regions,
      columns: [
        .init("code", name: "code"), .init("region", name: "region", flexibility: .losesEnd),
        .init("gCO2e/kWh", name: "gCO2e_per_kWh", .right), .init("year", name: "year", .right),
        .init("source", name: "source"),
      ],
      groups: [
        .init(
          rows: regions.map { region in
            [
              .init(region.code), .init(region.name),
              .init(
                fixed(region.gramsPerKilowattHour, decimals: 0),
                exactly: "\(region.gramsPerKilowattHour)"),
              .init(String(region.year)), .init(region.source),
            ]
          })
      ],
      notes: sources(of: regions, grid))
  }

  /// Regions that were asked for: the intensity with its interval, and where that comes from.
  package static func regionDetails(
    _ regions: [GridRegion], of grid: GridIntensity
  ) -> TableReport<OneOrMany<GridRegion>> {
    TableReport(
      OneOrMany(regions),
      columns: [
        .init("code", name: "code"), .init("region", name: "region", flexibility: .losesEnd),
        .init("gCO2e/kWh", name: "gCO2e_per_kWh", .right),
        .init("interval", name: "interval_gCO2e_per_kWh"), .init("year", name: "year", .right),
      ],
      groups: [
        .init(
          rows: regions.map { region in
            let intensity = region.intensity
            return [
              .init(region.code), .init(region.name),
              .init(fixed(intensity.value, decimals: 1), exactly: "\(intensity.value)"),
              .init(
                "\(fixed(intensity.low, decimals: 0)) to \(fixed(intensity.high, decimals: 0)), assumed",
                exactly: "\(intensity.low) to \(intensity.high)"),
              .init(String(region.year)),
            ]
          })
      ],
      notes: sources(of: regions, grid))
  }

  private static func sources(of regions: [GridRegion], _ grid: GridIntensity) -> [String] {
    let cited = Set(regions.map(\.source))
    return grid.sources.filter { cited.contains($0.key) }.sorted { $0.key < $1.key }
      .map { id, source in
        let place = source.url.map { ", \($0)" } ?? ""
        return "\(id): \(source.title)\(place) [\(source.licence ?? "")]"
      }
  }
}
