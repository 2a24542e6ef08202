import Quantities

/// What each input does to a footprint, largest effect first: the bars of a tornado diagram.
package struct Sensitivity: Sendable {
  /// One input at both ends of its interval, or of what it may reasonably be.
  package struct Bar: Sendable {
    package var input: String
    /// The ends, in `unit`.
    package var from, to: Double
    package var unit: String
    /// Carbon of one inference when the input lies at either end, all else as it is.
    package var atFrom, atTo: Double
    /// Whether the ends are those of an interval, and not a choice of the user.
    package var isUncertainty: Bool

    /// How far apart the carbon at both ends is.
    package var swing: Double { abs(atTo - atFrom) }
  }

  /// Carbon of one inference as it is, in grams.
  package var base: Double
  /// Largest swing first; inputs without effect are left out.
  package var bars: [Bar]

  /// Computes the footprint again with every input at both ends; nil while its total is unknown.
  ///
  /// Numbers go to the ends of their intervals; what a user chooses, lifetime and inferences a day,
  /// to half and twice.
  package init?(_ inputs: FootprintInputs) {
    guard let base = Self.total(inputs) else { return nil }
    self.base = base
    bars = []
    for input in Self.inputs(of: inputs) {
      guard let atFrom = Self.total(input.from), let atTo = Self.total(input.to) else { continue }
      let bar = Bar(
        input: input.name, from: input.ends.0, to: input.ends.1, unit: input.unit, atFrom: atFrom,
        atTo: atTo, isUncertainty: input.isUncertainty)
      if bar.swing > 1e-9 * base { bars.append(bar) }
    }
    bars.sort { ($0.swing, $1.input) > ($1.swing, $0.input) }
  }

  private static func total(_ inputs: FootprintInputs) -> Double? {
    (try? Footprint(inputs))?.total?.value
  }

  private struct Input {
    var name: String
    var ends: (Double, Double)
    var unit: String
    var from, to: FootprintInputs
    var isUncertainty = true
  }

  private static func inputs(of inputs: FootprintInputs) -> [Input] {
    var result: [Input] = []
    func add<U>(
      _ name: String, _ estimate: Estimate<U>?,
      _ set: (inout FootprintInputs, Estimate<U>) -> Void
    ) {
      // Without an upper end there is no swing to show.
      guard let estimate, !estimate.isLowerBound, estimate.high > estimate.low else { return }
      var (from, to) = (inputs, inputs)
      set(&from, estimate.pinned(to: estimate.low))
      set(&to, estimate.pinned(to: estimate.high))
      result.append(
        Input(
          name: name, ends: (estimate.low, estimate.high), unit: U.symbol, from: from, to: to))
    }
    add("energy per \(inputs.run)", inputs.energy) { $0.energy = $1 }
    add("time per \(inputs.run)", inputs.latency) { $0.latency = $1 }
    add("idle power", inputs.idlePower) { $0.idlePower = $1 }
    add("sleep power", inputs.sleepPower) { $0.sleepPower = $1 }
    add("wake-up energy", inputs.wakeEnergy) { $0.wakeEnergy = $1 }
    add("radio energy", inputs.radioEnergy) { $0.radioEnergy = $1 }
    add("power-supply efficiency", inputs.efficiency) { $0.efficiency = $1 }
    add("power-supply efficiency, measured profile", inputs.profileEfficiency) {
      $0.profileEfficiency = $1
    }
    add("no-load power", inputs.noLoadPower) { $0.noLoadPower = $1 }
    result += electricity(inputs) + embodied(inputs) + choices(inputs)
    return result
  }

  private static func electricity(_ inputs: FootprintInputs) -> [Input] {
    let now = inputs.electricity.intensity(in: inputs.deployment.firstYear)
    guard inputs.isOnGrid, now.high > now.low else { return [] }
    var (from, to) = (inputs, inputs)
    from.electricity.end = .low
    to.electricity.end = .high
    return [
      Input(
        name: "grid intensity", ends: (now.low, now.high),
        unit: GramsCO2ePerKilowattHour.symbol, from: from, to: to)
    ]
  }

  private static func embodied(_ inputs: FootprintInputs) -> [Input] {
    guard let embodied = inputs.embodied else { return [] }
    // Of a spec sheet the whole is known better than its guesses, and a publication has only the whole.
    if embodied.method == .specSheet || embodied.method == .published {
      return whole(embodied, of: inputs)
    }
    return embodied.byBlock.compactMap { block, carbon in
      guard let carbon, carbon.high > carbon.low, carbon.value > 0 else { return nil }
      var (from, to) = (inputs, inputs)
      from.embodied = embodied.scaled(block, by: carbon.low / carbon.value)
      to.embodied = embodied.scaled(block, by: carbon.high / carbon.value)
      return Input(
        name: "embodied: \(block.title)", ends: (carbon.low, carbon.high), unit: GramsCO2e.symbol,
        from: from, to: to)
    }
  }

  private static func whole(_ embodied: EmbodiedCarbon, of inputs: FootprintInputs) -> [Input] {
    guard let total = embodied.total, total.high > total.low, total.value > 0 else { return [] }
    var (from, to) = (inputs, inputs)
    from.embodied = embodied.scaled(by: total.low / total.value)
    to.embodied = embodied.scaled(by: total.high / total.value)
    return [
      Input(
        name: "embodied: whole product", ends: (total.low, total.high), unit: GramsCO2e.symbol,
        from: from, to: to)
    ]
  }

  private static func choices(_ inputs: FootprintInputs) -> [Input] {
    var result: [Input] = []
    var (from, to) = (inputs, inputs)
    let years = inputs.deployment.years
    from.deployment.lifetimeYears = years / 2
    to.deployment.lifetimeYears = years * 2
    result.append(
      Input(
        name: "lifetime", ends: (years / 2, years * 2), unit: "years", from: from, to: to,
        isUncertainty: false))
    if let each = inputs.deployment.inferencesPerDay, each > 0 {
      (from, to) = (inputs, inputs)
      from.deployment.inferencesPerDay = each / 2
      to.deployment.inferencesPerDay = each * 2
      result.append(
        Input(
          name: "\(plural(inputs.run, 2)) per day", ends: (each / 2, each * 2), unit: "1/day",
          from: from, to: to,
          isUncertainty: false))
    }
    return result
  }
}

extension Estimate {
  /// Without an interval, at one of the numbers in it.
  func pinned(to value: Double) -> Self {
    Self(exactly: value, provenance: provenance, sources: sources)
  }
}
