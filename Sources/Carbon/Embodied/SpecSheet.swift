public import Quantities

/// What a page about a product tells: enough to guess what it is made of.
///
/// Everything may be left out. What products of the sort usually have is then guessed and makes the
/// interval wider; 0 or an empty list says that there is none.
public struct SpecSheet: Codable, Sendable {
  /// The sort of product, where it is one of these.
  public enum Sort: String, Choice, Sendable {
    case camera, doorbell, gameConsole, gameController, laptop, mediaPlayer, network, phone
    case sensor, smartSpeaker, smartWatch, smokeDetector, tablet, thermostat, thinClient, wearable
  }

  public var sort: Sort?
  /// Mass of the device itself, with its battery and stand, without what lies in the box besides.
  public var massG: Double?
  public var casing: [Casing]?
  /// Mass of electronics where a report tells it.
  public var electronicsG: Double?
  public var display: Display?
  public var battery: Battery?
  public var memoryGB: Double?
  public var storageGB: Double?
  public var processor: Processor?
  public var boardAreaCm2: Double?
  public var cameras: Int?
  public var microphones: Int?
  public var speakers: Int?
  /// Mass of all speakers.
  public var speakersG: Double?
  /// `wifi`, `ble` and others; only how many they are counts.
  public var radios: [String]?
  public var sensors: Int?
  public var buttons: Int?
  public var leds: Int?
  /// Vibration motors.
  public var motors: Int?
  /// The power supply, in the box or built in.
  public var powerSupply: PowerSupply?
  /// Length of cables in the box.
  public var cableM: Double?
  /// Mounts, bands, remote controls and the like in the box.
  public var accessories: [Casing]?
  public var packagingG: Double?
  /// How it is shipped; a mix when left out.
  public var transport: Transport?

  /// Material and, where known, its mass.
  public struct Casing: Codable, Sendable {
    /// A casing material of the part library without `casing-`: `plastic`, `aluminium`.
    public var material: String
    public var massG: Double?
  }

  public struct Display: Codable, Sendable {
    /// `lcd`, `oled`, `e-paper` or `segments`.
    public var technology: String
    public var areaCm2: Double
    public var touch: Bool?
  }

  public struct Battery: Codable, Sendable {
    /// A battery of the part library without `battery-`: `li-ion`, `alkaline-aa`.
    public var chemistry: String
    public var energyWh: Double?
    public var cells: Int?
  }

  public struct Processor: Codable, Sendable {
    public var areaMm2: Double?
    public var nodeNm: Double?
  }

  public struct PowerSupply: Codable, Sendable {
    public var powerW: Double
    public var massG: Double?
  }

  /// How goods come to their buyers.
  public enum Transport: String, Choice, Sendable { case air, sea }

  /// Checks what the types do not say.
  /// - Throws: `CarbonError` that names the number.
  func check() throws(CarbonError) {
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
      ("motors", motors.map(Double.init), 1000),
      ("battery.cells", battery?.cells.map(Double.init), 1000),
    ]
    for (name, number, most) in numbers {
      if let number, !(0...most).contains(number) {
        throw CarbonError("specSheet.\(name) of \(number), expected 0 to \(most)")
      }
    }
    if let massG, (casing ?? []).compactMap(\.massG).reduce(0, +) > 1.05 * massG {
      throw CarbonError("specSheet: its casing has more mass than the device, \(massG) g")
    }
    if let node = processor?.nodeNm, node < 1 {
      throw CarbonError("specSheet.processor.nodeNm of \(node), expected 1 to 1000")
    }
    guard massG ?? 1 > 0 else { throw CarbonError("specSheet.massG of 0, expected more") }
    guard massG != nil || electronicsG != nil || boardAreaCm2 != nil else {
      throw CarbonError("specSheet: expected massG, electronicsG or boardAreaCm2 at least")
    }
    if let massG, let area = display?.areaCm2, area > 3 * massG + 50 {
      throw CarbonError("specSheet.display: \(area) cm2 on \(massG) g, expected a smaller one")
    }
    if let massG, let energy = battery?.energyWh, energy > 0.4 * massG {
      throw CarbonError("specSheet.battery: \(energy) Wh in \(massG) g, expected less energy")
    }
    let library = PartLibrary.standard
    for piece in (casing ?? []) + (accessories ?? []) {
      guard library.entry("casing-\(piece.material)") != nil else {
        throw CarbonError(
          "specSheet: no material '\(piece.material)'; expected one of: "
            + Self.known("casing-", in: library))
      }
      if let mass = piece.massG, !(0...1e6).contains(mass) {
        throw CarbonError("specSheet: a mass of \(mass) g, expected 0 to 1e6")
      }
    }
    if let display,
      display.technology == "touch" || library.entry("display-\(display.technology)") == nil
    {
      throw CarbonError(
        "specSheet.display: no technology '\(display.technology)'; expected one of: "
          + Self.known("display-", in: library).replacing(", touch", with: ""))
    }
    if let battery {
      guard let entry = library.entry("battery-\(battery.chemistry)") else {
        throw CarbonError(
          "specSheet.battery: no chemistry '\(battery.chemistry)'; expected one of: "
            + Self.known("battery-", in: library))
      }
      if entry.factor.isPerEnergy, battery.energyWh == nil {
        throw CarbonError("specSheet.battery: expected energyWh")
      }
    }
  }

  private static func known(_ prefix: String, in library: PartLibrary) -> String {
    library.parts.map(\.id).filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }.joined(separator: ", ")
  }
}
