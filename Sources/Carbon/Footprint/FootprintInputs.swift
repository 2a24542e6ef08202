package import DeviceProfiles
package import HardwareMapping
package import Quantities

/// Every number that a footprint is computed from, each with its interval.
///
/// They are gathered in one place so that a question of what one of them does is the footprint with
/// that number changed.
package struct FootprintInputs: Sendable {
  package var deployment: Deployment
  /// What an inference is, in a word: a generation where a text is generated.
  package var run = "inference"
  /// Where energies and powers were measured.
  package var boundary: EnergyBoundary
  /// Time and energy of one inference, within the device's energy boundary.
  package var latency: Time
  package var energy: Energy
  /// Power while ready and while asleep; nil when it is not stated.
  package var idlePower, sleepPower: Power?
  package var wakeEnergy, radioEnergy: Energy
  /// What of the energy taken arrives at the device.
  package var efficiency: Estimate<Ratio>
  /// The same where the deployment's power profile was measured; nil without one.
  package var profileEfficiency: Estimate<Ratio>?
  /// What the power supply draws itself; nil for sources without one, and where the device's energy
  /// has it in it.
  package var noLoadPower: Power?
  package var electricity: Electricity
  /// Making the product; nil when the product is not known.
  package var embodied: EmbodiedCarbon?
  /// The identifier of the product, and what it is called.
  package var product: Product?
  /// Whether the product is the board that the device's profile names, which nobody ships.
  package var isDevelopmentBoard = false
  /// The largest share of working memory or storage that the model takes; nil when not known.
  package var memoryShare: Double?
  /// Documents and data sets by the identifiers that the numbers name.
  package var sources: [String: Source]

  /// Gathers what a deployment, an estimate and a product say; nil while the estimate's time or
  /// energy is unknown.
  /// - Throws: `Problem` when a region, a part or a number is not what it can be.
  package init?(
    _ estimate: InferenceEstimate, _ deployment: Deployment, product: Product?
  ) throws(Problem) {
    guard let energy = estimate.energy, let latency = estimate.latency else { return nil }
    let device = estimate.device
    try self.init(
      latency: latency, energy: energy, measuredAt: device.energyMeasuredAt,
      idlePower: device.idlePower, sleepPower: device.sleepPower, deployment, product: product)
    isDevelopmentBoard = product.map { $0.name == device.product } ?? false
    memoryShare = estimate.memoryFits.compactMap(\.share).max().map { min(1, $0) }
  }

  /// Gathers what a deployment and a product say with numbers of an inference that were come by in
  /// another way, such as measured ones.
  /// - Parameters:
  ///   - boundary: Where the energies and powers are measured.
  ///   - idlePower: Of the device while ready; a deployment's own wins.
  ///   - sleepPower: Of the device while asleep; a deployment's own wins.
  /// - Throws: `Problem` when a region, a part or a number is not what it can be.
  package init(
    latency: Time, energy: Energy, measuredAt boundary: EnergyBoundary, idlePower: Power? = nil,
    sleepPower: Power? = nil, _ deployment: Deployment, product: Product?
  ) throws(Problem) {
    try deployment.check()
    try product?.check()
    self.deployment = deployment
    self.boundary = boundary
    self.energy = energy
    self.latency = latency
    self.idlePower = deployment.idlePowerW?.estimate().sourced() ?? idlePower
    self.sleepPower = deployment.sleepPowerW?.estimate().sourced() ?? sleepPower
    wakeEnergy = deployment.wakeEnergyJ?.estimate().sourced() ?? .zero
    radioEnergy = deployment.radio?.energy ?? .zero
    efficiency = Self.efficiency(deployment.power, to: boundary, statedTo: boundary)
    profileEfficiency = deployment.powerProfile.map {
      Self.efficiency(deployment.power, to: $0.boundary, statedTo: boundary)
    }
    noLoadPower = Self.noLoadPower(
      deployment.power, measuredAt: deployment.powerProfile?.boundary ?? boundary)
    electricity = try Electricity(deployment)
    self.product = product
    embodied = product.map { EmbodiedCarbon($0) }
    sources = GridIntensity().sources
    sources.merge(UseConstants.standard.sources) { own, _ in own }
    sources.merge(embodied?.sources ?? [:]) { own, _ in own }
    sources["deployment"] = Source(title: "Stated in the deployment")
    sources["given"] = sources["deployment"]
  }

  /// What was measured at the wall has supply and converter in it, what was measured at a board's
  /// input has its converter.
  /// - Parameter device: Where the device's energy is measured: a stated efficiency is of the way there, so it has a
  ///   converter in it where the device's energy has none.
  private static func efficiency(
    _ power: PowerSource?, to boundary: EnergyBoundary, statedTo device: EnergyBoundary
  ) -> Estimate<Ratio> {
    let usual = UseConstants.standard
    guard boundary != .wall else { return Estimate(exactly: 1, provenance: .measured) }
    let converter =
      hasConverter(boundary)
      ? Estimate(exactly: 1, provenance: .measured) : usual.converterEfficiency
    var own = power?.efficiency?.estimate(Ratio.self).sourced()
    switch (hasConverter(device), hasConverter(boundary)) {
    case (false, true): own = own?.over(usual.converterEfficiency).atMostOne
    case (true, false): own = own?.times(usual.converterEfficiency)
    default: break
    }
    let charge = power?.chargeEfficiency?.estimate().sourced() ?? usual.chargeEfficiency
    switch power?.kind ?? .mains {
    case .mains: return own ?? usual.supplyEfficiency.times(converter)
    case .rechargeable: return (own ?? usual.supplyEfficiency.times(converter)).times(charge)
    case .primary: return own ?? converter
    case .solar: return (own ?? converter).times(charge)
    }
  }

  private static func hasConverter(_ boundary: EnergyBoundary) -> Bool {
    boundary == .board || boundary == .wall
  }

  /// A supply on the mains is always plugged in; what charges a battery draws what its deployment says.
  private static func noLoadPower(
    _ power: PowerSource?, measuredAt boundary: EnergyBoundary
  ) -> Power? {
    guard boundary != .wall else { return nil }
    if let own = power?.noLoadPowerW { return own.estimate().sourced() }
    return power?.kind ?? .mains == .mains ? UseConstants.standard.noLoadPower : nil
  }

  /// Where the energy of a day is measured: as its power profile, or else as the device.
  package var dayBoundary: EnergyBoundary { deployment.powerProfile?.boundary ?? boundary }

  /// What of the energy that a day takes arrives where that is measured.
  package var dayEfficiency: Estimate<Ratio> { profileEfficiency ?? efficiency }

  /// What a power profile has too little of: its energy in a period, and what is predicted for its
  /// inferences alone, both where the profile was measured.
  package var profileGap: (measured: Energy, predicted: Energy)? {
    guard let profile = deployment.powerProfile, let seconds = profile.periodS,
      let power = profile.meanW, let profileEfficiency
    else { return nil }
    let measured = Energy(exactly: power * seconds, provenance: .measured)
    let predicted = energy.scaled(
      by: (profile.inferences ?? 1) * profileEfficiency.value / efficiency.value)
    return measured.value < predicted.value ? (measured, predicted) : nil
  }

  /// Whether the grid gives the energy.
  package var isOnGrid: Bool {
    switch deployment.power?.kind ?? .mains {
    case .mains, .rechargeable: true
    case .primary, .solar: false
    }
  }
}

extension Estimate {
  /// The estimate as one of the deployment's, where it names no source of its own.
  func sourced() -> Self {
    var result = self
    if sources.isEmpty { result.sources = ["deployment"] }
    return result
  }
}

extension Estimate where U == Ratio {
  /// Each end, where it is no more than the whole.
  fileprivate var atMostOne: Self {
    Self(
      min(1, value), low: min(1, low), high: min(1, high), provenance: provenance,
      sources: sources)
  }
}
