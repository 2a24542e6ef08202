import Quantities

/// What a page about a product tells: enough to guess what it is made of.
///
/// Everything may be left out. What products of the sort usually have is then guessed and makes the
/// interval wider; 0 or an empty list says that there is none.
package struct SpecSheet: Codable, Sendable {
  /// The sort of product, where it is one of these.
  package enum Sort: String, Choice, Sendable, CodingKeyRepresentable {
    case camera, doorbell, gameConsole, gameController, laptop, mediaPlayer, network, phone
    case sensor, smartSpeaker, smartWatch, smokeDetector, tablet, thermostat, thinClient, wearable
  }

  package var sort: Sort?
  /// Mass of the device itself, with its battery and stand, without what lies in the box besides.
  package var massG: Double?
  package var casing: [Casing]?
  /// Mass of electronics where a report tells it.
  package var electronicsG: Double?
  package var display: Display?
  package var battery: Battery?
  package var memoryGB: Double?
  package var storageGB: Double?
  package var processor: Processor?
  package var boardAreaCm2: Double?
  package var cameras: Int?
  /// Of the largest camera: a module above 8 has another factor.
  package var cameraMegapixels: Double?
  package var microphones: Int?
  package var speakers: Int?
  /// Mass of all speakers.
  package var speakersG: Double?
  /// `wifi`, `ble` and others; how many they are counts, and which of them are cellular.
  package var radios: [String]?
  package var sensors: Int?
  package var buttons: Int?
  package var leds: Int?
  /// Vibration motors.
  package var motors: Int?
  /// Mass of all electric motors, such as those of a camera that turns.
  package var motorsG: Double?
  /// The power supply, in the box or built in.
  package var powerSupply: PowerSupply?
  /// Length of cables in the box.
  package var cableM: Double?
  /// Whether it withstands the weather: sealed, with a cable for outdoors.
  package var outdoor: Bool?
  /// Mounts, bands, remote controls and the like in the box.
  package var accessories: [Casing]?
  package var packagingG: Double?
  /// How it is shipped; a mix when left out.
  package var transport: Transport?

  /// Material and, where known, its mass.
  package struct Casing: Codable, Sendable {
    package var material: CasingMaterial
    package var massG: Double?

    package init(material: CasingMaterial, massG: Double? = nil) {
      self.material = material
      self.massG = massG
    }
  }

  package struct Display: Codable, Sendable {
    package var technology: DisplayTechnology
    package var areaCm2: Double
    package var touch: Bool?

    package init(technology: DisplayTechnology, areaCm2: Double, touch: Bool? = nil) {
      self.technology = technology
      self.areaCm2 = areaCm2
      self.touch = touch
    }
  }

  package struct Battery: Codable, Sendable {
    package var chemistry: BatteryChemistry
    package var energyWh: Double?
    package var cells: Int?

    package init(chemistry: BatteryChemistry, energyWh: Double? = nil, cells: Int? = nil) {
      self.chemistry = chemistry
      self.energyWh = energyWh
      self.cells = cells
    }
  }

  package struct Processor: Codable, Sendable {
    package var areaMm2: Double?
    package var nodeNm: Double?
  }

  package struct PowerSupply: Codable, Sendable {
    package var powerW: Double
    package var massG: Double?

    package init(powerW: Double, massG: Double? = nil) {
      self.powerW = powerW
      self.massG = massG
    }
  }

  /// How goods come to their buyers.
  package enum Transport: String, Choice, Sendable { case air, sea }

  /// Checks beyond the types.
  /// - Throws: `Problem` that names the number.
  func check() throws(Problem) {
    let numbers: [(String, Double?, Double)] = [
      ("massG", massG, 1e6), ("electronicsG", electronicsG, 1e6),
      ("display.areaCm2", display?.areaCm2, 1e5), ("battery.energyWh", battery?.energyWh, 1e5),
      ("memoryGB", memoryGB, 128), ("storageGB", storageGB, 20_000),
      ("processor.areaMm2", processor?.areaMm2, 2000),
      ("processor.nodeNm", processor?.nodeNm, 1000), ("boardAreaCm2", boardAreaCm2, 1e5),
      ("speakersG", speakersG, 1e5), ("powerSupply.powerW", powerSupply?.powerW, 1e5),
      ("powerSupply.massG", powerSupply?.massG, 1e5), ("cableM", cableM, 1000),
      ("packagingG", packagingG, 1e6), ("cameras", cameras.map(Double.init), 20),
      ("microphones", microphones.map(Double.init), 1000),
      ("speakers", speakers.map(Double.init), 1000), ("sensors", sensors.map(Double.init), 1000),
      ("buttons", buttons.map(Double.init), 1000), ("leds", leds.map(Double.init), 1e5),
      ("motors", motors.map(Double.init), 1000), ("motorsG", motorsG, 1e5),
      ("cameraMegapixels", cameraMegapixels, 1000),
      ("battery.cells", battery?.cells.map(Double.init), 1000),
    ]
    for (name, number, most) in numbers {
      if let number, !(0...most).contains(number) {
        throw Problem("specSheet.\(name) of \(number), expected 0 to \(most)")
      }
    }
    if let massG, (casing ?? []).compactMap(\.massG).reduce(0, +) > 1.05 * massG {
      throw Problem("specSheet: its casing has more mass than the device, \(massG) g")
    }
    if let node = processor?.nodeNm, node < 1 {
      throw Problem("specSheet.processor.nodeNm of \(node), expected 1 to 1000")
    }
    guard massG ?? 1 > 0 else { throw Problem("specSheet.massG of 0, expected more") }
    guard massG != nil || electronicsG != nil || boardAreaCm2 != nil else {
      throw Problem("specSheet: expected massG, electronicsG or boardAreaCm2 at least")
    }
    if let massG, let area = display?.areaCm2, area > 3 * massG + 50 {
      throw Problem("specSheet.display: \(area) cm2 on \(massG) g, expected a smaller one")
    }
    if let massG, let energy = battery?.energyWh, energy > 0.4 * massG {
      throw Problem("specSheet.battery: \(energy) Wh in \(massG) g, expected less energy")
    }
    for piece in (casing ?? []) + (accessories ?? []) {
      if let mass = piece.massG, !(0...1e6).contains(mass) {
        throw Problem("specSheet: a mass of \(mass) g, expected 0 to 1e6")
      }
    }
    if let battery, battery.energyWh == nil,
      PartLibrary.standard.entry(battery.chemistry.name.rawValue)?.factor.isPerEnergy ?? true
    {
      throw Problem("specSheet.battery: expected energyWh")
    }
  }
}

extension SpecSheet {
  /// A sheet that tells a mass and, where it is known, the sort of product.
  package init(_ sort: Sort?, massG: Double) {
    self.init()
    self.sort = sort
    self.massG = massG
  }
}
