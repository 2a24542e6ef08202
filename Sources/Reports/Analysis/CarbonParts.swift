import Carbon
import Quantities

/// Software Carbon Intensity, ISO/IEC 21031:2024: SCI = (E * I + M) per R.
struct SCIPart: Encodable {
  /// Nil while something of it is unknown.
  var score: Nullable<CarbonMass>
  /// E: energy of one functional unit from supply, in kilowatt-hours and with its interval.
  var energyKilowattHours: Double
  var energy: Energy
  /// I: carbon intensity of that energy in gCO2e/kWh.
  var intensity: Double
  /// M: embodied carbon allocated to one functional unit, in gCO2e.
  var embodied: Nullable<Double>
  /// R.
  var functionalUnit: String
  /// How many of them one inference does.
  var unitsPerInference: Double
  /// Whether it is stated of something else than a run of the model.
  let hasOwnUnit: Bool
  /// How texts name R, one of it and several.
  let unitTitle, unitPlural: String

  private enum CodingKeys: CodingKey {
    case score, energyKilowattHours, energy, intensity, embodied, functionalUnit, unitsPerInference
  }

  /// - Parameter request: The text that an inference stands for: it makes so many tokens, unless the deployment says otherwise.
  init(_ footprint: Footprint, _ request: RequestPart?) {
    let unit = footprint.inputs.deployment.functionalUnit ?? .inference
    let tokens = unit.name == .token ? request?.allTokens : nil
    unitsPerInference = unit.perInference ?? tokens ?? 1
    hasOwnUnit = unit.name != .inference
    unitTitle = hasOwnUnit ? unit.name.title : request.unit
    unitPlural = hasOwnUnit ? unit.name.plural : request.units
    functionalUnit = "one \(hasOwnUnit ? unit.name.title : request.unitWithRequest)"
    let each = 1 / unitsPerInference
    score = Nullable(footprint.total?.scaled(by: each))
    intensity = footprint.use.meanIntensity.value
    // By the rule, waiting counts too; E * I is the operational carbon.
    energy = (footprint.energy ?? footprint.ownEnergy).scaled(by: each)
    energyKilowattHours = energy.value / 3.6e6
    embodied = Nullable(footprint.embodied.map { $0.value * each })
  }

  /// How many of R an inference does, as `2 seconds of audio`; nil where R is a run of the model.
  var amountPerInference: String? {
    guard hasOwnUnit else { return nil }
    return "\(shortest(unitsPerInference)) \(unitsPerInference == 1 ? unitTitle : unitPlural)"
  }

  /// Energy of one inference from supply, in kilowatt-hours.
  var kilowattHoursPerInference: Double { energyKilowattHours * unitsPerInference }
}

/// One item of a product with its carbon.
struct EmbodiedPart: Encodable {
  var name: String
  /// The entry of the part library.
  var part: String?
  var block: String
  var stage: String
  /// Provenance.
  var method: String
  var carbon: Nullable<CarbonMass>
  /// Ratings of the data behind it, 1 to 5; nil where no year of use is known.
  var dataQuality: DataQuality?

  /// - Parameter year: The first year of use, that ratings of the data are for.
  static func all(_ embodied: EmbodiedCarbon?, in year: Int? = nil) -> [EmbodiedPart] {
    (embodied?.items ?? []).map { item in
      EmbodiedPart(
        name: printable(item.name), part: item.part?.part.rawValue, block: item.block.rawValue,
        stage: item.block.stage.rawValue, method: item.method.rawValue,
        carbon: Nullable(item.carbon),
        dataQuality: year.flatMap { embodied?.quality(of: item, in: $0) })
    }
  }
}
