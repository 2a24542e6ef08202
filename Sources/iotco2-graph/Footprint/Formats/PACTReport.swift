import Carbon
import Quantities

/// A product footprint of the Partnership for Carbon Transparency, version 3: the device from cradle
/// to gate, as companies pass it on.
struct PACTReport: Encodable {
  var id: String
  var specVersion = "3.0.0"
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
    var ipccCharacterizationFactors = ["AR6"]
    var crossSectoralStandards = ["ISO14040-44"]
    var exemptedEmissionsPercent = "0"
    var boundaryProcessesDescription: String
    var uncertaintyAssessmentDescription: String
  }

  /// The carbon in a mass of plastic: 0.76 in polycarbonate to 0.85 in ABS, by their formulas.
  private static let carbonInPlastic = 0.8

  init(
    _ report: FootprintReport, _ footprint: Footprint, _ company: String?, _ identifier: String?
  ) throws(CommandFailure) {
    guard let company, let identifier else {
      throw CommandFailure(
        code: .badInput,
        message: "--format pact needs --company and --company-id, who answers for the product")
    }
    guard !company.isEmpty, identifier.lowercased().hasPrefix("urn:") else {
      throw CommandFailure(
        code: .badInput, message: "--company-id '\(identifier)', expected a URN: urn:...")
    }
    guard let product = footprint.inputs.product, let embodied = footprint.inputs.embodied,
      let production = embodied.carbon(of: .production), embodied.problems.isEmpty
    else {
      throw CommandFailure(
        code: .badInput, message: "--format pact needs a product all of whose parts are known")
    }
    guard let mass = product.mass else {
      throw CommandFailure(
        code: .badInput,
        message: "--format pact needs the mass of '\(product.name)': massG of the product")
    }
    id = report.identifier
    created = ReportClock.timestamp
    companyName = company
    companyIds = [identifier]
    productDescription = product.title
    productIds = ["urn:pact:iotco2-graph:product-id:\(product.name)"]
    productNameCompany = product.title
    comment =
      "Predicted by \(report.tool.name) \(report.tool.version) "
      + FootprintReport.methodTitle(report.product?.method)
      + "; no uptake of carbon by plants is counted, so both sums are the same"
    let plastic = embodied.items.compactMap { item in
      ["casing-plastic", "casing-recycled-plastic"].contains(item.part?.part ?? "")
        ? item.part?.massG.map { $0.value * (item.part?.count?.value ?? 1) } : nil
    }.reduce(0, +)
    let kilograms = Self.decimal(production.value / 1000)
    let year = footprint.inputs.deployment.firstYear
    pcf = CarbonFootprint(
      productMassPerDeclaredUnit: Self.decimal(mass / 1000),
      referencePeriodStart: "\(year)-01-01T00:00:00Z",
      referencePeriodEnd: "\(year)-12-31T23:59:59Z",
      pcfExcludingBiogenicUptake: kilograms, pcfIncludingBiogenicUptake: kilograms,
      fossilGhgEmissions: kilograms,
      fossilCarbonContent: Self.decimal(plastic / 1000 * Self.carbonInPlastic),
      boundaryProcessesDescription:
        "Cradle to gate: "
        + embodied.byBlock.filter { $0.block.stage == .production }
        .map(\.block.title).joined(separator: ", "),
      uncertaintyAssessmentDescription:
        "90 % interval \(Self.decimal(production.low / 1000)) to "
        + "\(Self.decimal(production.high / 1000)) kgCO2e")
  }

  /// A decimal without an exponent, to the milligram.
  private static func decimal(_ number: Double) -> String { fixed(number, decimals: 6) }
}
