public import Quantities

/// The library of parts: what making one amount of each emits.
///
/// `docs/method/embodied.md` says how each factor was chosen.
public struct PartLibrary: Codable, Sendable {
  /// A part, material or step that a bill of materials can name.
  public struct Entry: Codable, Sendable {
    /// The name in bills: `casing-steel`.
    public var id: String
    public var title: String
    public var block: FunctionalBlock
    /// Carbon per amount; the unit says which amount a bill has to give.
    public var factor: PartFactor
    /// Energy of one piece of a battery, by which its replacements are counted.
    public var energyWh: Estimate<WattHours>?
    /// How many years a battery keeps, unused.
    public var shelfLifeYears: Estimate<Ratio>?
  }

  public var sources: [String: Source]
  /// Silicon: dies and their packages.
  public var silicon: SiliconProcess
  /// A bare printed circuit board, per area.
  public var board: Estimate<GramsCO2ePer<SquareMillimetres>>
  /// What each of its copper layers adds, per area.
  public var boardPerLayer: Estimate<GramsCO2ePer<SquareMillimetres>>
  public var parts: [Entry]

  /// The library that is built in.
  public static let standard = embedded("parts", as: PartLibrary.self)

  /// The entry of a name.
  public func entry(_ id: String) -> Entry? { parts.first { $0.id == id } }
}

/// Carbon per amount of a part.
public struct PartFactor: Codable, Sendable {
  /// What an amount is of; the raw value is the factor's unit.
  public enum Unit: String, Codable, Sendable {
    case area = "gCO2e/mm2"
    case mass = "gCO2e/g"
    case capacity = "gCO2e/GB"
    case energy = "gCO2e/Wh"
    case length = "gCO2e/m"
    case power = "gCO2e/W"
    case freight = "gCO2e/kg.km"
    case pieces = "gCO2e/count"
  }

  public var unit: Unit
  public var value, low, high: Double
  public var basis: Basis
  public var sources: [String]

  /// The key of a bill that gives the amount.
  public var amountKey: String {
    switch unit {
    case .area: "areaMm2"
    case .mass: "massG"
    case .capacity: "capacityGB"
    case .energy: "energyWh"
    case .length: "lengthM"
    case .power: "powerW"
    case .freight: "massG and distanceKm"
    case .pieces: "count"
    }
  }

  /// Carbon of the amount that a line of a bill gives; nil when it gives none.
  func carbon(of part: Part) -> CarbonMass? {
    switch unit {
    case .area: product(part.areaMm2?.estimate(SquareMillimetres.self))
    case .mass: product(part.massG?.estimate(Grams.self))
    case .capacity: product(part.capacityGB?.estimate(Gigabytes.self))
    case .energy: product(part.energyWh?.estimate(WattHours.self))
    case .length: product(part.lengthM?.estimate(Metres.self))
    case .power: product(part.powerW?.estimate(Watts.self))
    case .freight:
      if let mass = part.massG, let distance = part.distanceKm {
        product(mass.estimate(Grams.self) * distance.estimate(Kilometres.self))
      } else {
        nil
      }
    case .pieces: product(Estimate<Pieces>(exactly: 1, basis: .datasheet))
    }
  }

  private func product<Amount>(_ amount: Estimate<Amount>?) -> CarbonMass? {
    amount.map {
      $0
        * Estimate<GramsCO2ePer<Amount>>(
          value, low: low, high: high, basis: basis, sources: sources)
    }
  }
}
