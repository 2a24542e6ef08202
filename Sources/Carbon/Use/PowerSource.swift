import Documents
package import Quantities

/// What a device is powered by.
package struct PowerSource: Codable, Sendable {
  /// The kinds of sources.
  package enum Kind: String, Choice, Sendable {
    /// The grid, through a power supply.
    case mains
    /// A battery that the grid charges, through a power supply.
    case rechargeable
    /// Cells that are thrown away: making them is their carbon.
    case primary
    /// A solar panel with a battery: the panel is a part of the product.
    case solar

    /// The kind that a word means; `disposable` is what people call primary cells.
    package init?(word: String) { self.init(rawValue: word == "disposable" ? "primary" : word) }
  }

  package var kind: Kind
  /// What of the energy taken arrives at the device; a usual value when left out.
  package var efficiency: UserInput?
  /// What of the energy charged a battery gives back; a usual value when left out.
  package var chargeEfficiency: UserInput?
  /// What the power supply draws itself, whether anything is passed on or not; a usual value on the
  /// mains and none elsewhere when left out.
  package var noLoadPowerW: UserInput?
  /// A battery of the part library.
  package var battery: BatteryName?
  /// How many of it; 1 when left out.
  package var cells: Int?
  /// Its energy, where the library does not say.
  package var batteryWh: UserInput?
  /// The part of the battery's energy that the device can use; a usual value when left out.
  package var usableFraction: UserInput?
  /// After how many years a rechargeable battery is replaced; never when left out.
  package var replaceEveryYears: Double?

  /// A source of a kind with usual values.
  package init(_ kind: Kind) { self.kind = kind }

  func check() throws(Problem) {
    for (name, ratio) in [
      ("efficiency", efficiency), ("chargeEfficiency", chargeEfficiency),
      ("usableFraction", usableFraction),
    ] {
      if let ratio, !(0.01...1).contains(ratio.low) || ratio.high > 1 {
        throw Problem("power.\(name): expected 0.01 to 1")
      }
    }
    if let cells, !(1...10_000).contains(cells) {
      throw Problem("power.cells of \(cells), expected 1 to 10000")
    }
    if let replaceEveryYears, !(0.01...100).contains(replaceEveryYears) {
      throw Problem("power.replaceEveryYears of \(replaceEveryYears), expected 0.01 to 100")
    }
    if let batteryWh, !(1e-6...1e6).contains(batteryWh.low) {
      throw Problem("power.batteryWh: expected 1e-6 to 1e6")
    }
    if noLoadPowerW != nil, kind == .primary || kind == .solar {
      throw Problem("power.noLoadPowerW: only a mains power supply draws it")
    }
    let needsBattery = kind == .primary || replaceEveryYears != nil
    if needsBattery, battery == nil {
      throw Problem(
        "power: expected 'battery', a battery of 'iotco2-graph products parts' such as "
          + "battery-alkaline-aa")
    }
    guard let battery else { return }
    let entry = PartLibrary.standard.entry(battery.rawValue)
    if batteryWh == nil, entry?.energyWh == nil,
      kind == .primary || entry?.factor.isPerEnergy ?? true
    {
      throw Problem("power.batteryWh: expected the energy of '\(battery.rawValue)'")
    }
  }
}

extension PartFactor {
  var isPerEnergy: Bool { unit == .energy }
}

/// Usual values of power sources and radios; `docs/method/use.md` says where each is from.
struct UseConstants: Decodable, Sendable {
  var sources: [String: Source]
  /// Of a small external power supply.
  var supplyEfficiency: Estimate<Ratio>
  /// Of what converts a voltage on a board.
  var converterEfficiency: Estimate<Ratio>
  var chargeEfficiency: Estimate<Ratio>
  var usableFraction: Estimate<Ratio>
  /// What a small external power supply draws itself.
  var noLoadPower: Power
  /// By technology.
  var radios: [RadioTechnology: Radio]

  struct Radio: Decodable, Sendable {
    var title: String
    var energyPerMessage: Energy
    var energyPerByte: Estimate<JoulesPerByte>
  }

  static let standard = embedded("Data/use").decoded(as: UseConstants.self)
}

/// What a device sends with.
package enum RadioTechnology: String, Choice, Sendable, CodingKeyRepresentable {
  case ble
  case ieee802154 = "802.15.4"
  case lorawan
  case lorawanSF10 = "lorawan-sf10"
  case lorawanSF12 = "lorawan-sf12"
  case nbIoT = "nb-iot"
  case lteM = "lte-m"
  case lteCat1 = "lte-cat-1"
  case wifi
  case wifiConnected = "wifi-connected"
  case ethernet
}

/// What is sent for each inference.
package struct RadioUse: Codable, Sendable {
  package var technology: RadioTechnology
  package var bytesPerInference: Double
  /// How many times the radio is used for an inference; 1 when left out, 0.1 for one in ten.
  package var messagesPerInference: Double?

  func check() throws(Problem) {
    guard (0...1e12).contains(bytesPerInference), (0...1e9).contains(messagesPerInference ?? 1)
    else {
      throw Problem("radio: expected bytes from 0 to 1e12 and messages from 0 to 1e9")
    }
  }

  /// Energy of what one inference sends.
  var energy: Energy {
    guard let radio = UseConstants.standard.radios[technology] else { return .zero }
    // Both follow from the same currents and data rates.
    return radio.energyPerMessage.scaled(by: messagesPerInference ?? 1)
      + radio.energyPerByte.energy(bytes: bytesPerInference)
  }
}
