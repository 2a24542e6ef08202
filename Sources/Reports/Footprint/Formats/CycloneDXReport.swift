import Carbon
import Quantities

/// A machine-learning bill of materials, CycloneDX 1.7.
///
/// Its environmental considerations know kilowatt-hours and tonnes of CO2 equivalent only; what they
/// have no place for, embodied carbon and intervals, stands in properties.
package struct CycloneDXReport: Encodable {
  var bomFormat = "CycloneDX"
  var specVersion = "1.7"
  var serialNumber: String
  var version = 1
  var metadata: Metadata
  var components: [Component]

  struct Metadata: Encodable {
    var timestamp: String
    var tools: Tools
  }

  struct Tools: Encodable {
    var components: [Component]
  }

  struct Component: Encodable {
    enum CodingKeys: String, CodingKey {
      case type, name, version, description, modelCard
      case reference = "bom-ref"
    }

    var type: String
    var reference: String?
    var name: String
    var version: String?
    var description: String?
    var modelCard: ModelCard?
  }

  struct ModelCard: Encodable {
    var considerations: Considerations
  }

  struct Considerations: Encodable {
    var environmentalConsiderations: Environmental
  }

  struct Environmental: Encodable {
    var energyConsumptions: [EnergyConsumption]
    var properties: [Property]
  }

  struct EnergyConsumption: Encodable {
    var activity = "inference"
    var energyProviders: [EnergyProvider]
    var activityEnergyCost: Measure
    var co2CostEquivalent: Measure?
  }

  struct EnergyProvider: Encodable {
    var description: String
    var organization: Organization
    var energySource: String
    var energyProvided: Measure
  }

  struct Organization: Encodable {
    var name: String
  }

  struct Measure: Encodable {
    var value: Double
    var unit: String
  }

  struct Property: Encodable {
    var name, value: String
  }

  init(_ report: FootprintReport) {
    serialNumber = "urn:uuid:\(report.identifier)"
    metadata = Metadata(
      timestamp: ReportClock.timestamp,
      tools: Tools(components: [
        Component(type: "application", name: report.tool.name, version: report.tool.version)
      ]))
    let energy = Measure(value: report.perInference.sci.kilowattHoursPerInference, unit: "kWh")
    let consumption = EnergyConsumption(
      energyProviders: [Self.provider(report, energy)], activityEnergyCost: energy,
      co2CostEquivalent: report.perInference.operational.value.map {
        Measure(value: $0.value / 1e6, unit: "tCO2eq")
      })
    let card = ModelCard(
      considerations: Considerations(
        environmentalConsiderations: Environmental(
          energyConsumptions: [consumption], properties: Self.properties(report))))
    components = [
      Component(
        type: "machine-learning-model", reference: "model", name: report.model.path,
        description:
          "\(report.model.format) model, one \(report.request.unitWithRequest) on \(report.device.title)",
        modelCard: card)
    ]
  }

  private static func provider(_ report: FootprintReport, _ energy: Measure) -> EnergyProvider {
    let (name, source) =
      switch report.deployment.power?.kind ?? .mains {
      case .mains, .rechargeable: ("Electricity grid: \(report.electricity.name)", "other")
      case .primary: ("Non-rechargeable batteries of the device", "other")
      case .solar: ("Solar panel of the device", "solar")
      }
    let intensity = report.electricity.intensity
    return EnergyProvider(
      description: ["\(intensity.value) gCO2e/kWh", report.electricity.kind]
        .compactMap(\.self).joined(separator: ", ") + ", \(intensity.provenance.rawValue)",
      organization: Organization(name: name), energySource: source, energyProvided: energy)
  }

  private static func properties(_ report: FootprintReport) -> [Property] {
    var properties: [Property] = []
    func add<U>(_ name: String, _ estimate: Estimate<U>?) {
      guard let estimate else { return }
      for (end, value) in [
        ("value", estimate.value), ("low", estimate.low), ("high", estimate.upperEnd),
      ] {
        guard let value else { continue }
        properties.append(Property(name: "iotco2-graph:\(name):\(end)", value: "\(value)"))
      }
      properties.append(Property(name: "iotco2-graph:\(name):unit", value: U.symbol))
      properties.append(
        Property(name: "iotco2-graph:\(name):provenance", value: estimate.provenance.rawValue))
    }
    let unit = report.request == nil ? "Inference" : "Generation"
    add("operationalPer\(unit)", report.perInference.operational.value)
    add("embodiedPer\(unit)", report.perInference.embodied.value)
    add("totalPer\(unit)", report.perInference.total.value)
    if let perToken = report.perToken {
      add("operationalPerToken", perToken.operational.value)
      add("totalPerToken", perToken.total.value)
    }
    if let request = report.request {
      properties.append(Property(name: "iotco2-graph:request", value: request.text))
    }
    add("score", report.perInference.sci.score.value)
    add("embodiedDevice", report.embodied.value)
    add("unlistedProduction", report.unlistedProduction)
    add("life", report.life?.total.value)
    add("batteryDays", report.life?.batteryDays)
    properties += [
      Property(name: "iotco2-graph:attribution", value: report.perInference.attribution),
      Property(name: "iotco2-graph:device", value: report.device.name),
      Property(name: "iotco2-graph:runtime", value: report.device.runtimeAndRelease),
      Property(name: "iotco2-graph:energyBoundary", value: report.energyBoundary),
      Property(
        name: "iotco2-graph:functionalUnit", value: report.perInference.sci.functionalUnit),
      Property(
        name: "iotco2-graph:unitsPerInference",
        value: "\(report.perInference.sci.unitsPerInference)"
      ),
    ]
    if let kind = report.electricity.kind {
      properties.append(Property(name: "iotco2-graph:gridIntensityKind", value: kind))
    }
    return properties
  }
}
