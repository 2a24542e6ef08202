import Documents
import Foundation
import HardwareMapping
import Quantities
import Testing

@testable import Carbon
@testable import DeviceProfiles

private func exactly<U>(_ value: Double) -> Estimate<U> {
  Estimate(exactly: value, provenance: .measured, sources: ["test"])
}

/// Round numbers: 1 kWh/cm2 at 500 g/kWh, 2 g/mm2 of gases, 3 of materials, no defects.
private let silicon = SiliconProcess(
  nodes: [
    "40": .init(energy: 0.01, gases: 2, gasesAbated: 1, defects: 0, sources: ["test"]),
    "7": .init(energy: 0.02, gases: 4, gasesAbated: 2, defects: 1, sources: ["test"]),
  ],
  energySpread: exactly(1), gasesSpread: exactly(1), defectsSpread: exactly(1),
  materials: exactly(3), fabIntensity: exactly(500), lineYield: exactly(0.8), clustering: 10,
  package: exactly(50), packageArea: exactly(2))

@Suite struct SiliconTests {
  /// 10 mm2 * (0.01 kWh/mm2 * 500 + 2 + 3) / 0.8 = 125 g.
  @Test func aDieIsAreaTimesProcessOverYield() {
    #expect(silicon.die(area: exactly(10), nanometres: 40)?.value == 125)
  }

  @Test func fabsDiffer() {
    let hydro: CarbonIntensity = exactly(0)
    #expect(silicon.die(area: exactly(10), nanometres: 40, intensity: hydro)?.value == 62.5)
    #expect(
      silicon.die(area: exactly(10), nanometres: 40, abatement: .best)?.value == 10 * 9 / 0.8)
    #expect(
      silicon.die(area: exactly(10), nanometres: 40, ownYield: exactly(0.5))?.value == 200)
  }

  /// 100 mm2 with 1 defect a cm2: (1 + 1/10)^-10.
  @Test func largeDiesFailMoreOften() throws {
    let node = try #require(silicon.node(7))
    let yield = silicon.yield(areaSquareMillimetres: 100, node)
    #expect(abs(yield.value - 0.8 * pow(1.1, -10)) < 1e-12)
  }

  @Test(arguments: [(40, "40"), (28, "40"), (7, "7"), (5, "7"), (90, "40")])
  func takesTheNodeThatIsNotFiner(node: Int, row: String) throws {
    let die = silicon.die(area: exactly(1), nanometres: Double(node))
    let expected = silicon.die(area: exactly(1), nanometres: Double(row) ?? 0)
    #expect(die?.value == expected?.value)
  }

  @Test func aPackageGrowsWithItsDie() {
    #expect(silicon.package(dieArea: exactly(0)).value == 50)
    #expect(silicon.package(dieArea: exactly(10)).value == 70)
  }

  @Test(arguments: PartLibrary.standard.silicon.nodes.keys.sorted())
  func carbonGrowsWithArea(node: String) throws {
    let process = PartLibrary.standard.silicon
    let nanometres = try #require(Double(node))
    let areas = [0.1, 1, 10, 100, 400, 800]
    let carbon = areas.compactMap { process.die(area: exactly($0), nanometres: nanometres) }
    #expect(carbon.count == areas.count)
    for (less, more) in zip(carbon, carbon.dropFirst()) {
      #expect(less.value < more.value && less.low < more.low && less.high < more.high)
    }
  }
}

@Suite struct PartTests {
  private func carbon(_ kind: PartKind, _ fill: (inout Part) -> Void = { _ in }) throws -> Double {
    var part = Part(kind)
    fill(&part)
    return try part.carbon(.standard).value
  }

  /// Every entry of the library, with one of its amount, gives its factor; twice it, twice that.
  @Test(arguments: PartLibrary.standard.parts.map(\.id)) func isAmountTimesFactor(id: String) throws
  {
    let entry = try #require(PartLibrary.standard.entry(id))
    func all(_ amount: Double) -> (inout Part) -> Void {
      { part in
        part.areaMm2 = UserInput(amount)
        part.massG = UserInput(1000 * amount)
        part.capacityGB = UserInput(amount)
        part.energyWh = UserInput(amount)
        part.lengthM = UserInput(amount)
        part.powerW = UserInput(amount)
        part.distanceKm = UserInput(1)
      }
    }
    let factor = entry.factor
    let isMass = entry.factor.unit == .mass
    let one = try carbon(.entry(id), all(1))
    #expect(abs(one - factor.value * (isMass ? 1000 : 1)) < 1e-9 * one)
    #expect(factor.low < factor.value && factor.value < factor.high)
    #expect(
      try carbon(.entry(id)) {
        $0.massG = UserInput(1); all(1)(&$0); $0.count = UserInput(3)
      } == 3 * one)
  }

  @Test func boardsAreAreaTimesLayers() throws {
    let library = PartLibrary.standard
    let board = try carbon(.board) {
      $0.areaMm2 = UserInput(1000)
      $0.layers = 4
    }
    #expect(abs(board - 1000 * (library.board.value + 4 * library.boardPerLayer.value)) < 1e-9)
  }

  @Test func aCircuitIsADieInAPackage() throws {
    func area(_ part: inout Part) { (part.areaMm2, part.nodeNm) = (UserInput(10), 28) }
    let (die, package, circuit) = (
      try carbon(.die, area), try carbon(.package, area), try carbon(.circuit, area)
    )
    #expect(abs(die + package - circuit) < 1e-9)
  }

  static let wrong: [(Part, String)] = {
    var bad: [(Part, String)] = [
      (Part(.entry("flux-capacitor")), "part 'flux-capacitor' is not in the library"),
      (Part(CasingMaterial.steel.part, name: "lid"), "lid: expected massG"),
      (Part(.circuit), "ic: expected areaMm2 and nodeNm"),
      (Part(.board), "pcb: expected areaMm2 and layers"),
      (Part(.entry("transport-sea")), "transport-sea: expected massG and distanceKm"),
    ]
    var fab = Part(.die)
    (fab.areaMm2, fab.nodeNm, fab.fabRegion) = (UserInput(1), 28, "MOON")
    bad.append((fab, "region 'MOON' is not known"))
    fab.fabRegion = nil
    fab.yield = UserInput(2)
    bad.append((fab, "die: a yield outside 0.01 to 1"))
    return bad
  }()

  @Test(arguments: wrong.indices) func saysWhatIsMissing(index: Int) {
    let (part, expected) = Self.wrong[index]
    let error = #expect(throws: Problem.self) { try part.carbon(.standard) }
    #expect(error?.description.hasPrefix(expected) == true)
    let embodied = EmbodiedCarbon(Product(name: "x", title: "x", parts: [part]))
    #expect(embodied.total == nil)
    #expect(embodied.problems.count == 1)
  }

  @Test func everyFactorNamesItsSources() throws {
    let library = PartLibrary.standard
    let data = try JSONSerialization.jsonObject(with: JSONEncoder().encode(library))
    var cited: Set<String> = []
    func collect(_ value: Any) {
      if let object = value as? [String: Any] {
        if let sources = object["sources"] as? [String] { cited.formUnion(sources) }
        object.values.forEach(collect)
      } else if let list = value as? [Any] {
        list.forEach(collect)
      }
    }
    collect(data)
    #expect(cited.subtracting(library.sources.keys).isEmpty)
    #expect(Set(library.sources.keys).subtracting(cited).isEmpty, "sources that nothing names")
  }
}

@Suite struct ProductTests {
  @Test(arguments: ProductCatalog.names) func everyBuiltInProductHolds(name: String) throws {
    let product = try ProductCatalog.product(named: name)
    #expect(product.name == name)
    #expect(throws: Never.self) { try product.check() }
    let embodied = EmbodiedCarbon(product)
    #expect(embodied.problems.isEmpty)
    let total = try #require(embodied.total)
    #expect(total.low < total.value && total.value < total.high)
    for source in total.sources { #expect(embodied.sources[source] != nil, "\(source)") }
    let blocks = embodied.byBlock.compactMap(\.carbon?.value).reduce(0, +)
    #expect(abs(blocks - total.value) < 1e-9 * total.value)
  }

  @Test(arguments: DeviceCatalog.names) func everyDeviceIsAProduct(name: String) throws {
    let product = try #require(try DeviceCatalog.profile(named: name).product)
    #expect(throws: Never.self) { try ProductCatalog.product(named: product) }
  }

  @Test func everyFileInTheFolderIsBuiltIn() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Carbon/Products")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        == ProductCatalog.names)
  }

  /// Grams of a product of some parts, with a ratio of unlisted production or the usual one.
  private func total(_ ratio: String = "", of parts: String) throws -> Double {
    let product = try read("{schemaVersion: '1.0', name: x, title: X, \(ratio)\(parts)}")
    return EmbodiedCarbon(product).total?.value ?? 0
  }

  private func read(_ text: String) throws -> Product {
    try Document<Product>(Array(text.utf8), name: "p.yaml").content
  }

  /// Of hundreds of sources that are words, and as many that are described, none is looked for among the others.
  @Test(arguments: [(1, true), (30, true), (500, false)])
  func sourcesAreComparedWhereTheyAreFew(count: Int, isFound: Bool) throws {
    let parts = (0..<count).map { "{part: pcb, count: {value: 1, source: datasheet\($0)}}" }
    let sources = (0..<count).map { "dataset\($0): {title: T}" }
    let product = try read(
      """
      {schemaVersion: '1.0', name: x, title: X, parts: [\(parts.joined(separator: ", "))],
       sources: {\(sources.joined(separator: ", ")), datashet0: {title: T}}}
      """)
    var problem: Problem?
    do throws(Problem) { try product.check() } catch { problem = error }
    #expect((problem != nil) == isFound)
  }

  @Test func aPublishedFootprintIsTakenAsItIs() throws {
    let product = try read(
      """
      {schemaVersion: '1.0', name: x, title: X, published: {productionKg: 10, transportKg: 2,
       relativeError: 0.25, source: {title: Maker}}}
      """)
    try product.check()
    let embodied = EmbodiedCarbon(product)
    #expect(embodied.total?.value == 12_000)
    #expect(embodied.total?.low == 9600)
    #expect(embodied.total?.high == 15_000)
    #expect(embodied.method == .published)
  }

  @Test func blocksAndPartsAddUp() throws {
    let blocks = try read("{schemaVersion: '1.0', name: x, title: X, blocks: {processing: 0}}")
    let both = try read(
      """
      {schemaVersion: '1.0', name: x, title: X, blocks: {processing: 0},
       parts: [{part: casing-steel, massG: 100}]}
      """)
    let (one, two) = (EmbodiedCarbon(blocks), EmbodiedCarbon(both))
    let steel = try #require(PartLibrary.standard.entry("casing-steel")).factor.value
    // What lists leave out grows with the list.
    let grown = SpecSheetModel.standard.unlisted[nil].value * 100 * steel
    #expect(abs((two.total?.value ?? 0) - (one.total?.value ?? 0) - grown) < 1e-9)
    #expect(one.items.allSatisfy { $0.method == .archetype })
  }

  /// 100 g of steel whose production takes twice what the list says; disposal is no production.
  @Test func whatIsNotListedCanBeAdded() throws {
    let text = """
      {schemaVersion: '1.0', name: x, title: X, unlisted: 2,
       parts: [{part: casing-steel, massG: 100}, {part: end-of-life, massG: 100}]}
      """
    let product = try read(text)
    try product.check()
    let library = PartLibrary.standard
    let steel = try #require(library.entry("casing-steel")).factor.value
    let waste = try #require(library.entry("end-of-life")).factor.value
    let total = EmbodiedCarbon(product).total?.value ?? 0
    #expect(abs(total - 100 * (2 * steel + waste)) < 1e-9)
  }

  /// 100 g of steel at 2.8 g/g: 280 g, and 1.073 (0.536 to 1.798) of that beyond the list.
  @Test func whatListsLeaveOutIsARow() throws {
    let parts = "parts: [{part: casing-steel, massG: 100}, {part: end-of-life, massG: 100}]"
    let head = "{schemaVersion: '1.0', name: x, title: X, "
    let embodied = EmbodiedCarbon(try read(head + parts + "}"))
    let row = try #require(embodied.byBlock.first { $0.block == .unlisted }?.carbon)
    #expect(abs(row.value - 280 * 1.073) < 1e-9)
    #expect(abs(row.low - 280 * 0.536) < 1e-9 && abs(row.high - 280 * 1.798) < 1e-9)
    #expect(row.provenance == .assumed && row.sources == ["spec-fit"])
    #expect(embodied.sources["spec-fit"] != nil)
    // 50 g for the end of life, of which lists leave out nothing.
    #expect(abs((embodied.total?.value ?? 0) - (280 * 2.073 + 50)) < 1e-9)
    let production = try #require(embodied.carbon(of: .production))
    #expect(abs(production.value - 280 * 2.073) < 1e-9)

    let complete = try read(head + "unlisted: 1, " + parts + "}")
    try complete.check()
    #expect(EmbodiedCarbon(complete).byBlock.allSatisfy { $0.block != .unlisted })
    #expect(abs((EmbodiedCarbon(complete).total?.value ?? 0) - 330) < 1e-9)
  }

  /// 10 GB at 45 g/GB and 100 g of steel: the usual ratio is that of the steel, a stated one that of both.
  @Test func memoryIsScaledByAStatedRatioOnly() throws {
    let parts = "parts: [{part: casing-steel, massG: 100}, {part: flash-nand, capacityGB: 10}]"
    #expect(abs(try total(of: parts) - (280 * 2.073 + 450)) < 1e-9)
    #expect(abs(try total("unlisted: 2, ", of: parts) - 2 * (280 + 450)) < 1e-9)
  }

  /// 10 W at 130 g/W is the factor of a whole power supply: the usual ratio does not multiply it, in a list or a sheet.
  @Test func aPowerSupplyIsScaledByAStatedRatioOnly() throws {
    let parts = "parts: [{part: casing-steel, massG: 100}, {part: power-supply, powerW: 10}]"
    #expect(abs(try total(of: parts) - (280 * 2.073 + 1300)) < 1e-9)
    #expect(abs(try total("unlisted: 2, ", of: parts) - 2 * (280 + 1300)) < 1e-9)
    func production(_ watts: Double) throws -> Double {
      var sheet = SpecSheet(.phone, massG: 200)
      // Of a stated mass, so that neither packaging nor assembly changes with the power.
      sheet.powerSupply = .init(powerW: watts, massG: 50)
      let product = Product(name: "x", title: "X", specSheet: sheet)
      return try #require(EmbodiedCarbon(product).carbon(of: .production)).value
    }
    #expect(abs(try production(20) - production(10) - 1300) < 1e-6)
  }

  /// Every built-in product that is a list has the row, and no other has.
  @Test(arguments: ProductCatalog.names) func productsOfPartsHaveTheRow(name: String) throws {
    let product = try ProductCatalog.product(named: name)
    let rows = EmbodiedCarbon(product).items.filter { $0.block == .unlisted }
    #expect(rows.count == (product.published == nil ? 1 : 0))
  }

  /// Parts with one factor have common errors, others independent ones: widths 3 + 4 against the root of 9 + 16.
  @Test func intervalsAddBySource() {
    func item(_ factor: String, _ half: Double) -> EmbodiedCarbon.Item {
      var part = Part(CasingMaterial.plastic.part)
      part.massG = UserInput(1)
      return .init(
        name: "", block: .casing, method: .billOfMaterials, part: part,
        carbon: CarbonMass(10, low: 10 - half, high: 10 + half, provenance: .assumed),
        factorName: factor
      )
    }
    let together = EmbodiedCarbon.sum([item("a", 3), item("a", 4)])
    #expect(together?.low == 13 && together?.high == 27)
    let apart = EmbodiedCarbon.sum([item("a", 3), item("b", 4)])
    #expect(apart?.low == 15 && apart?.high == 25)
  }

  static let wrong: [(String, String)] = [
    ("", "expected exactly one of: 'published'; 'specSheet'; 'parts', 'blocks' or both of these"),
    ("parts: [{part: sim}], specSheet: {massG: 1}", "expected exactly one of"),
    ("blocks: {processing: 7}", "blocks: no level 7 of 'processing' is known"),
    ("parts: [{part: sim}], unlisted: 0.5", "unlisted: expected 1 to 10"),
    ("parts: []", "no parts"), ("blocks: {}", "no parts"),
    (
      "published: {productionKg: 1, relativeError: -3, source: {title: x}}",
      "published.relativeError of -3.0, expected 0 to 10"
    ),
    ("specSheet: {massG: 0}", "specSheet.massG of 0"),
    (
      "specSheet: {massG: 100, casing: [{material: steel, massG: 500}]}",
      "its casing has more mass than the device"
    ),
    ("specSheet: {massG: 1}, unlisted: 2", "unlisted: expected 1 to 10"),
    ("specSheet: {}", "specSheet: expected massG, electronicsG or boardAreaCm2 at least"),
    ("specSheet: {massG: -1}", "specSheet.massG of -1.0, expected 0 to"),
    (
      "specSheet: {massG: 1, battery: {chemistry: li-ion}}",
      "specSheet.battery: expected energyWh"
    ),
  ]

  @Test(arguments: wrong) func saysWhatIsWrong(text: String, expected: String) throws {
    let product = try read("{schemaVersion: '1.0', name: x, title: X, \(text)}")
    let error = #expect(throws: Problem.self) { try product.check() }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }
}

@Suite struct SpecSheetTests {
  private func carbon(_ change: (inout SpecSheet) -> Void) throws -> CarbonMass {
    var sheet = SpecSheet()
    sheet.massG = 200
    change(&sheet)
    var product = Product(name: "x", title: "x", parts: [])
    (product.parts, product.specSheet) = (nil, sheet)
    try product.check()
    let embodied = EmbodiedCarbon(product)
    #expect(embodied.problems.isEmpty)
    #expect(embodied.items.allSatisfy { $0.method == .specSheet })
    return try #require(embodied.total)
  }

  @Test func guessesAreMarked() throws {
    #expect(try carbon { _ in }.provenance == .assumed)
  }

  static let more: [@Sendable (inout SpecSheet) -> Void] = [
    { $0.memoryGB = 2 }, { $0.storageGB = 64 },
    { $0.display = .init(technology: .lcd, areaCm2: 50) }, { $0.cameras = 2 },
    { $0.battery = .init(chemistry: .lithiumIon, energyWh: 10) }, { $0.radios = ["wifi", "ble"] },
    { $0.powerSupply = .init(powerW: 15) }, { $0.speakers = 1 }, { $0.cableM = 1 },
    { $0.massG = 400 }, { $0.accessories = [.init(material: .steel, massG: 100)] },
    { $0.motorsG = 50 }, { $0.outdoor = true }, { $0.radios = ["lte-m"] },
    { $0.casing = [.init(material: .titanium, massG: 20)] },
  ]

  @Test(arguments: more.indices) func moreIsMore(index: Int) throws {
    let plain = try carbon { _ in }
    let changed = try carbon(Self.more[index])
    #expect(plain.value < changed.value)
  }

  /// 100 GB at 45 g/GB, whatever the sort leaves out: storage has no unlisted production.
  @Test(arguments: [nil, .phone, .camera] as [SpecSheet.Sort?])
  func storageIsNotScaled(sort: SpecSheet.Sort?) throws {
    func whole(_ storage: Double) throws -> Double {
      try carbon {
        $0.sort = sort
        ($0.memoryGB, $0.storageGB) = (2, storage)
      }.value
    }
    #expect(abs(try whole(150) - whole(50) - 100 * 45) < 1e-6)
  }

  /// 1000 cm2 at 0.25 g/mm2 are 25 kg; a thin client's factor does not apply to them.
  @Test func aMonitorInAThinClientIsNotScaled() throws {
    func items(_ sort: SpecSheet.Sort, _ area: Double) -> Double {
      var sheet = SpecSheet(sort, massG: 5000)
      sheet.display = .init(technology: .lcd, areaCm2: area)
      // The casing has what mass the display leaves.
      sheet.casing = [.init(material: .plastic, massG: 1000)]
      sheet.processor = .init(areaMm2: 50, nodeNm: 14)
      return EmbodiedCarbon(Product(name: "x", title: "x", specSheet: sheet)).total?.value ?? 0
    }
    #expect(abs(items(.thinClient, 1000) - items(.thinClient, 0) - 25_000) < 1e-6)
    #expect(items(.tablet, 1000) - items(.tablet, 0) > 40_000)
  }

  /// A camera beside a phone: the phone's cellular radio is chips on its board, the camera's a module.
  @Test func cellularRadiosAreModulesOutsideOfPhones() {
    func parts(_ sort: SpecSheet.Sort) -> [String] {
      var sheet = SpecSheet(sort, massG: 200)
      sheet.radios = ["wifi", "LTE"]
      return SpecSheetModel.standard.parts(of: sheet).map(\.part.rawValue)
    }
    #expect(parts(.camera).contains("module-lte"))
    #expect(!parts(.phone).contains("module-lte"))
  }

  /// A camera is fed or has a battery; a laptop has both; 0 states that there is none, so that it has the other.
  @Test func aSupplyStandsForABattery() {
    func has(_ sort: SpecSheet.Sort, _ change: (inout SpecSheet) -> Void) -> [Bool] {
      var sheet = SpecSheet(sort, massG: 1000)
      change(&sheet)
      let parts = SpecSheetModel.standard.parts(of: sheet).map(\.part.rawValue)
      return [parts.contains("battery-li-ion"), parts.contains("power-supply")]
    }
    #expect(has(.camera) { _ in } == [true, true])
    #expect(has(.camera) { $0.powerSupply = .init(powerW: 5) } == [false, true])
    let battery = SpecSheet.Battery(chemistry: .lithiumIon, energyWh: 5)
    #expect(has(.camera) { $0.battery = battery } == [true, false])
    #expect(has(.laptop) { $0.battery = battery } == [true, true])
    let none = SpecSheet.Battery(chemistry: .lithiumIon, energyWh: 0)
    #expect(has(.camera) { $0.battery = none } == [false, true])
    #expect(has(.camera) { $0.powerSupply = .init(powerW: 0) } == [true, false])
  }

  static let cameras: [(Double?, String)] = [
    (nil, "camera"), (0.3, "camera-small"), (8, "camera"), (12, "camera-large"),
  ]

  @Test(arguments: cameras) func theCameraFollowsItsPixels(pixels: Double?, part: String) {
    var sheet = SpecSheet(.camera, massG: 200)
    sheet.cameraMegapixels = pixels
    let kinds = SpecSheetModel.standard.parts(of: sheet).map(\.part.rawValue)
    #expect(kinds.filter { $0.hasPrefix("camera") } == [part])
  }

  /// What a sheet leaves out is at half and at twice what is usual: 2.5 m of cable at 150 g/m and a factor.
  @Test func assumptionsAreRankedByWhatTheyDo() throws {
    let sheet = SpecSheet(.camera, massG: 300)
    let sensitivity = SheetSensitivity(sheet)
    let whole = EmbodiedCarbon(Product(name: "x", title: "x", specSheet: sheet)).total
    #expect(sensitivity.base == whole?.value)
    #expect(sensitivity.bars.map(\.swing) == sensitivity.bars.map(\.swing).sorted(by: >))
    let cable = try #require(sensitivity.bars.first { $0.key == "cableM" })
    let factor = SpecSheetModel.standard.unlisted(of: sheet).value
    #expect(cable.isLeftOut && cable.assumed == "2.5 m")
    #expect(abs(cable.swing - (5 - 1.25) * 150 * factor) < 1e-6)
    #expect(sensitivity.keysThatNarrow.count == 3)

    var told = sheet
    told.cableM = 2.5
    #expect(!SheetSensitivity(told).bars.contains { $0.key == "cableM" })
    #expect(SheetSensitivity(told).base == sensitivity.base)
  }

  @Test func whatASheetLeavesOutIsGuessedAndWidens() throws {
    let sparse = try carbon { $0.sort = .phone }
    let full = try carbon {
      $0.sort = .phone
      ($0.memoryGB, $0.storageGB, $0.cameras) = (6, 128, 3)
      $0.display = .init(technology: .oled, areaCm2: 95)
      $0.battery = .init(chemistry: .lithiumIon, energyWh: 15)
      ($0.radios, $0.powerSupply) = (["wifi", "cellular"], .init(powerW: 0))
      ($0.microphones, $0.speakers, $0.buttons, $0.sensors) = (3, 2, 3, 6)
    }
    let bare = try carbon {
      $0.sort = .phone
      ($0.memoryGB, $0.storageGB, $0.cameras) = (0, 0, 0)
      $0.display = .init(technology: .oled, areaCm2: 0)
      $0.battery = .init(chemistry: .lithiumIon, energyWh: 0)
      ($0.radios, $0.powerSupply) = ([], .init(powerW: 0))
      ($0.microphones, $0.speakers, $0.buttons, $0.sensors) = (0, 0, 0, 0)
    }
    #expect((0.6...1.6).contains(sparse.value / full.value))
    #expect(sparse.high / sparse.low > 1.2 * full.high / full.low)
    #expect(bare.value < 0.7 * sparse.value)
  }

  static let words: [(String, String)] = [
    ("sort: fon", "p.yaml:1: sort: expected one of: camera, doorbell, "),
    ("casing: [{material: gold}]", "p.yaml:1: casing.1.material: expected one of: plastic, "),
    ("display: {technology: hologram, areaCm2: 1}", "display.technology: expected one of: lcd, "),
    ("battery: {chemistry: liion}", "found 'liion'; did you mean 'li-ion'?"),
  ]

  @Test(arguments: words)
  func aWrongWordIsAnsweredWithTheRightOnes(text: String, expected: String) {
    let error = #expect(throws: Problem.self) {
      try Document<SpecSheet>(Array(text.utf8), name: "p.yaml")
    }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  /// The words are names of the library, and there are no others.
  @Test func theLibraryHasAllNames() {
    let names = Set(PartLibrary.standard.parts.map(\.id))
    func named(_ prefix: String) -> Set<String> { names.filter { $0.hasPrefix(prefix) } }
    #expect(Set(BatteryName.allCases.map(\.rawValue)) == named("battery-"))
    #expect(Set(CasingMaterial.allCases.map(\.part.rawValue)) == named("casing-"))
    #expect(
      Set(DisplayTechnology.allCases.map(\.part.rawValue))
        == named("display-").subtracting(["display-touch"]))
    #expect(Set(UseConstants.standard.radios.keys) == Set(RadioTechnology.allCases))
  }

  @Test(arguments: SpecSheet.Sort.allCases) func everySortHasASheet(sort: SpecSheet.Sort) throws {
    let carbon = try carbon {
      $0.sort = sort
      $0.memoryGB = 1
    }
    #expect(carbon.low > 0 && carbon.low < carbon.value && carbon.value < carbon.high)
  }
}
