import Assessment
import DeviceProfiles
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// The report of `footprint`: carbon per inference and over the device's lifetime, and its inputs.
package struct FootprintReport: Encodable {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var model: ModelPart
  /// The text that the numbers of an inference are of; nil where they are of one.
  var request: RequestPart?
  /// What each token takes in the mean; nil where no text is generated.
  var perToken: TokenPart?
  var device: DevicePart
  var product: ProductPart?
  var deployment: Deployment
  var electricity: ElectricityPart
  var perInference: InferencePart
  /// Nil when it is not stated how often the device works.
  var life: LifePart?
  var embodied: Nullable<CarbonMass>
  /// Of batteries that the product does not come with; absent without any.
  var replacements: CarbonMass?
  var blocks: [SharePart]
  var items: [EmbodiedPart]
  var breakEven: BreakEvenPart
  var whatIf: [WhatIfRow]?
  var sensitivity: SensitivityPart?
  var diagnostics: [AnalysisReport.DiagnosticPart]
  var sources: [String: Source]

  struct ModelPart: Encodable {
    var path: String
    var format: String
  }

  struct DevicePart: Encodable {
    var name, title, runtime, energyBoundary: String
    /// The release of the runtime that the rates are of.
    var release: String?

    /// The runtime as texts name it.
    var runtimeAndRelease: String { release.map { "\(runtime) \($0)" } ?? runtime }
  }

  struct ProductPart: Encodable {
    var name, title: String
    /// Whether it is the board of the device's profile, and not a product that was named.
    var isDevelopmentBoard: Bool
    /// The weakest provenance of its parts' carbon.
    var method: String?
    /// Mass in grams, as far as it is known.
    var massG: Double?
    /// What of its parts is plastic, in grams.
    var plasticG: Double
  }

  struct ElectricityPart: Encodable {
    var region: String?
    var name: String
    /// The mean over the years of use.
    var intensity: CarbonIntensity
    /// Whether it is an `average` or a `marginal` one; nil where that is not stated, and off the grid.
    var kind: String?
    var newestYear: Int?
    var licence: String?
    var supplyEfficiency: Estimate<Ratio>
    /// By how much the hours of use change the intensity, which has it in it; nil without a profile of hours.
    var hourlyFactor: Double?

    /// As texts state it: `330 gCO2e/kWh, average`.
    var intensityAndKind: String {
      "\(significant(intensity.value)) gCO2e/kWh" + (kind.map { ", \($0)" } ?? "")
    }
  }

  struct InferencePart: Encodable {
    var latency: Time
    /// Within the device's energy boundary.
    var energy: Energy
    /// What one inference answers for, as taken from the supply: the sum of `energyByPurpose`.
    var energyFromSupply: Nullable<Energy>
    /// Each energy times the grid intensity is its carbon; empty when the sum is not known.
    var energyByPurpose: [PurposePart]
    var operational, embodied, total: Nullable<CarbonMass>
    var sci: SCIPart
    /// The part of the product that is allocated to one inference.
    var share: Nullable<Estimate<Ratio>>
    var attribution: String
  }

  /// Of each token that is made, that of the prompt's reading included.
  struct TokenPart: Encodable {
    var energyFromSupply: Nullable<Energy>
    var operational, embodied, total: Nullable<CarbonMass>

    init(_ part: InferencePart, _ request: RequestPart) {
      func share<U>(_ estimate: Nullable<Estimate<U>>) -> Nullable<Estimate<U>> {
        Nullable(estimate.value?.scaled(by: 1 / request.allTokens))
      }
      energyFromSupply = share(part.energyFromSupply)
      operational = share(part.operational)
      embodied = share(part.embodied)
      total = share(part.total)
    }
  }

  struct SharePart: Encodable {
    var name: String
    var carbon: Nullable<CarbonMass>
    /// Of the whole, between 0 and 1.
    var share: Double?
  }

  struct LifePart: Encodable {
    var years: Double
    var inferences: Double
    var total, perYear: Nullable<CarbonMass>
    var stages: [SharePart]
    var energy: Energy
    var energyPerDay: [PurposePart]
    var yearly: [YearPart]
    var batterySets: Estimate<Ratio>?
    /// Days that a set of batteries, or a charge, lasts.
    var batteryDays: Estimate<Ratio>?
    var fleet: FleetPart?
  }

  struct PurposePart: Encodable {
    var purpose: UsePhase.Purpose
    var energy: Energy
    var carbon: CarbonMass

    init(_ term: UsePhase.Term, _ intensity: CarbonIntensity) {
      purpose = term.purpose
      energy = term.energy
      carbon = term.energy * intensity
    }
  }

  struct YearPart: Encodable {
    var year: Int
    var fraction: Double
    var intensity: CarbonIntensity
    var energy: Energy
    var carbon: CarbonMass
  }

  struct FleetPart: Encodable {
    var size: Int
    var total: Nullable<CarbonMass>
  }

  /// When operational carbon equals the embodied carbon of the device.
  struct BreakEvenPart: Encodable {
    /// After so many inferences, counting the energy of inferences alone; nil when never.
    var inferences: Double?
    /// After so many years of this use; nil when never or when the use is not known.
    var years: Double?
  }

  struct WhatIfRow: Encodable {
    var change: String
    var perInference: Nullable<CarbonMass>
    var life: Nullable<CarbonMass>
    /// Of the carbon of an inference, as a part of what it was; -0.2 is a fifth less.
    var relativeChange: Double?
    /// Why the change cannot be computed.
    var problem: String?
    /// Diagnostics of the changed case alone.
    var warnings: [String] = []
  }

  struct SensitivityPart: Encodable {
    var base: Double
    var unit = GramsCO2e.symbol
    var bars: [BarPart]
  }

  struct BarPart: Encodable {
    var input: String
    var from, to: Double
    var unit: String
    var carbonAtFrom, carbonAtTo: Double
    /// `interval` or `choice`.
    var kind: String
  }

  init(_ assessment: ModelAssessment, _ footprint: Footprint, _ estimate: InferenceEstimate) {
    let inputs = footprint.inputs
    model = ModelPart(path: printable(assessment.path), format: assessment.model.format.rawValue)
    let asked = RequestPart(assessment)
    request = asked
    device = DevicePart(
      name: printable(estimate.device.name), title: printable(estimate.device.title),
      runtime: estimate.runtime.name, energyBoundary: estimate.device.energyBoundary,
      release: estimate.runtime.release)
    product = inputs.product.map {
      ProductPart(
        name: printable($0.name), title: printable($0.title),
        isDevelopmentBoard: inputs.isDevelopmentBoard, method: inputs.embodied?.method?.rawValue,
        massG: $0.mass, plasticG: inputs.embodied?.plasticG ?? 0)
    }
    deployment = inputs.deployment
    let region = inputs.isOnGrid ? inputs.electricity.region : nil
    electricity = ElectricityPart(
      region: region?.code, name: inputs.isOnGrid ? inputs.electricity.name : "none",
      intensity: footprint.use.meanIntensity,
      kind: inputs.isOnGrid ? inputs.electricity.kind?.rawValue : nil,
      newestYear: inputs.isOnGrid ? inputs.electricity.year : nil,
      licence: region.flatMap { GridIntensity().sources[$0.source]?.licence },
      supplyEfficiency: footprint.efficiency,
      hourlyFactor: inputs.isOnGrid && inputs.deployment.hourlyProfile != nil
        ? inputs.electricity.hourly : nil)
    let each = InferencePart(
      latency: inputs.latency, energy: inputs.energy, energyFromSupply: Nullable(footprint.energy),
      energyByPurpose: (footprint.energyTerms ?? []).map {
        PurposePart($0, footprint.use.meanIntensity)
      },
      operational: Nullable(footprint.operational), embodied: Nullable(footprint.embodied),
      total: Nullable(footprint.total), sci: SCIPart(footprint, asked),
      share: Nullable(footprint.share),
      attribution: footprint.rule.rawValue)
    perInference = each
    perToken = asked.map { TokenPart(each, $0) }
    life = LifePart(footprint)
    let made = inputs.embodied?.total
    embodied = Nullable(made)
    replacements = footprint.use.replacements
    blocks = (inputs.embodied?.byBlock ?? []).map { block, carbon in
      SharePart(block.title, carbon, of: made)
    }
    items = EmbodiedPart.all(inputs.embodied, in: inputs.deployment.firstYear)
    breakEven = BreakEvenPart(footprint)
    diagnostics = AnalysisReport.DiagnosticPart.all(assessment.diagnostics)
    sources = assessment.citedSources
  }
}

extension FootprintReport {
  /// Where the energy of an inference ends: at the device's boundary or, where the deployment's power profile has
  /// it, at the profile's.
  var energyBoundary: String {
    guard let profile = deployment.powerProfile, deployment.rule != .activeTime else {
      return device.energyBoundary
    }
    return "whole device, power profile measured at the \(profile.boundary.rawValue)"
  }

  /// What the product's carbon has of production that lists of parts leave out.
  var unlistedProduction: CarbonMass? {
    items.first { $0.block == FunctionalBlock.unlisted.rawValue }?.carbon.value
  }
}

extension FootprintReport.SharePart {
  init(_ name: String, _ carbon: CarbonMass?, of whole: CarbonMass?) {
    self.name = name
    self.carbon = Nullable(carbon)
    if let carbon, let whole, whole.value > 0 { share = carbon.value / whole.value }
  }
}

extension FootprintReport.LifePart {
  fileprivate init?(_ footprint: Footprint) {
    guard let inferences = footprint.inferencesOfLife else { return nil }
    let deployment = footprint.inputs.deployment
    let cycle = footprint.lifeCycle
    years = deployment.years
    self.inferences = inferences
    total = Nullable(cycle.total)
    perYear = Nullable(cycle.total?.scaled(by: 1 / deployment.years))
    stages = cycle.stages.map {
      FootprintReport.SharePart($0.stage.title, $0.carbon, of: cycle.total)
    }
    energy = footprint.use.totalEnergy
    energyPerDay = footprint.use.energyPerDay.map {
      FootprintReport.PurposePart($0, footprint.use.meanIntensity)
    }
    yearly = footprint.use.years.map {
      FootprintReport.YearPart(
        year: $0.year, fraction: $0.fraction, intensity: $0.intensity, energy: $0.energy,
        carbon: $0.carbon)
    }
    batterySets = footprint.use.batterySets
    batteryDays = footprint.use.batteryDays
    fleet = deployment.fleetSize.map { size in
      FootprintReport.FleetPart(
        size: size, total: Nullable(cycle.total?.scaled(by: Double(size))))
    }
  }
}

extension FootprintReport.BreakEvenPart {
  fileprivate init(_ footprint: Footprint) {
    guard let made = footprint.inputs.embodied?.total?.value else { return }
    let each = (footprint.ownEnergy * footprint.use.meanIntensity).value
    inferences = Self.finite(made / each)
    let used = footprint.lifeCycle.use?.value ?? 0
    years = Self.finite(made / used * footprint.inputs.deployment.years)
  }

  /// Nil for what never comes.
  private static func finite(_ number: Double) -> Double? {
    number.isFinite && number > 0 ? number : nil
  }
}

extension FootprintReport.SensitivityPart {
  init(_ sensitivity: Sensitivity) {
    base = sensitivity.base
    bars = sensitivity.bars.map { bar in
      FootprintReport.BarPart(
        input: bar.input, from: bar.from, to: bar.to, unit: bar.unit, carbonAtFrom: bar.atFrom,
        carbonAtTo: bar.atTo, kind: bar.isUncertainty ? "interval" : "choice")
    }
  }
}
