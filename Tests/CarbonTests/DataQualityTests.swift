import Quantities
import Testing

@testable import Carbon

/// Ratings of the data behind a product, from 1, the best, to 5.
@Suite struct DataQualityTests {
  private func part(_ kind: PartKind, _ fill: (inout Part) -> Void) -> Part {
    var part = Part(kind)
    fill(&part)
    return part
  }

  private func rating(_ product: Product, in year: Int = 2026) throws -> DataQuality {
    let embodied = EmbodiedCarbon(product)
    return embodied.quality(of: try #require(embodied.items.first), in: year)
  }

  @Test func followTheRules() throws {
    // A part of a list, whose factor is derived from sources of which two state a year, 2022 and 2020.
    let memory = Product(
      name: "a", title: "a",
      parts: [part(.entry("dram-mobile")) { $0.capacityGB = UserInput(2, provenance: .datasheet) }])
    let listed = try rating(memory)
    #expect((listed.technological, listed.temporal, listed.geographical) == (2, 2, 4))
    #expect(try rating(memory, in: 2023).temporal == 1)
    #expect(try rating(memory, in: 2031).temporal == 3)
    #expect(try rating(memory, in: 2036).temporal == 4)
    #expect(try rating(memory, in: 2037).temporal == 5)
    // An assumed factor without a year.
    let cable = Product(
      name: "b", title: "b",
      parts: [part(.entry("cable")) { $0.lengthM = UserInput(1, provenance: .datasheet) }])
    let assumed = try rating(cable)
    #expect((assumed.technological, assumed.temporal, assumed.geographical) == (3, 5, 4))
    func die(_ region: String?) -> Product {
      Product(
        name: "c", title: "c",
        parts: [
          part(.die) {
            $0.areaMm2 = UserInput(10, provenance: .datasheet)
            $0.nodeNm = 28
            $0.fabRegion = region
          }
        ])
    }
    #expect(try rating(die(nil)).geographical == 3)
    #expect(try rating(die("TW")).geographical == 1)
    let sheet = Product(name: "d", title: "d", specSheet: SpecSheet(.camera, massG: 300))
    #expect(try rating(sheet).technological >= 4)
    var published = Product(name: "e", title: "e", parts: [])
    published.parts = nil
    published.published = PublishedFootprint(
      productionKg: UserInput(10), source: Source(title: "report"))
    let own = try rating(published)
    #expect((own.technological, own.temporal, own.geographical) == (1, 5, 2))
  }

  /// Weighted by carbon: 0.4 kg of memory, and unlisted production at a ratio that the product states.
  @Test func aStageIsTheMeanByCarbon() throws {
    var product = Product(
      name: "a", title: "a",
      parts: [
        part(.entry("dram-mobile")) { $0.capacityGB = UserInput(0.5, provenance: .datasheet) }
      ])
    product.unlisted = UserInput(2)
    let embodied = EmbodiedCarbon(product)
    // The same carbon again, rated 5.
    let quality = try #require(embodied.quality(of: .production, in: 2026))
    #expect(abs(quality.technological - (2 + 5) / 2) < 1e-12)
    #expect(abs(quality.temporal - (2 + 5) / 2) < 1e-12)
    #expect(abs(quality.geographical - 4) < 1e-12)
    #expect(embodied.quality(of: .transport, in: 2026) == nil)
  }
}
