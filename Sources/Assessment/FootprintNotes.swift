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
      efficiency.value < 1
      ? "; power-supply efficiency \(fixed(100 * efficiency.value, decimals: 0)) %" : ""
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
      "\(engineering($0, unit: "")) \(plural(inputs.run, $0)) a day, "
    }
    return "\(power). Embodied carbon\(name): \(product), \(rule.title); \(each ?? "")"
      + "\(fixed(deployment.years, decimals: 1)) years"
  }

  /// What a device's own product is, and what to do about it.
  package static let developmentBoard = "development board; name your product with --product"

  /// The region with the years that its intensity is of.
  package var place: String {
    guard let region = inputs.electricity.region else {
      let facts = [
        inputs.deployment.intensityName ?? "stated", inputs.electricity.year.map(String.init),
        inputs.electricity.kind == .marginal ? "marginal" : nil,
      ]
      return facts.compactMap(\.self).joined(separator: ", ")
    }
    let first = inputs.deployment.firstYear
    return first < region.year ? "\(region.name), from \(first)" : "\(region.name), \(region.year)"
  }

  /// Notes on what the numbers rest on, which are the same for every model.
  package static let standingNotes: Set<String> = [
    "no-use", "energy-boundary", "unlisted-production", "batteries-by-time", "waiting-unknown",
  ]

  /// A measured profile that has less energy than its inferences are predicted to take.
  private var profileNotes: [Diagnostic] {
    guard let (measured, predicted) = inputs.profileGap else { return [] }
    let count = inputs.deployment.powerProfile?.inferences ?? 1
    let verdict =
      measured.value < predicted.low
      ? "one of them is wrong" : "the interval of the prediction allows it"
    return [
      Diagnostic(
        .warning, code: "profile-below-inferences",
        "the power profile has \(engineering(measured.value, unit: "J")) in a period, less than the "
          + "\(engineering(predicted.value, unit: "J")) that are predicted for its "
          + "\(shortest(count)) \(plural(inputs.run, count)) alone (\(predicted.ends(unit: "J"))); "
          + verdict)
    ]
  }

  /// What the reader should know of the grid intensity.
  private var gridNotes: [Diagnostic] {
    let electricity = inputs.electricity
    guard inputs.isOnGrid else { return [] }
    var notes: [Diagnostic] = []
    if electricity.kind == .marginal {
      notes.append(
        Diagnostic(
          .warning, code: "marginal-intensity",
          "the grid intensity is marginal, what a change of load starts or stops; its totals must not be "
            + "compared with those of an average"))
    }
    guard let year = electricity.year else { return notes }
    let name = electricity.name
    if electricity.age(in: inputs.deployment.firstYear) > 3 {
      notes.append(
        Diagnostic(
          .warning, code: "old-intensity",
          "the \(electricity.region == nil ? "stated" : "newest") carbon intensity of \(name) is from "
            + "\(year), more than three years before the first year of use"))
    }
    let gaps = use.years.map(\.year).filter(electricity.isWithoutHistory)
    if let first = gaps.first {
      let others = gaps.count > 1 ? " and \(gaps.count - 1) other years" : ""
      notes.append(
        Diagnostic(
          .warning, code: "no-grid-history",
          "the carbon intensity of \(name) in \(first)\(others) is unknown; that of \(year) is used"
        ))
    }
    return notes
  }

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
    let boundary = rule == .activeTime ? inputs.boundary : inputs.dayBoundary
    if boundary == .chip || boundary == .rail {
      let place = boundary == .chip ? "the chip" : "a rail of the board"
      notes.append(
        Diagnostic(
          .note, code: "energy-boundary",
          "the energy is that of \(place); other consumers of a product, such as sensors and displays, "
            + "are not in the use phase"))
    }
    notes += use.gaps.map { Diagnostic(.note, code: "waiting-unknown", $0) }
    let power = inputs.deployment.power
    if boundary == .wall, power?.efficiency != nil || power?.noLoadPowerW != nil {
      let energy =
        inputs.deployment.powerProfile == nil ? "the device's energy" : "the power profile"
      notes.append(
        Diagnostic(
          .warning, code: "supply-in-energy",
          "\(energy) was measured at the wall and includes a power supply, so the one of "
            + "the deployment is not used"))
    }
    notes += profileNotes + gridNotes
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
            + "products find 1.5 to 2.8 times as much; 'unlisted: 1' in a product file leaves it out"
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
          "batteries are allocated by time like the product, not by energy per \(inputs.run)"))
    }
    return notes
  }
}
