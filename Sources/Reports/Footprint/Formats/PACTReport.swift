import Carbon
import Quantities

/// A product footprint of the Partnership for Carbon Transparency, version 3: the device from cradle
/// to gate, as companies pass it on.
package struct PACTReport: Encodable {
  var id: String
  var specVersion = "3.0.3"
  var created: String
  var status = "Active"
  var companyName: String
  var companyIds: [String]
  var productDescription: String
  var productIds: [String]
  var productNameCompany: String
  var comment: String
  var pcf: CarbonFootprint

  /// Amounts are decimals in text, of kilograms, for one piece.
  struct CarbonFootprint: Encodable {
    var declaredUnitOfMeasurement = "piece"
    var declaredUnitAmount = "1"
    var productMassPerDeclaredUnit: String
    var referencePeriodStart, referencePeriodEnd: String
    var pcfExcludingBiogenicUptake: String
    var pcfIncludingBiogenicUptake: String
    var fossilGhgEmissions: String
    var fossilCarbonContent: String
    /// The studies behind the factors are of many years and so of several reports of the IPCC.
    var ipccCharacterizationFactors = ["AR4", "AR5", "AR6"]
    var crossSectoralStandards: [String]
    var exemptedEmissionsPercent = "0"
    var packagingEmissionsIncluded: Bool
    var packagingGhgEmissions: String?
    var ccsTechnologicalCO2CaptureIncluded = false
    var allocationRulesDescription = "none: the product is one piece, and all of it is counted"
    var secondaryEmissionFactorSources: [FactorSource]?
    /// Nil for a published footprint, whose share is not known.
    var primaryDataShare: String?
    /// Nil where nothing is emitted, which has no mean.
    var dqi: Indicators?
    var boundaryProcessesDescription: String
    var uncertaintyAssessmentDescription: String
  }

  /// Ratings of the data, decimals in text from 1, the best, to 5.
  struct Indicators: Encodable {
    var technologicalDQR, temporalDQR, geographicalDQR: String

    init(_ quality: DataQuality) {
      technologicalDQR = fixed(quality.technological, decimals: 2)
      temporalDQR = fixed(quality.temporal, decimals: 2)
      geographicalDQR = fixed(quality.geographical, decimals: 2)
    }
  }

  /// A collection of emission factors.
  struct FactorSource: Encodable {
    var name, version: String
  }

  /// The carbon in a mass of plastic: 0.76 in polycarbonate to 0.85 in ABS, by their formulas.
  private static let carbonInPlastic = 0.8

  private static let standards = [
    "ISO14067", "ISO14083", "ISO14040-44", "GHGP-Product", "PEF", "PACT-1.0", "PACT-2.0",
    "PACT-3.0",
  ]

  init(
    _ report: FootprintReport, _ footprint: Footprint, _ publisher: FootprintDocument.Publisher
  ) throws(Problem) {
    guard let company = publisher.company, let identifier = publisher.identifier,
      let standard = publisher.standard
    else {
      throw Problem(
        "PACT needs the company responsible for the product, and its standard",
        expected: "a company, its identifier and a standard")
    }
    let parts = identifier.split(separator: ":")
    guard !company.isEmpty, parts.count >= 3, parts[0].lowercased() == "urn" else {
      throw Problem("company identifier '\(identifier)'", expected: "a URN: urn:...:...")
    }
    guard Self.standards.contains(standard) else {
      throw Problem(
        "standard '\(standard)'", expected: "one of: " + Self.standards.joined(separator: ", "))
    }
    guard let product = footprint.inputs.product, let embodied = footprint.inputs.embodied,
      let production = embodied.carbon(of: .production), embodied.problems.isEmpty
    else {
      throw Problem("PACT needs a product all of whose parts are known")
    }
    guard let mass = product.mass, mass >= 1e-3 else {
      throw Problem("PACT needs the mass of '\(product.name)': massG of the product")
    }
    id = report.identifier
    created = ReportClock.timestamp
    companyName = company
    companyIds = [identifier]
    productDescription = product.title
    let name = product.name.unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789.-_".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    productIds = ["urn:pact:iotco2-graph:product-id:\(String(name))"]
    productNameCompany = product.title
    comment =
      "Predicted by \(report.tool.name) \(report.tool.version) "
      + FootprintReport.methodTitle(report.product?.method)
      + "; no biogenic uptake is counted, so both totals are the same" + Self.electricity(report)
    let packaging = EmbodiedCarbon.sum(embodied.items.filter { $0.block == .packaging })
    let isPublished = embodied.method == .published
    let kilograms = Self.decimal(production.value / 1000)
    let year = footprint.inputs.deployment.firstYear
    pcf = CarbonFootprint(
      productMassPerDeclaredUnit: Self.decimal(mass / 1000),
      referencePeriodStart: "\(year)-01-01T00:00:00Z",
      referencePeriodEnd: "\(year)-12-31T23:59:59Z",
      pcfExcludingBiogenicUptake: kilograms, pcfIncludingBiogenicUptake: kilograms,
      fossilGhgEmissions: kilograms,
      fossilCarbonContent: Self.decimal(embodied.plasticG / 1000 * Self.carbonInPlastic),
      crossSectoralStandards: [standard],
      packagingEmissionsIncluded: packaging != nil,
      packagingGhgEmissions: packaging.map { Self.decimal($0.value / 1000) },
      secondaryEmissionFactorSources: isPublished
        ? nil
        : [FactorSource(name: "\(report.tool.name) part library", version: report.tool.version)],
      // Nothing in it is the company's own measurement.
      primaryDataShare: isPublished ? nil : "0",
      dqi: embodied.quality(of: .production, in: year).map(Indicators.init),
      boundaryProcessesDescription:
        "Cradle to gate: "
        + embodied.byBlock.filter { $0.block.stage == .production }
        .map(\.block.title).joined(separator: ", "),
      uncertaintyAssessmentDescription:
        "90 % interval \(Self.decimal(production.low / 1000)) to "
        + "\(Self.decimal(production.high / 1000)) kgCO2e")
  }

  /// Which kind of mean the electricity behind the numbers has.
  private static func electricity(_ report: FootprintReport) -> String {
    let use =
      report.electricity.kind == IntensityKind.marginal.rawValue
      ? "; the use phase, which the deployment states at a marginal intensity, is not in it" : ""
    guard report.product?.method != EmbodiedCarbon.Method.published.rawValue else { return use }
    return "; electricity of factories at average intensities" + use
  }

  /// A decimal without an exponent, to the milligram.
  private static func decimal(_ number: Double) -> String { fixed(number, decimals: 6) }
}
