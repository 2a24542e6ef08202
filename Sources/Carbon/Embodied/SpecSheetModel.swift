#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Documents
import Quantities

/// Guesses a bill of materials from what a product's page tells.
///
/// The guesses are numbers in `Data/spec_sheet.json`; what lists of parts leave out and how far
/// products scatter was fitted to published footprints (`Scripts/carbon/products.py`).
struct SpecSheetModel: Decodable, Sendable {
  var sources: [String: Source]
  /// Numbers that hold for every sort of product.
  var usual: Guesses
  /// Numbers that differ for a sort.
  var bySort: [SpecSheet.Sort: [Guess: Estimate<Ratio>]]
  /// What products of a sort usually have.
  var typical: [SpecSheet.Sort: Typical]
  /// How many times what its guessed parts emit the published production of a product is, by sort:
  /// studies of whole products count what no list of parts has.
  var unlisted: SortFactors
  /// How many times the estimate the published footprint of a product may be, by sort.
  var spreads: SortFactors

  static let standard = embedded("Data/spec_sheet").decoded(as: SpecSheetModel.self)

  /// What a sheet that does not tell it is taken to have.
  struct Typical: Decodable, Sendable {
    /// Amounts that do not depend on the product's size.
    var sheet: SpecSheet
    /// Whether a product of the sort has a battery or a power supply, so that a sheet with one of them
    /// has no other.
    var batteryOrSupply: Bool?
    /// Of the display, and of the battery, for each gram of the product.
    var displayCm2PerGram, batteryWhPerGram: Double?
  }

  /// By how much a guessed feature scatters the whole, as a logarithm: about what leaving one of
  /// several out of a sheet changes.
  private static let scatterOfGuess = 0.2

  /// The sheet with what its sort usually has where it tells nothing, and the keys of that.
  func filled(_ sheet: SpecSheet) -> (sheet: SpecSheet, guessed: Set<Feature>) {
    guard let typical = sheet.sort.flatMap({ self.typical[$0] }) else {
      return (sheet, [])
    }
    var (filled, guessed) = (sheet, Set<Feature>())
    func fill<Value>(_ feature: Feature, _ path: WritableKeyPath<SpecSheet, Value?>) {
      guard filled[keyPath: path] == nil, let usual = typical.sheet[keyPath: path] else { return }
      filled[keyPath: path] = usual
      guessed.insert(feature)
    }
    fill(.display, \.display)
    let isEither = typical.batteryOrSupply ?? false
    // What a sheet states to be nothing does not power the product.
    let hasSupply = sheet.powerSupply.map { $0.powerW != 0 } ?? false
    let hasBattery = sheet.battery.map { $0.energyWh != 0 && $0.cells != 0 } ?? false
    if !isEither || !hasSupply { fill(.battery, \.battery) }
    fill(.memory, \.memoryGB)
    fill(.storage, \.storageGB)
    fill(.cameras, \.cameras)
    fill(.microphones, \.microphones)
    fill(.speakers, \.speakers)
    fill(.radios, \.radios)
    fill(.sensors, \.sensors)
    fill(.buttons, \.buttons)
    if !isEither || !hasBattery { fill(.powerSupply, \.powerSupply) }
    fill(.cables, \.cableM)
    fill(.accessories, \.accessories)
    if guessed.contains(.display), let area = typical.displayCm2PerGram, let mass = sheet.massG {
      filled.display?.areaCm2 = area * mass
    }
    if guessed.contains(.battery), let energy = typical.batteryWhPerGram, let mass = sheet.massG {
      filled.battery?.energyWh = energy * mass
    }
    return (filled, guessed)
  }

  /// How far published footprints lie about the estimate of a sheet.
  ///
  /// The fewer a sheet tells, the farther: scatters of what is guessed add as squares.
  func spread(of sheet: SpecSheet) -> Estimate<Ratio> {
    let told = spreads[sheet.sort]
    let small: Set<Feature> = [.microphones, .speakers, .buttons, .sensors, .cables]
    let guesses = Double(filled(sheet).guessed.subtracting(small).count)
    guard guesses > 0 else { return told }
    let width = 1.645 * Self.scatterOfGuess
    let factor = exp((log(told.high) * log(told.high) + guesses * width * width).squareRoot())
    return Estimate(1, low: 1 / factor, high: factor, provenance: .assumed, sources: told.sources)
  }

  /// How many times the carbon of a sheet's parts their production takes.
  func unlisted(of sheet: SpecSheet) -> Estimate<Ratio> { unlisted[sheet.sort] }

  /// The bill of a product.
  /// - Parameter scaling: Features that the sheet leaves out, at so many times what is usual.
  func parts(of sheet: SpecSheet, scaling: [Feature: Double] = [:]) -> [Part] {
    let (filled, guessed) = filled(sheet)
    return SpecSheetBill(sheet: filled, guessed: guessed, scaling: scaling, model: self).parts
  }

  /// The same with one number without its interval, at an end of it.
  func setting(_ guess: Guess, to end: KeyPath<Estimate<Ratio>, Double>) -> Self {
    var model = self
    model.usual[guess] = usual[guess].pinned(to: usual[guess][keyPath: end])
    for (sort, numbers) in bySort {
      model.bySort[sort]?[guess] = numbers[guess].map { $0.pinned(to: $0[keyPath: end]) }
    }
    return model
  }

  func number(_ guess: Guess, of sheet: SpecSheet) -> Estimate<Ratio> {
    sheet.sort.flatMap { bySort[$0]?[guess] } ?? usual[guess]
  }
}

/// The bill of one product, made of what its sheet tells and of guesses.
private struct SpecSheetBill {
  let sheet: SpecSheet
  /// What the sheet does not tell and what was filled with what is usual.
  let guessed: Set<Feature>
  let scaling: [Feature: Double]
  let model: SpecSheetModel

  var parts: [Part] { electronics + periphery + power + body + life }

  private func number(_ guess: Guess) -> Estimate<Ratio> { model.number(guess, of: sheet) }

  /// A guess: so many times a number of the model.
  private func guess(_ amount: Double, _ factor: Guess? = nil) -> UserInput {
    guess(amount, factor.map(number) ?? Estimate(exactly: 1, provenance: .assumed))
  }

  private func guess(_ amount: Double, _ factor: Estimate<Ratio>) -> UserInput {
    UserInput(
      amount * factor.value, low: amount * factor.low, high: amount * factor.high,
      provenance: .assumed, source: "spec-guess")
  }

  /// What the sheet tells, or what is usual where it tells nothing.
  private func told(_ amount: Double, _ feature: Feature? = nil) -> UserInput {
    if let feature, guessed.contains(feature) {
      let amount = amount * (scaling[feature] ?? 1)
      return UserInput(
        amount, low: amount / 2, high: amount * 2, provenance: .assumed, source: "spec-guess")
    }
    return UserInput(
      amount, low: amount, high: amount, provenance: .datasheet, source: "spec-sheet")
  }

  private func line(
    _ kind: PartKind, _ name: String? = nil, _ block: FunctionalBlock? = nil,
    _ fill: (inout Part) -> Void
  ) -> Part {
    var part = Part(kind, name: name, block: block)
    fill(&part)
    return part
  }

  /// As many pieces as the sheet tells, if any.
  private func pieces(
    _ id: String, _ name: String, _ count: Int?, _ feature: Feature? = nil
  ) -> [Part] {
    guard let count, count > 0 else { return [] }
    return [line(.entry(id), name) { $0.count = told(Double(count), feature) }]
  }

  // MARK: Electronics

  private var hasBattery: Bool {
    sheet.battery.map { $0.energyWh ?? 1 > 0 && $0.cells ?? 1 > 0 } ?? false
  }

  private var hasMemory: Bool { (sheet.memoryGB ?? 0) > 0 }

  private static let metals: [CasingMaterial] = [.zinc, .steel, .stainlessSteel, .magnet, .copper]

  private var boardArea: UserInput {
    if let area = sheet.boardAreaCm2 { return told(area * 100) }
    if let mass = sheet.electronicsG { return guess(mass, .boardMm2PerGram) }
    // Stands and weights of metal and large speakers need no larger board.
    let metal = (sheet.casing ?? []).filter { Self.metals.contains($0.material) }
      .compactMap(\.massG).reduce(0, +)
    let mass = sheet.massG ?? 0
    let light = max(mass - metal - speakerMass, mass / 4)
    return guess(pow(light, number(.boardExponent).value), .boardMm2PerMass)
  }

  private var boardMass: Double {
    sheet.electronicsG ?? boardArea.value / 100 * number(.boardGPerCm2).value
  }

  private var electronics: [Part] {
    let squareCentimetres = boardArea.value / 100
    return [processor] + memories + chips + [
      line(.board) { part in
        part.areaMm2 = boardArea
        part.layers = Int(number(hasMemory ? .layersMemory : .layersMcu).value)
      },
      line(.entry("passive-smd"), "resistors and capacitors") {
        $0.count = guess(squareCentimetres, .passivesPerCm2)
      },
      line(.entry("connector"), "connectors, shields and coils") {
        $0.massG = guess(squareCentimetres, .metalGPerCm2)
      },
      line(.entry("assembly-board")) { $0.areaMm2 = boardArea },
    ]
  }

  private var processor: Part {
    let (area, node): (Guess, Guess) =
      !hasMemory
      ? (.processorMm2Mcu, .processorNmMcu)
      : (sheet.memoryGB ?? 0) < 1.5
        ? (.processorMm2Small, .processorNmSmall) : (.processorMm2Large, .processorNmLarge)
    return line(.circuit, "processor", .processing) { part in
      part.areaMm2 = sheet.processor?.areaMm2.map { told($0) } ?? guess(1, area)
      part.nodeNm = sheet.processor?.nodeNm ?? number(node).value
    }
  }

  private var memories: [Part] {
    var parts: [Part] = []
    if let memory = sheet.memoryGB, memory > 0 {
      parts.append(
        line(.entry(memory < 1.5 ? "dram-small" : "dram-mobile"), "memory") {
          $0.capacityGB = told(memory, .memory)
        })
    }
    if let storage = sheet.storageGB, storage > 0 {
      parts.append(
        line(.entry("flash-nand"), "storage") { $0.capacityGB = told(storage, .storage) })
    }
    return parts
  }

  /// Sorts that have the chips of a cellular radio on their board; others have a module.
  private static let withCellularChips: Set<SpecSheet.Sort> = [
    .phone, .tablet, .laptop, .smartWatch, .wearable,
  ]
  /// Modules of the part library by what sheets call their radios.
  private static let modules = [
    "lte": "module-lte", "4g": "module-lte", "5g": "module-lte", "cellular": "module-lte",
    "lte-m": "module-cellular", "nb-iot": "module-cellular",
  ]

  private var cellularModules: [String] {
    if let sort = sheet.sort, Self.withCellularChips.contains(sort) { return [] }
    return (sheet.radios ?? []).compactMap { Self.modules[$0.lowercased()] }
  }

  private var chips: [Part] {
    let modules = cellularModules
    let radios = Double((sheet.radios?.count ?? 0) - modules.count)
    let functions =
      radios + Double((sheet.sensors ?? 0) + (sheet.cameras ?? 0) + (sheet.speakers ?? 0))
      + (hasBattery ? 1 : 0)
    let other = line(.circuit, "other chips", .passives) { part in
      part.count = guess(number(.chips).value + functions * number(.chipsPerFunction).value)
      part.areaMm2 = guess(1, .chipMm2)
      part.nodeNm = number(.chipNm).value
    }
    let lines = modules.map { id in
      line(.entry(id), "cellular module") { $0.count = told(1, .radios) }
    }
    guard radios > 0 else { return lines + [other] }
    let radio = line(.circuit, "radio chips", .connectivity) { part in
      part.count = told(radios, .radios)
      part.areaMm2 = guess(1, .radioMm2)
      part.nodeNm = number(.radioNm).value
    }
    return [radio] + lines + [other]
  }

  // MARK: What people and the world see

  private var speakerMass: Double {
    if let mass = sheet.speakersG { return mass }
    return min(Double(sheet.speakers ?? 0) * number(.speakerG).value, (sheet.massG ?? 1e6) / 2)
  }

  private var displayMass: Double {
    (sheet.display?.areaCm2 ?? 0) * number(.displayGPerCm2).value
  }

  private var camera: String {
    switch sheet.cameraMegapixels {
    case .some(..<1): "camera-small"
    case .some(let pixels) where pixels > 8: "camera-large"
    default: "camera"
    }
  }

  private var periphery: [Part] {
    var parts = pieces(camera, "cameras", sheet.cameras, .cameras)
    parts += pieces("microphone-mems", "microphones", sheet.microphones, .microphones)
    parts += pieces("sensor", "sensors", sheet.sensors, .sensors)
    parts += pieces("button", "buttons", sheet.buttons, .buttons)
    parts += pieces("led", "light-emitting diodes", sheet.leds)
    parts += pieces("motor-vibration", "vibration motors", sheet.motors)
    if let mass = sheet.motorsG, mass > 0 {
      parts.append(line(.entry("motor"), "motors") { $0.massG = told(mass) })
    }
    if let display = sheet.display, display.areaCm2 > 0 {
      parts.append(
        line(display.technology.part, "display") {
          $0.areaMm2 = told(display.areaCm2 * 100, .display)
        })
      if display.touch == true {
        parts.append(
          line(.entry("display-touch"), "touch panel") {
            $0.areaMm2 = told(display.areaCm2 * 100, .display)
          })
      }
    }
    if speakerMass > 0 {
      parts.append(
        line(.entry("speaker"), "speakers") {
          $0.massG = sheet.speakersG == nil ? guess(speakerMass) : told(speakerMass)
        })
    }
    return parts
  }

  private var power: [Part] {
    var parts: [Part] = []
    if let battery = sheet.battery, hasBattery {
      let name = battery.chemistry.name
      let isPerEnergy = PartLibrary.standard.entry(name.rawValue)?.factor.isPerEnergy ?? false
      parts.append(
        line(name.part, "battery") { part in
          // The energy is that of all cells together.
          part.energyWh = battery.energyWh.map { told($0, .battery) }
          part.count = isPerEnergy ? nil : battery.cells.map { told(Double($0), .battery) }
        })
    }
    if let supply = sheet.powerSupply, supply.powerW > 0 {
      parts.append(
        line(.entry("power-supply"), "power supply") {
          $0.powerW = told(supply.powerW, .powerSupply)
        })
    }
    if let length = sheet.cableM, length > 0 {
      parts.append(
        line(.entry(isOutdoor ? "cable-outdoor" : "cable"), "cables") {
          $0.lengthM = told(length, .cables)
        })
    }
    return parts
  }

  // MARK: Body and life

  private var batteryMass: Double {
    (sheet.battery?.energyWh ?? 0) * number(.batteryGPerWh).value
  }

  private var isOutdoor: Bool { sheet.outdoor ?? false }

  /// The device; what is not known of it is the mass of its parts.
  private var deviceMass: Double { sheet.massG ?? boardMass + batteryMass + displayMass }

  /// What lies in the box beside the device.
  private var accessoriesMass: Double {
    let supply = sheet.powerSupply.map { $0.massG ?? $0.powerW * number(.supplyGPerW).value }
    let cables =
      (sheet.cableM ?? 0) * number(isOutdoor ? .outdoorCableGPerM : .cableGPerM).value
    return (supply ?? 0) + cables + (sheet.accessories ?? []).compactMap(\.massG).reduce(0, +)
  }

  private var body: [Part] {
    let mass = deviceMass
    let left = max(
      mass - boardMass - batteryMass - displayMass - speakerMass,
      mass * number(.casingLeast).value)
    let casing = sheet.casing.flatMap { $0.isEmpty ? nil : $0 } ?? [.init(material: .plastic)]
    let known = casing.compactMap(\.massG).reduce(0, +)
    let open = Double(casing.filter { $0.massG == nil }.count)
    let parts = casing.map { piece in
      line(piece.material.part, "casing of \(piece.material.rawValue)") { part in
        part.massG = piece.massG.map { told($0) } ?? guess(max(0, left - known) / open, .casing)
      }
    }
    let accessories = (sheet.accessories ?? []).compactMap { piece in
      piece.massG.map { mass in
        line(piece.material.part, "accessories of \(piece.material.rawValue)") {
          $0.massG = told(mass, .accessories)
        }
      }
    }
    let seals =
      isOutdoor
      ? [
        line(CasingMaterial.silicone.part, "seals and potting") {
          $0.massG = guess(mass, .sealShare)
        }
      ] : []
    return parts + accessories + seals + [
      line(.entry("assembly-product")) { $0.massG = guess(mass + accessoriesMass) },
      line(.entry("packaging-cardboard"), "packaging") { part in
        part.massG =
          sheet.packagingG.map { told($0) } ?? guess(mass + accessoriesMass, .packaging)
      },
    ]
  }

  private var life: [Part] {
    let inBox = deviceMass + accessoriesMass
    let gross = inBox + (sheet.packagingG ?? inBox * number(.packaging).value)
    let air =
      switch sheet.transport {
      case .air: Estimate<Ratio>(exactly: 1, provenance: .datasheet)
      case .sea: Estimate<Ratio>(exactly: 0, provenance: .datasheet)
      case nil: number(.airShare)
      }
    let sea = Estimate<Ratio>(
      1 - air.value, low: 1 - air.high, high: 1 - air.low, provenance: air.provenance)
    let all = Estimate<Ratio>(exactly: 1, provenance: .assumed)
    let freight = [
      ("transport-air", air, Guess.airKm), ("transport-sea", sea, .seaKm),
      ("transport-road", all, .roadKm),
    ]
    return freight.filter { $0.1.high > 0 }.map { id, share, distance in
      line(.entry(id)) { part in
        part.massG = guess(gross, share)
        part.distanceKm = guess(1, distance)
      }
    } + [line(.entry("end-of-life")) { $0.massG = guess(gross) }]
  }
}
