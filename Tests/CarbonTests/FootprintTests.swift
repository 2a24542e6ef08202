import Foundation
@testable import HardwareMapping
import Quantities
import Testing

@testable import Carbon

@Suite struct GridTests {
  let grid = GridIntensity()

  @Test func everyRegionIsComplete() {
    #expect(grid.regions.count > 300)
    #expect(Set(grid.regions.map(\.code)).count == grid.regions.count)
    for region in grid.regions {
      #expect(grid.sources[region.source] != nil, "\(region.code)")
      #expect((0...1500).contains(region.gramsPerKilowattHour), "\(region.code)")
      #expect((2000...2026).contains(region.year), "\(region.code)")
    }
    for source in grid.sources.values { #expect(source.licence != nil) }
  }

  @Test(arguments: ["DE", "de", "DEU", "US-CA", "WORLD"]) func findsCodes(code: String) throws {
    #expect(throws: Never.self) { try grid.region(code) }
  }

  @Test func saysHowToFindTheOthers() {
    let error = #expect(throws: CarbonError.self) { try grid.region("ATLANTIS") }
    #expect(error?.description.hasPrefix("region 'ATLANTIS' is not known") == true)
  }
}

@Suite struct EmbodiedTests {
  private func exactly<U>(_ value: Double) -> Estimate<U> {
    Estimate(exactly: value, basis: .measured, sources: ["test"])
  }

  private func carbon(_ part: BillOfMaterials.Part) -> Double? {
    EmbodiedCarbon(BillOfMaterials(parts: [part])).parts[0].carbon?.value
  }

  @Test func multipliesQuantitiesByFactors() throws {
    let factors = EmbodiedFactors.table
    let die = BillOfMaterials.Part(
      name: "die", kind: .die, areaSquareMillimetres: exactly(10), nodeNanometres: 28)
    #expect(carbon(die) == 10 * (try #require(factors.logic["28"])).value)
    let board = BillOfMaterials.Part(
      name: "board", kind: .pcb, areaSquareMillimetres: exactly(100), layers: 4)
    #expect(carbon(board) == 100 * factors.boardPerLayer.value * 4)
    let memory = BillOfMaterials.Part(
      name: "dram", kind: .dram, gigabytes: exactly(2), technology: "lpddr4")
    #expect(carbon(memory) == 2 * (try #require(factors.dram["lpddr4"])).value)
    let packages = BillOfMaterials.Part(name: "packages", kind: .packages, count: exactly(3))
    #expect(carbon(packages) == 3 * factors.package.value)
  }

  /// A node between two rows takes the coarser one's factor, one beyond the ends the end's.
  @Test(arguments: [(16, "20"), (22, "28"), (250, "180"), (3, "7")])
  func takesTheNearestNodeThatIsNotFiner(node: Int, row: String) throws {
    let die = BillOfMaterials.Part(
      name: "die", kind: .die, areaSquareMillimetres: exactly(1), nodeNanometres: node)
    #expect(carbon(die) == EmbodiedFactors.table.logic[row]?.value)
  }

  @Test func aPartWithoutAFactorIsUnknown() {
    let part = BillOfMaterials.Part(
      name: "?", kind: .dram, gigabytes: exactly(1), technology: "core rope")
    #expect(carbon(part) == nil)
    let device = EmbodiedCarbon(BillOfMaterials(parts: [part]))
    #expect(device.total == nil)
    #expect(device.unknownParts == ["?"])
    #expect(EmbodiedCarbon(BillOfMaterials(parts: [])).total == nil)
  }

  @Test func everyFactorNamesItsSources() {
    let factors = EmbodiedFactors.table
    let cited =
      factors.logic.values.flatMap(\.sources) + factors.dram.values.flatMap(\.sources)
      + factors.flash.values.flatMap(\.sources) + factors.package.sources
      + factors.boardPerLayer.sources
    for id in cited { #expect(factors.sources[id] != nil, "\(id)") }
  }

  @Test(arguments: DeviceCatalog.names)
  func everyPartOfEveryDeviceHasCarbon(name: String) throws {
    let carbon = EmbodiedCarbon(try DeviceCatalog.profile(named: name).embodied)
    for part in carbon.parts { #expect(part.carbon != nil, "\(part.part.name)") }
    let total = try #require(carbon.total)
    #expect(total.low < total.value && total.value < total.high)
    #expect(carbon.unknownParts.isEmpty)
  }
}

@Suite struct AttributionTests {
  let device = CarbonMass(exactly: 1000, basis: .measured, sources: ["x"])

  @Test func activeTimeTakesItsShareOfTheLifetime() {
    let second = Time(exactly: 1, basis: .measured)
    #expect(device.allocated(by: second, of: 100).value == 10)
  }

  @Test(arguments: [0, -1, 1e-9, Double.infinity, .nan])
  func refusesLifetimesThatAreNone(years: Double) {
    let intensity = CarbonIntensity(exactly: 100, basis: .assumed)
    #expect(throws: CarbonError.self) {
      try Deployment(intensity: intensity, region: "", lifetimeYears: years, inferencesPerDay: nil)
    }
    #expect(throws: CarbonError.self) {
      try Deployment(intensity: intensity, region: "", lifetimeYears: 1, inferencesPerDay: years)
    }
  }
}
