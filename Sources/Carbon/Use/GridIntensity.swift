import Documents
package import Quantities

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
  /// All regions, sorted by code.
  package let regions: [GridRegion]
  /// Data sets by the identifiers that regions name.
  package let sources: [String: Source]

  struct Table: Decodable, Sendable {
    var sources: [String: Source]
    var regions: [GridRegion]
  }

  private static let embeddedTable: Table = {
    var table = embedded("Data/grid", as: Table.self)
    table.regions.sort { $0.code < $1.code }
    return table
  }()

  /// The embedded table, which is read once.
  package init() {
    regions = Self.embeddedTable.regions
    sources = Self.embeddedTable.sources
  }

  /// The region of a code in either form, whatever its case.
  /// - Throws: `Problem` with similar codes.
  package func region(_ code: String) throws(Problem) -> GridRegion {
    let wanted = code.uppercased()
    if let region = regions.first(where: { $0.code == wanted || $0.alias == wanted }) {
      return region
    }
    throw Problem(
      "region '\(code)' is not known"
        + Suggestion.text(for: wanted, among: regions.map(\.code)))
  }

  /// Means of years gone by, of countries that have them, oldest first; empty otherwise.
  package func history(of region: GridRegion) -> [(year: Int, gramsPerKilowattHour: Double)] {
    let history = GridHistory.embeddedTable
    return (history.grams[region.code] ?? []).enumerated().compactMap { index, grams in
      grams.map { (history.from + index, $0) }
    }
  }
}

/// Yearly means of the same data set; a file of its own, since few questions need it.
struct GridHistory: Decodable, Sendable {
  var source: String
  /// The first year.
  var from: Int
  /// By code, a value a year; null where there is none.
  var grams: [String: [Double?]]

  static let embeddedTable = embedded("Data/grid_history", as: GridHistory.self)
}
