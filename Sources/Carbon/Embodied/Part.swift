package import Quantities

/// A line of a bill of materials: a part of the library, or a die, an integrated circuit or a
/// board, and how much of it.
///
/// `count` is how many of them; the other amounts are of one.
package struct Part: Decodable, Sendable {
  package var part: PartKind
  /// What it is on this product, such as the chip's name.
  package var name: String?
  /// What it is for, where it is not what the library says.
  package var block: FunctionalBlock?
  package var count: UserInput?
  package var areaMm2: UserInput?
  package var massG: UserInput?
  package var capacityGB: UserInput?
  package var energyWh: UserInput?
  package var lengthM: UserInput?
  package var powerW: UserInput?
  package var distanceKm: UserInput?
  /// Of a die: the process node in nanometres.
  package var nodeNm: Double?
  /// Of a board: copper layers.
  package var layers: Int?
  /// Of a die: the region of its fab, a code of `regions`.
  package var fabRegion: String?
  /// Of a die: the percentage of fab gases that is abated, 95 or 99.
  package var abatement: SiliconProcess.Abatement?
  /// Of a die: the part that works, between 0 and 1.
  package var yield: UserInput?

  package init(_ part: PartKind, name: String? = nil, block: FunctionalBlock? = nil) {
    self.part = part
    self.name = name
    self.block = block
  }

  /// Mass of all of them in grams, where it is told.
  package var wholeMassG: Double? { massG.map { $0.value * (count?.value ?? 1) } }

  /// The battery that the part is, where it is one.
  var battery: BatteryName? { BatteryName(rawValue: part.rawValue) }

  /// The block that the part belongs to; nil when it is not stated which.
  func resolvedBlock(_ library: PartLibrary) -> FunctionalBlock? {
    if let block { return block }
    switch part {
    case .die, .circuit, .package: return .processing
    case .board: return .board
    case .entry(let name): return library.entry(name)?.block
    }
  }

  /// Which number its carbon rests on: parts with the same one err together.
  var factorName: String {
    // Dies of all nodes share what is not known of materials, yields and packages.
    [.die, .circuit, .package].contains(part) ? "silicon" : part.rawValue
  }

  /// Its carbon.
  /// - Throws: `Problem` that says what is missing or not known.
  func carbon(_ library: PartLibrary) throws(Problem) -> CarbonMass {
    let one = try carbonOfOne(library)
    return count.map { one.times($0.estimate()) } ?? one
  }

  private func carbonOfOne(_ library: PartLibrary) throws(Problem) -> CarbonMass {
    switch part {
    case .die, .circuit:
      guard let area = areaMm2?.estimate(SquareMillimetres.self), let nodeNm else {
        throw Problem("\(title): expected areaMm2 and nodeNm")
      }
      guard (1...1000).contains(nodeNm) else {
        throw Problem("\(title): a node of \(nodeNm) nm, expected 1 to 1000")
      }
      let intensity = try fabRegion.map { code throws(Problem) in
        try GridIntensity().region(code).intensity
      }
      if let yield, !(0.01...1).contains(yield.low) || yield.high > 1 {
        throw Problem("\(title): a yield outside 0.01 to 1")
      }
      guard
        let die = library.silicon.die(
          area: area, nanometres: nodeNm, intensity: intensity, abatement: abatement ?? .usual,
          ownYield: yield?.estimate())
      else { throw Problem("\(title): no process node is known") }
      return part == .die ? die : die + library.silicon.package(dieArea: area)
    case .package:
      return library.silicon.package(
        dieArea: areaMm2?.estimate() ?? Estimate(exactly: 0, provenance: .datasheet))
    case .board:
      guard let area = areaMm2?.estimate(SquareMillimetres.self), let layers,
        (1...64).contains(layers)
      else {
        throw Problem("\(title): expected areaMm2 and layers, 1 to 64")
      }
      // Both follow from one study of boards by layers.
      return area * library.board + (area * library.boardPerLayer).scaled(by: Double(layers))
    case .entry(let name):
      guard let entry = library.entry(name) else {
        throw Problem("part '\(name)' is not in the library")
      }
      guard let carbon = entry.factor.carbon(of: self) else {
        throw Problem("\(title): expected \(entry.factor.amountKey)")
      }
      return carbon
    }
  }

  /// What reports call it.
  package var title: String { name ?? part.rawValue }
}
