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
    let intensity = significant(use.meanIntensity.value)
    let supply =
      inputs.efficiency.value < 1
      ? "; power-supply efficiency \(fixed(100 * inputs.efficiency.value, decimals: 0)) %" : ""
    let power =
      switch deployment.power?.kind ?? .mains {
      case .mains, .rechargeable: "grid \(place): \(intensity) gCO2e/kWh\(supply)"
      case .primary: "power: disposable batteries"
      case .solar: "power: solar panel"
      }
    guard statesUse else { return "\(power). No use is stated" }
    let product =
      inputs.embodied?.total.map { engineering($0.value, unit: GramsCO2e.symbol) } ?? "unknown"
    let board = inputs.isDevelopmentBoard ? " (\(Self.developmentBoard))" : ""
    let name = inputs.product.map { " of \($0.name)\(board)" } ?? ""
    let each = deployment.inferencesEachDay.map {
      "\(engineering($0, unit: "")) inferences a day, "
    }
    return "\(power). Embodied carbon\(name): \(product), \(rule.title); \(each ?? "")"
      + "\(fixed(deployment.years, decimals: 1)) years"
  }

  /// What a device's own product is, and what to do about it.
  package static let developmentBoard = "development board; name your product with --product"

  /// The region with the years that its intensity is of.
  package var place: String {
    guard let region = inputs.electricity.region else {
      return inputs.deployment.intensityName ?? "stated"
    }
    let first = inputs.deployment.firstYear
    return first < region.year ? "\(region.name), from \(first)" : "\(region.name), \(region.year)"
  }

  /// Notes on what the numbers rest on, which are the same for every model.
  package static let standingNotes: Set<String> = [
    "no-use", "energy-boundary", "unlisted-production", "batteries-by-time", "waiting-unknown",
  ]

  /// Diagnostics for the reader to use the numbers.
  func diagnostics(on device: DeviceProfile) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    if !statesUse {
      notes.append(
        Diagnostic(
          .note, code: "no-use",
          "no use is stated, so carbon is that of computing alone: idle and manufacturing are not "
            + "included; --inferences-per-day or a deployment file states one"))
    }
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
          .note, code: "unlisted-production",
          "embodied carbon includes production that lists of parts leave out: studies of whole "
            + "products find 1.4 to 2.6 times as much; 'unlisted: 1' in a product file leaves it out"
        ))
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
