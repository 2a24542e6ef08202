package import Quantities

/// Carbon of a model on a device: of one inference, and of the device's life.
package struct Footprint: Sendable {
  package var inputs: FootprintInputs
  package var use: UsePhase
  /// Energy of one inference with its radio, its wake-up and the losses, as taken from the supply.
  package var energyOfInference: Energy
  /// Which part of the product one inference answers for; nil when the rule divides by inferences
  /// and there are none.
  package var share: Estimate<Ratio>?
  /// Carbon of the energy of one inference: its own and, by the rule, its share of the waiting.
  package var operational: CarbonMass?
  /// Carbon of one inference's share of the product and of replaced batteries; nil when nothing is
  /// known of the product or of its use.
  package var embodied: CarbonMass?

  /// How the product's carbon is divided.
  package var rule: AttributionRule { inputs.deployment.rule }

  /// Computes the footprint.
  /// - Throws: `Problem` when a day has not enough time for its inferences.
  package init(_ inputs: FootprintInputs) throws(Problem) {
    self.inputs = inputs
    use = try UsePhase(inputs)
    let cycle = inputs.deployment.dutyCycle
    let wakes = cycle.map { ($0.inferences ?? 1) > 0 ? 1 / ($0.inferences ?? 1) : 0 } ?? 1
    energyOfInference = Energy.independentSum(
      [inputs.energy, inputs.radioEnergy, inputs.wakeEnergy.scaled(by: wakes)]
        .filter { $0.high > 0 }
    ).divided(byEfficiency: inputs.efficiency)
    share = Self.share(inputs)
    operational = operationalOfInference
    if inputs.deployment.statesUse, let share, let made = lifeCycle.embodied {
      embodied = made.times(share)
    }
  }

  /// Operational and embodied together; nil when one of them is not known.
  ///
  /// It is also the Software Carbon Intensity (ISO/IEC 21031:2024), (E * I + M) per R, with one
  /// inference as R.
  package var total: CarbonMass? {
    guard let operational, let embodied else { return nil }
    return .independentSum([operational, embodied])
  }

  /// Carbon of the device's life by stage.
  package var lifeCycle: LifeCycle {
    LifeCycle(
      embodied: inputs.embodied, use: inputs.deployment.inferencesEachDay == nil ? nil : use.carbon,
      replacements: use.replacements)
  }

  /// How many inferences the life has; nil when it is not stated.
  package var inferencesOfLife: Double? {
    inputs.deployment.inferencesEachDay.map { $0 * inputs.deployment.days }
  }

  private static func share(_ inputs: FootprintInputs) -> Estimate<Ratio>? {
    let deployment = inputs.deployment
    let time = inputs.latency.ratio(toSeconds: deployment.days * 86_400)
    guard deployment.rule != .activeTime else { return time }
    guard let each = deployment.inferencesEachDay, each > 0 else { return nil }
    let one = 1 / (each * deployment.days)
    guard deployment.rule == .resourceShare else {
      return Estimate(exactly: one, provenance: .derived)
    }
    return .maximum(time, Estimate(exactly: (inputs.memoryShare ?? 1) * one, provenance: .derived))
  }

  private var operationalOfInference: CarbonMass? {
    let own = energyOfInference * use.meanIntensity
    switch rule {
    case .activeTime: return own
    case .wholeDevice: return share.map { use.carbon.scaled(by: $0.value) }
    case .resourceShare:
      return share.map { .independentSum([own, use.carbonOfWaiting.scaled(by: $0.value)]) }
    }
  }
}

/// Carbon of a device's life, stage by stage.
package struct LifeCycle: Sendable {
  /// Stages in order; nil for what is not known.
  package var stages: [(stage: LifeCycleStage, carbon: CarbonMass?)]

  init(embodied: EmbodiedCarbon?, use: CarbonMass?, replacements: CarbonMass?) {
    stages = LifeCycleStage.allCases.compactMap { stage in
      switch stage {
      case .use: (stage, use)
      case .replacement: replacements.map { (stage, $0) }
      default: (stage, embodied?.carbon(of: stage))
      }
    }
    product = embodied?.total
    self.replacements = replacements
    self.use = use
  }

  private var product, replacements: CarbonMass?
  /// Of the electricity; nil when it is not stated how often the device works.
  package var use: CarbonMass?

  /// Of the product and of what is replaced in it; nil when nothing is known of the product.
  package var embodied: CarbonMass? {
    product.map { .independentSum([$0] + (replacements.map { [$0] } ?? [])) }
  }

  /// Of all stages; nil when the product or its use is not known.
  package var total: CarbonMass? {
    guard let embodied, let use else { return nil }
    return .independentSum([embodied, use])
  }
}
