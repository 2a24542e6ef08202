import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

extension Footprint {
  /// The assumptions of the carbon numbers, in two sentences.
  var assumptions: String {
    let deployment = inputs.deployment
    let intensity = "\(fixed(use.meanIntensity.value, decimals: 0)) gCO2e/kWh (\(place))"
    let supply =
      inputs.efficiency.value < 1
      ? ", power-supply efficiency \(fixed(100 * inputs.efficiency.value, decimals: 0)) %" : ""
    let power =
      switch deployment.power?.kind ?? .mains {
      case .mains, .rechargeable: "grid intensity \(intensity)\(supply)"
      case .primary: "power: non-rechargeable batteries"
      case .solar: "power: solar panel"
      }
    let product =
      inputs.embodied?.total.map { engineering($0.value, unit: GramsCO2e.symbol) + " embodied" }
      ?? "unknown embodied carbon"
    let name = inputs.product.map { " (\($0.name))" } ?? ""
    return "\(power). Product\(name): \(product), \(rule.title); "
      + "lifetime \(fixed(deployment.years, decimals: 1)) years."
  }

  /// The region with the years that its intensity is of.
  package var place: String {
    guard let region = inputs.electricity.region else { return "stated" }
    let first = inputs.deployment.firstYear
    return first < region.year ? "\(region.name), from \(first)" : "\(region.name), \(region.year)"
  }

  /// Diagnostics for the reader to use the numbers.
  func diagnostics(on device: DeviceProfile) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    if device.energyMeasuredAt == .chip || device.energyMeasuredAt == .rail {
      let place = device.energyMeasuredAt == .chip ? "the chip" : "a rail of the board"
      notes.append(
        Diagnostic(
          .note, code: "energy-boundary",
          "the energy is that of \(place); other consumers of a product, such as sensors and displays, "
            + "are not in the use phase"))
    }
    notes += use.gaps.map { Diagnostic(.note, code: "waiting-unknown", $0) }
    let power = inputs.deployment.power
    if device.energyMeasuredAt == .wall, power?.efficiency != nil || power?.noLoadPowerW != nil {
      notes.append(
        Diagnostic(
          .warning, code: "supply-in-energy",
          "the device's energy was measured at the wall and includes a power supply, so the one of "
            + "the deployment is not used"))
    }
    if let region = inputs.electricity.region, inputs.isOnGrid {
      if inputs.electricity.age(in: inputs.deployment.firstYear) > 3 {
        notes.append(
          Diagnostic(
            .warning, code: "old-intensity",
            "the newest carbon intensity of \(region.name) is from \(region.year), more than three "
              + "years before the first year of use"))
      }
      let gaps = use.years.map(\.year).filter(inputs.electricity.isWithoutHistory)
      if let first = gaps.first {
        let others = gaps.count > 1 ? " and \(gaps.count - 1) other years" : ""
        notes.append(
          Diagnostic(
            .warning, code: "no-grid-history",
            "the carbon intensity of \(region.name) in \(first)\(others) is unknown; that of "
              + "\(region.year) is used"))
      }
    }
    guard let embodied = inputs.embodied else {
      notes.append(
        Diagnostic(
          .warning, code: "no-product",
          "no bill of materials for this device, so embodied carbon is unknown; --product states one"
        ))
      return notes
    }
    notes += embodied.problems.map {
      Diagnostic(.warning, code: "unknown-part", "\($0); embodied carbon excludes it")
    }
    let isListOfParts = embodied.method == .billOfMaterials || embodied.method == .archetype
    if isListOfParts, inputs.product?.unlisted == nil {
      notes.append(
        Diagnostic(
          .note, code: "listed-parts-only",
          "embodied carbon covers the listed parts; studies of whole products find 1.3 to 2.4 "
            + "times as much in production, which 'unlisted' of a product file can add"))
    }
    let hasPanel = embodied.items.contains { $0.part?.part == .entry("solar-panel") }
    if inputs.deployment.power?.kind == .solar, !hasPanel, embodied.method != .published {
      notes.append(
        Diagnostic(
          .warning, code: "no-panel",
          "the product has no solar panel, so manufacturing one is not counted; a part "
            + "'solar-panel' adds it"))
    }
    if inputs.deployment.power?.kind == .primary, rule == .activeTime {
      notes.append(
        Diagnostic(
          .note, code: "batteries-by-time",
          "batteries are allocated by time like the product, not by energy per inference"))
    }
    return notes
  }
}
