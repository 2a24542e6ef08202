import Quantities

/// An SPDX 3.0.1 document with the energy fields of its AI profile.
///
/// SPDX has no field for carbon; it stands in the comment of the energy. The AI profile's conformance
/// is not claimed: it asks for a supplier, a version and a release, which a model file does not state.
package struct SPDXReport: Encodable {
  enum CodingKeys: String, CodingKey {
    case context = "@context"
    case graph = "@graph"
  }

  var context = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
  var graph: [Element]

  /// An element of the graph; keys that it has not are left out.
  struct Element: Encodable {
    enum CodingKeys: String, CodingKey {
      case type, spdxId, creationInfo, name, comment, created, createdBy, createdUsing, specVersion
      case identifier = "@id"
      case rootElement, element, profileConformance
      case primaryPurpose = "software_primaryPurpose"
      case energyConsumption = "ai_energyConsumption"
    }

    var type: String
    var identifier: String?
    var spdxId: String?
    var creationInfo: String?
    var name: String?
    var comment: String?
    var created: String?
    var createdBy: [String]?
    var createdUsing: [String]?
    var specVersion: String?
    var rootElement: [String]?
    var element: [String]?
    var profileConformance: [String]?
    var primaryPurpose: String?
    var energyConsumption: EnergyConsumption?
  }

  struct EnergyConsumption: Encodable {
    enum CodingKeys: String, CodingKey {
      case type
      case inference = "ai_inferenceEnergyConsumption"
    }

    var type = "ai_EnergyConsumption"
    var inference: [EnergyDescription]
  }

  struct EnergyDescription: Encodable {
    enum CodingKeys: String, CodingKey {
      case type
      case quantity = "ai_energyQuantity"
      case unit = "ai_energyUnit"
    }

    var type = "ai_EnergyConsumptionDescription"
    /// A decimal in text without an exponent, as the schema asks.
    var quantity: String
    var unit = "kilowattHour"
  }

  init(_ report: FootprintReport) {
    let base = "urn:uuid:\(report.identifier)#"
    let creation = "_:creation"
    var info = Element(type: "CreationInfo", identifier: creation)
    info.specVersion = "3.0.1"
    info.created = ReportClock.timestamp
    info.createdBy = [base + "agent"]
    info.createdUsing = [base + "tool"]
    func element(_ type: String, _ id: String, _ name: String) -> Element {
      Element(type: type, spdxId: base + id, creationInfo: creation, name: name)
    }
    let agent = element("SoftwareAgent", "agent", report.tool.name)
    let tool = element("Tool", "tool", "\(report.tool.name) \(report.tool.version)")
    var model = element("ai_AIPackage", "model", report.model.path)
    model.primaryPurpose = "model"
    model.energyConsumption = EnergyConsumption(
      inference: [
        EnergyDescription(quantity: plainDecimal(report.perInference.sci.kilowattHoursPerInference))
      ])
    model.comment = Self.comment(report)
    var document = element("SpdxDocument", "document", "Energy of \(report.model.path)")
    document.rootElement = [base + "model"]
    document.element = [base + "agent", base + "tool", base + "model"]
    document.profileConformance = ["core", "software"]
    graph = [info, agent, tool, model, document]
  }

  private static func comment(_ report: FootprintReport) -> String {
    func grams(_ name: String, _ value: Double?) -> String {
      "\(name) \(value.map { "\($0) gCO2e" } ?? "unknown")"
    }
    return
      "One \(report.request.unitWithRequest) on \(report.device.title), \(report.device.runtimeAndRelease): "
      + [
        grams("operational", report.perInference.operational.value?.value),
        grams("embodied", report.perInference.embodied.value?.value),
        grams("the whole product", report.embodied.value?.value),
        grams("of it unlisted production", report.unlistedProduction?.value),
      ].joined(separator: ", ")
      + functionalUnit(report)
      + "; grid: \(report.electricity.name)"
      + (report.electricity.kind == nil ? "" : ", \(report.electricity.intensityAndKind)")
      + "; attribution \(report.perInference.attribution); energy of: \(report.energyBoundary)"
  }

  private static func functionalUnit(_ report: FootprintReport) -> String {
    let sci = report.perInference.sci
    guard let amount = sci.amountPerInference, let score = sci.score.value?.value else { return "" }
    return "; \(report.request.oneUnit) is \(amount), each \(score) gCO2e"
  }
}
