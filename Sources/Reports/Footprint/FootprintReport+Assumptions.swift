import Assessment
import Carbon
import DeviceProfiles
import Quantities

extension FootprintReport {
  /// What the numbers rest on, in an order that a reader can recompute them by: energy times intensity is
  /// the operational carbon, and the product's carbon over its inferences the embodied one.
  var assumptions: [(name: String, value: String)] {
    var items: [(name: String, value: String)] = [gridOrPower]
    if let request { items.append(("Generation\(self.request.ofTexts)", request.text)) }
    if let factor = electricity.hourlyFactor {
      items.append(("Hours of use", "\(significant(factor)) times the mean intensity, included"))
    }
    if electricity.supplyEfficiency.value < 1 {
      let efficiency = fixed(100 * electricity.supplyEfficiency.value, decimals: 0)
      items.append(
        (
          "Power supply",
          "efficiency \(efficiency) % (\(electricity.supplyEfficiency.provenance.rawValue))"
        ))
    }
    items.append(
      deployment.statesUse
        ? ("Attribution", perInference.attribution)
        : ("Use", "none is stated, so idle and manufacturing are not included"))
    if let each = deployment.inferencesEachDay {
      let what = request == nil ? "Inferences" : "Generations\(request.ofTexts)"
      items.append(("\(what) per day", shortest(each)))
    }
    if let profile = deployment.powerProfile, let seconds = profile.periodS,
      let watts = profile.meanW
    {
      let text =
        "\(engineering(watts, unit: Watts.symbol)) over \(engineering(seconds, unit: Seconds.symbol)), "
        + "measured at the \(profile.boundary.rawValue)"
      items.append(("Power profile", text))
    }
    items.append(("Lifetime", "\(fixed(deployment.years, decimals: 2)) years"))
    if let energy = perInference.energyFromSupply.value {
      let text = engineering(energy.value, unit: Joules.symbol)
      items.append(("Energy from supply per \(unit)", text))
    }
    if let embodied = embodied.value {
      let text = engineering(embodied.value, unit: GramsCO2e.symbol)
      items.append(("Embodied carbon of the product", text))
    }
    if let unlisted = unlistedProduction {
      let text = engineering(unlisted.value, unit: GramsCO2e.symbol)
      items.append(("Of it production that parts lists leave out", text))
    }
    items.append(("Latency", engineering(perInference.latency.value, unit: Seconds.symbol)))
    if let life {
      if let perYear = life.perYear.value {
        items.append(("Life per year", Self.mass(perYear)))
      }
      let year = life.energy.value / life.years / 3.6e6
      items.append(("Electricity per year", engineering(1000 * year, unit: "Wh")))
      if let days = life.batteryDays {
        items.append(("Battery life", "\(significant(days.value)) days"))
      }
    }
    if let product {
      let board = product.isDevelopmentBoard ? " (\(Footprint.developmentBoard))" : ""
      items.append(("Product", "\(product.title)\(board), \(Self.methodTitle(product.method))"))
    }
    items.append(("Device", "\(device.title), \(device.runtimeAndRelease)"))
    items.append(("Boundary", energyBoundary))
    if let amount = perInference.sci.amountPerInference {
      items.append(
        (
          "Functional unit",
          "\(perInference.sci.functionalUnit); \(request.oneUnit) is \(amount)"
        ))
    }
    return items
  }

  private var gridOrPower: (name: String, value: String) {
    switch deployment.power?.kind ?? .mains {
    case .primary: return ("Power", "disposable batteries")
    case .solar: return ("Power", "a solar panel")
    case .mains, .rechargeable:
      let code = electricity.region.map { " (\($0))" } ?? ""
      let year = electricity.newestYear.map { ", \($0)" } ?? ""
      let licence = electricity.licence.map { " [\($0)]" } ?? ""
      return (
        "Grid",
        "\(electricity.name)\(code)\(year), \(electricity.intensityAndKind)\(licence)"
      )
    }
  }
}
