import Quantities

/// What each assumption behind a spec sheet does to the carbon of its product, largest effect first.
package struct SheetSensitivity: Sendable {
  /// One assumption at both ends of its interval.
  package struct Bar: Sendable {
    package var assumption: String
    /// What is assumed, and between what it may lie.
    package var assumed: String
    /// The key of a sheet that states it instead; nil where only a list of parts does.
    package var key: String?
    /// Whether the sheet leaves it out, and a value that its sort of products has stands for it.
    package var isLeftOut: Bool
    /// Carbon of the product at either end, all else as it is, in grams.
    package var atFrom, atTo: Double

    /// How far apart the carbon at both ends is.
    package var swing: Double { abs(atTo - atFrom) }
  }

  /// Carbon of the product as it is, in grams.
  package var base: Double
  /// Largest swing first; assumptions without effect are left out.
  package var bars: [Bar]

  /// Adds up the product again with every assumption at both ends.
  package init(_ sheet: SpecSheet) {
    let model = SpecSheetModel.standard
    func carbon(
      _ model: SpecSheetModel = .standard, scaling: [Feature: Double] = [:],
      unlisted: Estimate<Ratio>? = nil
    ) -> Double {
      let items = EmbodiedCarbon.items(
        of: sheet, model: model, scaling: scaling, unlisted: unlisted, library: .standard)
      return EmbodiedCarbon.sum(items)?.value ?? 0
    }
    let base = carbon()
    self.base = base
    let (filled, guessed) = model.filled(sheet)
    bars = guessed.map { feature in
      Bar(
        assumption: feature.rawValue, assumed: feature.amount(in: filled), key: feature.rawValue,
        isLeftOut: true, atFrom: carbon(scaling: [feature: 0.5]),
        atTo: carbon(scaling: [feature: 2]))
    }
    for guess in Guess.allCases {
      let number = model.number(guess, of: sheet)
      bars.append(
        Bar(
          assumption: guess.title, assumed: number.ends, key: guess.key, isLeftOut: false,
          atFrom: carbon(model.setting(guess, to: \.low)),
          atTo: carbon(model.setting(guess, to: \.high))))
    }
    let unlisted = model.unlisted(of: sheet)
    bars.append(
      Bar(
        assumption: "production over that of the parts", assumed: unlisted.ends, key: nil,
        isLeftOut: false, atFrom: carbon(unlisted: unlisted.pinned(to: unlisted.low)),
        atTo: carbon(unlisted: unlisted.pinned(to: unlisted.high))))
    bars = bars.filter { $0.swing > 1e-6 * base }
      .sorted { ($0.swing, $1.assumption) > ($1.swing, $0.assumption) }
  }

  /// The keys whose facts would narrow the estimate most, at most three.
  package var keysThatNarrow: [String] {
    var keys: [String] = []
    for key in bars.compactMap(\.key) where !keys.contains(key) { keys.append(key) }
    return Array(keys.prefix(3))
  }
}

extension Estimate<Ratio> {
  fileprivate var ends: String {
    "\(significant(value)) (\(significant(low)) to \(significant(high)))"
  }
}

extension Feature {
  /// What a sheet has of it, with unit.
  fileprivate func amount(in sheet: SpecSheet) -> String {
    func count(_ number: Int?) -> String { "\(number ?? 0)" }
    switch self {
    case .display:
      guard let display = sheet.display else { return "none" }
      return "\(significant(display.areaCm2)) cm2, \(display.technology.rawValue)"
    case .battery:
      guard let battery = sheet.battery else { return "none" }
      let amount =
        battery.energyWh.map { "\(significant($0)) Wh" } ?? "\(counted(battery.cells ?? 1, "cell"))"
      return "\(amount), \(battery.chemistry.rawValue)"
    case .memory: return "\(shortest(sheet.memoryGB ?? 0)) GB"
    case .storage: return "\(shortest(sheet.storageGB ?? 0)) GB"
    case .cameras: return count(sheet.cameras)
    case .microphones: return count(sheet.microphones)
    case .speakers: return count(sheet.speakers)
    case .sensors: return count(sheet.sensors)
    case .buttons: return count(sheet.buttons)
    case .radios: return (sheet.radios ?? []).joined(separator: ", ")
    case .powerSupply: return "\(shortest(sheet.powerSupply?.powerW ?? 0)) W"
    case .cables: return "\(shortest(sheet.cableM ?? 0)) m"
    case .accessories:
      return (sheet.accessories ?? []).map {
        "\(shortest($0.massG ?? 0)) g of \($0.material.rawValue)"
      }.joined(separator: ", ")
    }
  }
}
