package import Quantities

/// Carbon of a model on a device: of one inference, and of the device's life.
package struct Footprint: Sendable {
  package var inputs: FootprintInputs
  package var use: UsePhase
  /// Energy that one inference answers for, by purpose, as taken from the supply: its own with its
  /// radio, its wake-up and their losses, and, by the rule, its share of the waiting.
  ///
  /// Nil when the rule divides by inferences and there are none.
  package var energyTerms: [UsePhase.Term]?
  /// Energy of one inference without any waiting, as taken from the supply.
  package var ownEnergy: Energy
  /// Which part of the product one inference answers for; nil when the rule divides by inferences
  /// and there are none.
  package var share: Estimate<Ratio>?
  /// Carbon of one inference's share of the product and of replaced batteries; nil when nothing is
  /// known of the product or of its use.
  package var embodied: CarbonMass?

  /// How the product's carbon is divided.
  package var rule: AttributionRule { inputs.deployment.rule }

  /// Whether it is stated how often the device works; without that, `operational` is the carbon of
  /// computing alone.
  package var statesUse: Bool { inputs.deployment.statesUse }

  /// Computes the footprint.
  /// - Throws: `Problem` when a day has not enough time for its inferences.
  package init(_ inputs: FootprintInputs) throws(Problem) {
    self.inputs = inputs
    use = try UsePhase(inputs)
    share = Self.share(inputs)
    let own = Self.ownTerms(inputs)
    ownEnergy = UsePhase.total(own)
    energyTerms = terms(own)
    if statesUse, let share, let made = lifeCycle.embodied {
      embodied = made.times(share)
    }
  }

  /// What of the energy that one inference answers for arrives where it is measured.
  package var efficiency: Estimate<Ratio> {
    rule == .activeTime ? inputs.efficiency : inputs.dayEfficiency
  }

  /// Energy that one inference answers for, as taken from the supply; nil as its terms are.
  ///
  /// By the share of resources all terms err as the time of an inference does: its own, and its share of the others.
  package var energy: Energy? {
    energyTerms.map { terms in
      rule == .resourceShare ? terms.map(\.energy).reduce(.zero, +) : UsePhase.total(terms)
    }
  }

  /// Carbon of that energy, at the mean intensity of the years of use.
  package var operational: CarbonMass? { energy.map { $0 * use.meanIntensity } }

  /// Operational and embodied together; nil when one of them is not known.
  ///
  /// It is also the Software Carbon Intensity (ISO/IEC 21031:2024), (E * I + M) per R, with one
  /// inference as R.
  package var total: CarbonMass? {
    guard let operational, let embodied, let share, let made = lifeCycle.embodied else {
      return nil
    }
    // Of the embodied carbon, only the product's errs on its own: the share is one of time, and energy errs as time does.
    let ofProduct = made.scaled(by: share.value)
    let apart = CarbonMass.independentSum([operational, ofProduct])
    var total = operational + embodied
    total.low = apart.low + embodied.low - ofProduct.low
    if !total.isLowerBound { total.high = apart.high + embodied.high - ofProduct.high }
    return total
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

  private static func ownTerms(_ inputs: FootprintInputs) -> [UsePhase.Term] {
    let cycle = inputs.deployment.dutyCycle
    let wakes = cycle.map { ($0.inferences ?? 1) > 0 ? 1 / ($0.inferences ?? 1) : 0 } ?? 1
    return UsePhase.withLosses(
      [
        (.inference, inputs.energy), (.wake, inputs.wakeEnergy.scaled(by: wakes)),
        (.radio, inputs.radioEnergy),
      ], at: inputs.efficiency)
  }

  private func terms(_ own: [UsePhase.Term]) -> [UsePhase.Term]? {
    switch rule {
    case .activeTime: return own
    case .wholeDevice:
      guard let each = inputs.deployment.inferencesEachDay, each > 0 else { return nil }
      return use.energyPerDay.map { ($0.purpose, $0.energy.scaled(by: 1 / each)) }
    case .resourceShare:
      guard let share else { return nil }
      let days = share.scaled(by: inputs.deployment.days)
      let terms = own + use.waitingPerDay.map { ($0.purpose, $0.energy.times(days)) }
      // Losses of both are one term.
      return UsePhase.Purpose.allCases.compactMap { purpose in
        let energies = terms.filter { $0.purpose == purpose }.map(\.energy)
        return energies.isEmpty ? nil : (purpose, energies.reduce(.zero, +))
      }
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
