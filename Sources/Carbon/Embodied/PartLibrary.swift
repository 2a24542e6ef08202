import Documents
package import Quantities
import Synchronization

/// The library of parts: what making one amount of each emits.
///
/// `docs/method/embodied.md` says how each factor was chosen.
package struct PartLibrary: Encodable, Sendable {
  /// A part, material or step that a bill of materials can name.
  package struct Entry: Codable, Sendable {
    /// The name in bills: `casing-steel`.
    package var id: String
    package var title: String
    package var block: FunctionalBlock
    /// Carbon per amount; the unit says which amount a bill has to give.
    package var factor: PartFactor
    /// Energy of one piece of a battery, by which its replacements are counted.
    package var energyWh: Estimate<WattHours>?
    /// How many years a battery keeps, unused.
    package var shelfLifeYears: Estimate<Ratio>?
  }

  package let sources: [String: Source]
  /// The years of those sources that state one.
  let sourceYears: [String: Int]
  /// Silicon: dies and their packages.
  package let silicon: SiliconProcess
  /// A bare printed circuit board, per area.
  package let board: Estimate<GramsCO2ePer<SquareMillimetres>>
  /// What each of its copper layers adds, per area.
  package let boardPerLayer: Estimate<GramsCO2ePer<SquareMillimetres>>
  private let entries: Entries

  /// The library that is built in.
  package static let standard = PartLibrary(embedded("Data/parts"))

  private init(_ file: EmbeddedJSON) {
    func value<Content: Decodable>(_ key: String) -> Content {
      guard let value = file[key] else { preconditionFailure("the part library has no \(key)") }
      return value.decoded()
    }
    sources = value("sources")
    sourceYears = value("sourceYears")
    silicon = value("silicon")
    board = value("board")
    boardPerLayer = value("boardPerLayer")
    entries = Entries(file["parts"]?.elements ?? [])
  }

  /// All entries, in the order of the file.
  package var parts: [Entry] { entries.all }

  /// How many entries there are.
  package var count: Int { entries.count }

  /// The entry of a name.
  package func entry(_ id: String) -> Entry? { entries[id] }

  /// Whether there is an entry of a name.
  package func hasEntry(_ id: String) -> Bool { entries.contains(id) }

  private enum CodingKeys: CodingKey { case sources, silicon, board, boardPerLayer, parts }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sources, forKey: .sources)
    try container.encode(silicon, forKey: .silicon)
    try container.encode(board, forKey: .board)
    try container.encode(boardPerLayer, forKey: .boardPerLayer)
    try container.encode(parts, forKey: .parts)
  }
}

/// Entries of the library, each decoded when it is first asked for: a product has a dozen of them.
private final class Entries: Sendable {
  private let names: [String]
  private let values: [String: EmbeddedJSON]
  private let decoded = Mutex<[String: PartLibrary.Entry]>([:])

  init(_ elements: [EmbeddedJSON]) {
    names = elements.compactMap { $0["id"]?.text }
    values = Dictionary(zip(names, elements)) { first, _ in first }
  }

  var count: Int { names.count }

  var all: [PartLibrary.Entry] { names.compactMap { self[$0] } }

  func contains(_ name: String) -> Bool { values[name] != nil }

  subscript(name: String) -> PartLibrary.Entry? {
    guard let value = values[name] else { return nil }
    return decoded.withLock { decoded in
      if let entry = decoded[name] { return entry }
      let entry: PartLibrary.Entry = value.decoded()
      decoded[name] = entry
      return entry
    }
  }
}

/// Carbon per amount of a part.
package struct PartFactor: Codable, Sendable {
  /// What an amount is of; the raw value is the factor's unit.
  package enum Unit: String, Codable, Sendable, CaseIterable {
    case area = "gCO2e/mm2"
    case mass = "gCO2e/g"
    case capacity = "gCO2e/GB"
    case energy = "gCO2e/Wh"
    case length = "gCO2e/m"
    case power = "gCO2e/W"
    case freight = "gCO2e/kg.km"
    case pieces = "gCO2e/count"
  }

  package var unit: Unit
  package var value, low, high: Double
  package var provenance: Provenance
  package var sources: [String]

  /// The key of a bill that gives the amount.
  package var amountKey: String {
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
    case .pieces: product(Estimate<Pieces>(exactly: 1, provenance: .datasheet))
    }
  }

  private func product<Amount>(_ amount: Estimate<Amount>?) -> CarbonMass? {
    amount.map {
      $0
        * Estimate<GramsCO2ePer<Amount>>(
          value, low: low, high: high, provenance: provenance, sources: sources)
    }
  }
}
