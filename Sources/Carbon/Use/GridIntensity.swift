import Documents
package import Quantities
import Synchronization

/// What an intensity says: the mean of all generation, or what a change of load starts or stops.
package enum IntensityKind: String, Choice, Sendable { case average, marginal }

/// The carbon intensity of a region's electricity.
package struct GridRegion: Codable, Sendable {
  /// ISO 3166 code of a country (`DE`) or a part of one (`US-CA`), a bidding zone, or `WORLD`.
  package var code: String
  /// The three-letter code of a country.
  package var alias: String?
  package var name: String
  /// Mean of the year in gCO2e per kWh.
  package var gramsPerKilowattHour: Double
  package var year: Int
  /// Identifier of the source.
  package var source: String

  /// The intensity with its interval.
  ///
  /// No source states an error; ±10 % is assumed, about the spread of yearly means between the
  /// data sets that cover one country (Ember, eGRID, national agencies).
  package var intensity: CarbonIntensity { Self.intensity(gramsPerKilowattHour, source: source) }

  static func intensity(_ grams: Double, source: String) -> CarbonIntensity {
    CarbonIntensity(
      grams, low: 0.9 * grams, high: 1.1 * grams, provenance: .literature, sources: [source])
  }
}

/// The table of carbon intensities that this library carries.
package struct GridIntensity: Sendable {
  private static let file = embedded("Data/grid")
  private static let all: [GridRegion] = (file["regions"]?.decoded() ?? []).sorted {
    $0.code < $1.code
  }
  private static let allSources: [String: Source] = file["sources"]?.decoded() ?? [:]

  /// The embedded table.
  package init() {}

  /// All regions, sorted by code.
  package var regions: [GridRegion] { Self.all }

  /// How many regions there are.
  package var count: Int { Self.file["regions"]?.elements.count ?? 0 }

  /// The newest year that a region has.
  package var newestYear: Int {
    Self.file["regions"]?.elements.compactMap { $0["year"]?.integer }.max() ?? 0
  }

  /// Data sets by the identifiers that regions name.
  package var sources: [String: Source] { Self.allSources }

  /// The region of a code in either form, or of a name, whatever its case.
  ///
  /// It is decoded alone, since one region is all that most questions need.
  /// - Throws: `Problem` with similar codes and names.
  package func region(_ name: String) throws(Problem) -> GridRegion {
    // Each of a product's parts may name one.
    let known = Self.found.withLock { $0[name] }
    let result = known ?? Result { () throws(Problem) in try look(for: name) }
    if known == nil { Self.found.withLock { $0[name] = result } }
    return try result.get()
  }

  private static let found = Mutex<[String: Result<GridRegion, Problem>]>([:])

  private func look(for name: String) throws(Problem) -> GridRegion {
    let code = name.uppercased()
    let wanted = Self.otherNames[code] ?? code
    let region = Self.file["regions"]?.elements.first {
      $0["code"]?.isText(wanted) ?? false || $0["alias"]?.isText(wanted) ?? false
    }
    if let region { return region.decoded() }
    let letters = Suggestion.letters(name)
    let named = regions.filter { Suggestion.letters($0.name) == letters }
    if let only = named.first, named.count == 1 { return only }
    throw Problem(
      named.isEmpty ? "region '\(name)' is not known" : "'\(name)' is the name of several regions",
      expected: "a code or a name from 'iotco2-graph regions'",
      suggestions: named.isEmpty ? Self.nearest(to: name) : named.map(\.code))
  }

  /// What people call regions besides their codes and names.
  private static let otherNames = [
    "UK": "GB", "GREAT BRITAIN": "GB", "EU27": "EU", "EU-27": "EU", "EUROPE": "EU",
    "EUROPEAN UNION": "EU", "GLOBAL": "WORLD", "SOUTH KOREA": "KR", "CZECH REPUBLIC": "CZ",
  ]

  /// Names and codes near one that is not known, at most three; two letters are like too many codes.
  private static func nearest(to name: String) -> [String] {
    name.count < 3 ? [] : Suggestion.nearest(to: name, among: all.map(\.name) + all.map(\.code))
  }

  /// Means of years gone by, of countries that have them, oldest first; empty otherwise.
  package func history(of region: GridRegion) -> [(year: Int, gramsPerKilowattHour: Double)] {
    // By code, a value a year; null where there is none.
    let history = embedded("Data/grid_history")
    let means: [Double?] = history["grams"]?[region.code]?.decoded() ?? []
    guard let first: Int = history["from"]?.decoded() else { return [] }
    return means.enumerated().compactMap { index, grams in grams.map { (first + index, $0) } }
  }
}
