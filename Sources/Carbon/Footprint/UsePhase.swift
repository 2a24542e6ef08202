import DeviceProfiles
import HardwareMapping
package import Quantities

/// The energy that a device uses over its life, and its carbon.
package struct UsePhase: Sendable {
  /// What energy goes into.
  package enum Purpose: String, Encodable, Sendable, CaseIterable {
    case inference
    /// Of a duty cycle: work around the inferences.
    case work
    case wake, radio, idle, sleep
    /// All that the device does, as a power profile of it was measured.
    case profile
    case losses
    /// What a power supply draws itself.
    case standby

    /// How texts name it.
    package var title: String {
      switch self {
      case .work: "other work"
      case .profile: "measured profile"
      case .standby: "supply without load"
      default: rawValue
      }
    }
  }

  /// What energy goes into, and how much.
  package typealias Term = (purpose: Purpose, energy: Energy)

  /// A year of use, or a part of one.
  package struct Year: Sendable {
    package var year: Int
    /// The part of the year in which the device is used.
    package var fraction: Double
    package var intensity: CarbonIntensity
    /// As taken from the supply.
    package var energy: Energy
    package var carbon: CarbonMass
  }

  /// Energy a day by purpose, as taken from the supply; purposes without energy are left out.
  package var energyPerDay: [Term]
  /// The part of it that no inference causes: work around them, idle, sleep, their losses, and what a
  /// power supply draws itself.
  package var waitingPerDay: [Term]
  /// Of each year; the last may be a part of one.
  package var years: [Year]
  /// How often the batteries are made, the first time included; nil without batteries to replace.
  package var batterySets: Estimate<Ratio>?
  /// Days that a set of batteries, or a charge, lasts; nil without a battery of known energy.
  package var batteryDays: Estimate<Ratio>?
  /// Making the batteries that the product does not come with.
  package var replacements: CarbonMass?
  /// What is spent but not counted, and why.
  package var gaps: [String]

  /// Energy a day, as taken from the supply.
  package var totalPerDay: Energy { Self.total(energyPerDay) }

  /// Energy over the life, as taken from the supply.
  package var totalEnergy: Energy {
    totalPerDay.scaled(by: 365.25 * years.map(\.fraction).reduce(0, +))
  }

  /// Carbon of the electricity over the life.
  package var carbon: CarbonMass { years.map(\.carbon).reduce(.zero, +) }

  /// The grid's intensity, its mean over the years of use.
  package var meanIntensity: CarbonIntensity {
    let whole = years.map(\.fraction).reduce(0, +)
    return years.map { $0.intensity.scaled(by: $0.fraction / whole) }.reduce(.zero, +)
  }

  /// Spends a day as the deployment says, on every day of the life.
  ///
  /// energy = (inferences * (inference + radio) + wakes * wake + idle * its power + sleep * its
  /// power) / efficiency + no-load power; `docs/method/use.md`.
  /// - Throws: `Problem` when a day has not enough time for its inferences.
  init(_ inputs: FootprintInputs) throws(Problem) {
    let day = try Day(inputs)
    gaps = day.gaps
    // Drawn from the socket whether anything is delivered or not.
    let standby = day.standby.filter { $0.energy.high > 0 }
    energyPerDay = Self.withLosses(day.terms, at: inputs.dayEfficiency) + standby
    waitingPerDay = Self.withLosses(day.waiting(inputs), at: inputs.dayEfficiency) + standby
    batteryDays = Self.batteryDays(inputs, Self.total(day.terms))
    years = []
    let first = inputs.deployment.firstYear
    let perYear = Self.total(energyPerDay).scaled(by: 365.25)
    var left = inputs.deployment.years
    while left > 1e-9, years.count < 1000 {
      let year = first + years.count
      let fraction = min(1, left)
      let intensity =
        inputs.isOnGrid ? inputs.electricity.intensity(in: year) : CarbonIntensity.zero
      years.append(
        Year(
          year: year, fraction: fraction, intensity: intensity,
          energy: perYear.scaled(by: fraction), carbon: perYear.scaled(by: fraction) * intensity))
      left -= fraction
    }
    (batterySets, replacements) = Self.batteries(
      inputs, lifetimeEnergy: perYear.scaled(by: inputs.deployment.years))
  }

  /// Terms at the device with what is lost on the way to it; those without energy are left out.
  static func withLosses(_ terms: [Term], at efficiency: Estimate<Ratio>) -> [Term] {
    let terms = terms.filter { $0.energy.high > 0 }
    let lost = efficiency.lostPerDelivered
    guard lost.high > 0, !terms.isEmpty else { return terms }
    return terms + [(.losses, total(terms).times(lost))]
  }

  /// What terms add up to.
  ///
  /// Other work is taken at the energy of an inference, and losses are a part of what is delivered:
  /// each errs as that does. All else errs on its own.
  static func total(_ terms: [Term]) -> Energy {
    func sum(_ purposes: Set<Purpose>) -> Energy {
      terms.filter { purposes.contains($0.purpose) }.map(\.energy).reduce(.zero, +)
    }
    let apart = terms.filter { ![.inference, .work, .losses, .standby].contains($0.purpose) }
    let delivered = Energy.independentSum([sum([.inference, .work])] + apart.map(\.energy))
    return .independentSum([delivered + sum([.losses]), sum([.standby])])
  }

  /// How many sets of batteries the life takes, and the carbon of those that the product has not.
  private static func batteries(
    _ inputs: FootprintInputs, lifetimeEnergy: Energy
  ) -> (sets: Estimate<Ratio>?, carbon: CarbonMass?) {
    guard let power = inputs.deployment.power, let name = power.battery,
      let entry = PartLibrary.standard.entry(name.rawValue)
    else { return (nil, nil) }
    let cells = Double(power.cells ?? 1)
    let capacity = power.batteryWh?.estimate().sourced() ?? entry.energyWh
    var part = Part(name.part)
    part.energyWh = capacity.map(UserInput.init)
    guard let one = entry.factor.carbon(of: part) else { return (nil, nil) }
    var sets = Estimate<Ratio>(exactly: 1, provenance: .derived)
    if let years = power.replaceEveryYears {
      sets = sets.scaled(by: inputs.deployment.years / years)
    }
    if power.kind == .primary, let capacity {
      let usable =
        power.usableFraction?.estimate().sourced() ?? UseConstants.standard.usableFraction
      let needed = lifetimeEnergy.ratio(to: capacity.joules.scaled(by: cells).times(usable))
      let byAge = entry.shelfLifeYears.map {
        Estimate<Ratio>(exactly: inputs.deployment.years, provenance: .derived).over($0)
      }
      sets = .maximum(byAge.map { .maximum(needed, $0) } ?? needed, sets)
    } else if power.replaceEveryYears == nil {
      return (nil, nil)
    }
    // A set is made whole: the number goes up to the next one.
    sets = Estimate<Ratio>.maximum(sets, Estimate(exactly: 1, provenance: .derived)).roundedUp
    let made = sets.scaled(by: cells).minus(cellsOfProduct(inputs.embodied, name, of: cells))
    return (sets, one.times(made))
  }

  /// How long the energy of a battery lasts.
  private static func batteryDays(
    _ inputs: FootprintInputs, _ deliveredPerDay: Energy
  ) -> Estimate<Ratio>? {
    guard let power = inputs.deployment.power,
      power.kind == .primary || power.kind == .rechargeable,
      inputs.dayBoundary != .wall, deliveredPerDay.value > 0
    else { return nil }
    let entry = power.battery.flatMap { PartLibrary.standard.entry($0.rawValue) }
    let cells = Double(power.cells ?? 1)
    let whole =
      (power.batteryWh?.estimate().sourced() ?? entry?.energyWh)?.joules.scaled(by: cells)
      ?? productBattery(inputs.embodied)
    guard let whole else { return nil }
    let constants = UseConstants.standard
    let converter =
      inputs.dayBoundary == .board
      ? Estimate(exactly: 1, provenance: .measured) : constants.converterEfficiency
    // Of disposable cells a stated efficiency is the converter's.
    let efficiency = power.kind == .primary ? inputs.dayEfficiency : converter
    let usable = power.usableFraction?.estimate().sourced() ?? constants.usableFraction
    let days = whole.times(usable).ratio(to: deliveredPerDay.divided(byEfficiency: efficiency))
    guard power.kind == .primary, let shelf = entry?.shelfLifeYears else { return days }
    // Cells that nothing empties die of age.
    return Estimate(
      min(days.value, 365.25 * shelf.value), low: min(days.low, 365.25 * shelf.low),
      high: min(days.high, 365.25 * shelf.high), provenance: days.provenance, sources: days.sources)
  }

  /// Energy of the batteries of a product, as far as its parts state it.
  private static func productBattery(_ embodied: EmbodiedCarbon?) -> Energy? {
    let energies = (embodied?.items ?? []).compactMap(\.part).filter { $0.battery != nil }
      .compactMap { part in
        part.energyWh.map { $0.estimate(WattHours.self).joules.scaled(by: part.count?.value ?? 1) }
      }
    return energies.isEmpty ? nil : energies.reduce(.zero, +)
  }

  /// How many of the first set's cells come with the product.
  private static func cellsOfProduct(
    _ embodied: EmbodiedCarbon?, _ name: BatteryName, of cells: Double
  ) -> Double {
    guard let embodied else { return 0 }
    // A maker's own total has the batteries of the product in it.
    if embodied.method == .published { return cells }
    let batteries = embodied.items.compactMap(\.part).filter { $0.battery != nil }
    let same = batteries.filter { $0.battery == name }.map { $0.count?.value ?? 1 }.reduce(0, +)
    // Another battery than the deployment's stands for its first set.
    return same > 0 ? min(same, cells) : batteries.isEmpty ? 0 : cells
  }
}

/// Seconds, or days where there are many: `233 s`, `2699 days`.
private func duration(_ seconds: Double) -> String {
  seconds < 2 * 86_400
    ? "\(significant(seconds)) s" : "\(fixed(seconds / 86_400, decimals: 0)) days"
}

/// One day of a device: how often and how long it does what.
private struct Day {
  /// At the device.
  var terms: [UsePhase.Term] = []
  /// At the socket.
  var standby: [UsePhase.Term] = []
  var gaps: [String] = []

  init(_ inputs: FootprintInputs) throws(Problem) {
    let deployment = inputs.deployment
    guard let inferences = deployment.inferencesEachDay else { return }
    let cycle = deployment.dutyCycle
    let periods = cycle.map { 86_400 / $0.periodS } ?? inferences
    let computing = inferences * inputs.latency.value
    let active = cycle?.activeS.map { $0 * periods } ?? computing
    guard max(active, computing) <= 86_400 * (1 + 1e-9), computing <= active * 1.001 + 1e-9 else {
      throw Problem(
        "\(shortest(inferences)) \(plural(inputs.run, inferences)) a day need "
          + "\(duration(computing)) of compute",
        expected: "at most \(duration(min(active, 86_400))) a day")
    }
    if let profile = deployment.powerProfile, let power = profile.meanW {
      let day = Time(exactly: 86_400, provenance: .derived)
      terms = [
        (.profile, Power(exactly: power, provenance: .measured, sources: ["deployment"]) * day)
      ]
      addStandby(inputs)
      return
    }
    terms = [
      (.inference, inputs.energy.scaled(by: inferences)),
      (.radio, inputs.radioEnergy.scaled(by: inferences)),
      (.wake, inputs.wakeEnergy.scaled(by: periods)),
    ]
    if cycle?.activeS != nil, inputs.latency.value > 0 {
      // Work around the inferences takes the power of the inferences.
      let others = max(0, active / inputs.latency.value - inferences)
      terms.append((.work, inputs.energy.scaled(by: others)))
    }
    let rest = max(0, 86_400 - active)
    let idle: Double
    switch (
      cycle?.idleS.map { min(rest, $0 * periods) }, cycle?.sleepS.map { min(rest, $0 * periods) }
    ) {
    case (let given?, let sleep?):
      guard given + sleep >= rest - 86.4 else {
        throw Problem(
          "dutyCycle: its parts take \(significant(86_400 - rest + given + sleep)) s of a day, "
            + "expected all of it")
      }
      idle = given
    case (let given?, nil): idle = given
    case (nil, let sleep?): idle = rest - sleep
    // A device that nothing says sleeps waits.
    case (nil, nil): idle = inputs.sleepPower == nil && inputs.idlePower != nil ? rest : 0
    }
    add(.idle, inputs.idlePower, seconds: idle)
    add(.sleep, inputs.sleepPower, seconds: rest - idle)
    addStandby(inputs)
  }

  private mutating func addStandby(_ inputs: FootprintInputs) {
    guard let noLoad = inputs.noLoadPower else { return }
    standby = [(.standby, noLoad * Time(exactly: 86_400, provenance: .derived))]
  }

  /// What no inference causes.
  func waiting(_ inputs: FootprintInputs) -> [UsePhase.Term] {
    terms.compactMap { term in
      switch term.purpose {
      case .work, .idle, .sleep: return term
      case .profile:
        // The inferences are in it, with what is lost on the way from where it was measured to the device.
        let own =
          inputs.energy.value * (inputs.deployment.inferencesEachDay ?? 0)
          * inputs.dayEfficiency.value / inputs.efficiency.value
        return (.profile, term.energy.scaled(by: max(0, 1 - own / max(term.energy.value, own))))
      default: return nil
      }
    }
  }

  private mutating func add(_ purpose: UsePhase.Purpose, _ power: Power?, seconds: Double) {
    guard seconds > 1e-3 else { return }
    guard let power else {
      gaps.append(
        "\(purpose.rawValue) power, for \(Int((seconds / 864).rounded())) % of the day, is unknown; "
          + "\(purpose.rawValue)PowerW of a deployment can state it")
      return
    }
    terms.append((purpose, power * Time(exactly: seconds, provenance: .derived)))
  }
}

extension Estimate where U == Ratio {
  /// Of an efficiency, what is lost for each joule that arrives.
  fileprivate var lostPerDelivered: Self {
    func lost(_ efficiency: Double) -> Double { max(0, 1 / efficiency - 1) }
    return Self(
      lost(value), low: lost(high), high: lost(low), provenance: provenance, sources: sources)
  }

  /// Each end up to the next whole number.
  fileprivate var roundedUp: Self {
    func up(_ number: Double) -> Double { (number - 1e-9).rounded(.up) }
    return Self(up(value), low: up(low), high: up(high), provenance: provenance, sources: sources)
  }

  /// So many less, and never less than none.
  fileprivate func minus(_ number: Double) -> Self {
    Self(
      max(0, value - number), low: max(0, low - number), high: max(0, high - number),
      provenance: provenance, sources: sources)
  }
}
