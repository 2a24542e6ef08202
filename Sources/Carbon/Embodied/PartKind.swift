import Quantities

/// What a line of a bill of materials is of.
package enum PartKind: Hashable, Sendable {
  /// Bare silicon.
  case die
  /// What is around a die.
  case package
  /// A die in its package; `ic` in files.
  case circuit
  /// A printed circuit board without parts; `pcb` in files.
  case board
  /// An entry of the part library, by its name.
  case entry(String)
}

extension PartKind: RawRepresentable, CaseIterable, Decodable {
  /// Those with equations of their own, and the part library's.
  package static let allCases =
    [PartKind.die, .package, .circuit, .board] + PartLibrary.standard.parts.map { .entry($0.id) }

  /// The kind of a name in a file; nil where the library has no such entry.
  package init?(rawValue: String) {
    switch rawValue {
    case "die": self = .die
    case "package": self = .package
    case "ic": self = .circuit
    case "pcb": self = .board
    default:
      guard PartLibrary.standard.hasEntry(rawValue) else { return nil }
      self = .entry(rawValue)
    }
  }

  package var rawValue: String {
    switch self {
    case .die: "die"
    case .package: "package"
    case .circuit: "ic"
    case .board: "pcb"
    case .entry(let name): name
    }
  }
}

/// What a battery of the part library is made of.
package enum BatteryChemistry: String, Choice, Sendable {
  case lithiumIon = "li-ion"
  case lithiumIronPhosphate = "lfp"
  case nickelMetalHydride = "nimh"
  case alkalineAA = "alkaline-aa"
  case alkalineAAA = "alkaline-aaa"
  case lithiumAA = "lithium-aa"
  case cr2032, cr123a
  case thionylChlorideAA = "lisocl2-aa"

  /// The name of its entry.
  var name: BatteryName { BatteryName(self) }
}

/// A battery by the name of its entry of the part library: `battery-li-ion`.
package struct BatteryName: Hashable, Sendable {
  package var chemistry: BatteryChemistry

  package init(_ chemistry: BatteryChemistry) { self.chemistry = chemistry }

  package var part: PartKind { .entry(rawValue) }
}

extension BatteryName: RawRepresentable, CaseIterable, Codable {
  private static let prefix = "battery-"

  package static let allCases = BatteryChemistry.allCases.map(BatteryName.init)

  package var rawValue: String { Self.prefix + chemistry.rawValue }

  package init?(rawValue: String) {
    guard rawValue.starts(with: Self.prefix),
      let chemistry = BatteryChemistry(rawValue: String(rawValue.dropFirst(Self.prefix.count)))
    else { return nil }
    self.chemistry = chemistry
  }
}

/// What a casing or an accessory is made of.
package enum CasingMaterial: String, Choice, Sendable {
  case plastic
  case recycledPlastic = "recycled-plastic"
  case aluminium
  case machinedAluminium = "aluminium-machined"
  case recycledAluminium = "recycled-aluminium"
  case steel
  case stainlessSteel = "stainless-steel"
  case titanium, zinc, magnesium, copper, glass, ceramic, silicone, fabric, magnet

  package var part: PartKind { .entry("casing-\(rawValue)") }
}

/// How a display works.
package enum DisplayTechnology: String, Choice, Sendable {
  case lcd, oled
  case ePaper = "e-paper"
  case segments

  package var part: PartKind { .entry("display-\(rawValue)") }
}
