#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
package import Quantities

/// What making dies emits: the equation of ACT (Gupta et al., ISCA 2022) with a yield by area.
///
/// carbon = area * (energy * intensity + gases + materials) / yield
package struct SiliconProcess: Codable, Sendable {
  /// A process node, per area of processed wafer.
  package struct Node: Codable, Sendable {
    /// Electricity of the fab in kWh/mm2.
    package var energy: Double
    /// Gases of the fab in gCO2e/mm2 with 95 % of them abated, the usual installation.
    package var gases: Double
    /// Gases in gCO2e/mm2 with 99 % of them abated.
    package var gasesAbated: Double
    /// Defects a square centimetre.
    package var defects: Double
    package var sources: [String]
  }

  /// By size in nanometres.
  package var nodes: [String: Node]
  /// How many times a node's energy, gases and defects may be what they are given as.
  package var energySpread, gasesSpread, defectsSpread: Estimate<Ratio>
  /// Wafers and chemicals.
  package var materials: Estimate<GramsCO2ePer<SquareMillimetres>>
  /// Electricity of fabs whose place is not known.
  package var fabIntensity: CarbonIntensity
  /// The part of wafers, dies and packages that is good for reasons other than defects of the die.
  package var lineYield: Estimate<Ratio>
  /// How strongly defects cluster, the exponent of the negative binomial yield.
  package var clustering: Double
  /// A package: so much each, and so much per area of the die in it.
  package var package: Estimate<GramsCO2ePer<Pieces>>
  package var packageArea: Estimate<GramsCO2ePer<SquareMillimetres>>

  /// How well a fab cleans its exhaust.
  package enum Abatement: Int, Codable, Sendable, CaseIterable { case usual = 95, best = 99 }

  /// The node of a size, else the next that is not finer, else the coarsest.
  package func node(_ nanometres: Double) -> Node? {
    let sizes = nodes.keys.compactMap { Double($0) }.sorted()
    guard let size = sizes.first(where: { $0 >= nanometres }) ?? sizes.last else { return nil }
    return nodes[String(Int(size))]
  }

  /// The part of dies of an area that work: lineYield * (1 + area * defects / clustering)^-clustering.
  package func yield(areaSquareMillimetres area: Double, _ node: Node) -> Estimate<Ratio> {
    func good(_ defects: Double) -> Double {
      pow(1 + area / 100 * defects / clustering, -clustering)
    }
    return Estimate(
      lineYield.value * good(node.defects),
      low: lineYield.low * good(node.defects * defectsSpread.high),
      high: lineYield.high * good(node.defects * defectsSpread.low), provenance: .derived,
      sources: Set(lineYield.sources + defectsSpread.sources).sorted())
  }

  /// Carbon of a good die.
  /// - Parameters:
  ///   - intensity: Of the fab's electricity; nil where it is not known.
  ///   - ownYield: What is known of the yield; nil for that of the area.
  package func die(
    area: Estimate<SquareMillimetres>, nanometres: Double, intensity: CarbonIntensity? = nil,
    abatement: Abatement = .usual, ownYield: Estimate<Ratio>? = nil
  ) -> CarbonMass? {
    guard let node = node(nanometres) else { return nil }
    func known<U>(_ value: Double, _ spread: Estimate<Ratio>) -> Estimate<U> {
      Estimate(
        value, low: value * spread.low, high: value * spread.high, provenance: .derived,
        sources: Set(node.sources + spread.sources).sorted())
    }
    let energy: Estimate<KilowattHoursPerSquareMillimetre> = known(node.energy, energySpread)
    // What is known of energy, gases and materials comes of different studies.
    let perArea = Estimate.independentSum([
      energy * (intensity ?? fabIntensity),
      known(abatement == .best ? node.gasesAbated : node.gases, gasesSpread), materials,
    ])
    let yield = ownYield ?? yield(areaSquareMillimetres: area.value, node)
    return (area * perArea).divided(byYield: yield)
  }

  /// Carbon of a package around a die.
  package func package(dieArea: Estimate<SquareMillimetres>) -> CarbonMass {
    Estimate(exactly: 1, provenance: .datasheet) * package + dieArea * packageArea
  }
}
