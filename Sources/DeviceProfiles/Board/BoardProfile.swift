import Documents
package import Quantities

/// A board as its owner describes it: a few facts, and the built-in device that all the rest is taken from.
///
/// The short form of a profile, as `devices new` writes it. `resolved()` makes a whole profile of it.
package struct BoardProfile: Codable, Sendable {
  /// Version of the profile format; `1.0` is the only one.
  package var schemaVersion: String?
  /// Identifier; that of no built-in profile.
  package var name: String
  /// What people call it; name, core and clock without it.
  package var title: String?
  /// The built-in device that it is like.
  package var like: String
  /// The processor core; that of the device that it is like without it.
  package var core: String?
  /// Multiply-accumulates that all cores together can start in a cycle, where it is not that of the core.
  package var nominalMACsPerCycle: Double?
  package var clock: StatedQuantity<Hertz>
  /// The memory for activations.
  package var ram: StatedQuantity<Bytes>
  /// The memory for weights; left out where the same memory holds both.
  package var flash: StatedQuantity<Bytes>?
  /// The runtime that is used when none is named.
  package var defaultRuntime: String?
  /// What the board draws while it computes.
  package var activePower: StatedQuantity<Watts>?
  /// Power while waiting, ready to run.
  package var idlePower: StatedQuantity<Watts>?
  /// Power while asleep, memory kept.
  package var sleepPower: StatedQuantity<Watts>?
  /// Where the powers were measured.
  package var energyMeasuredAt: EnergyBoundary?
  /// The product that the board is; without it, what it took to manufacture is unknown.
  package var product: String?

  package init(
    name: String, like: String, core: String?, clock: StatedQuantity<Hertz>,
    ram: StatedQuantity<Bytes>
  ) {
    schemaVersion = "1.0"
    self.name = name
    self.like = like
    self.core = core
    self.clock = clock
    self.ram = ram
  }

  /// The source of numbers for which the user names none.
  package static let source = "stated"
}

/// A profile's file, in its whole form or the short one.
enum ProfileFile: Decodable {
  case whole(DeviceProfile)
  case board(BoardProfile)

  private enum CodingKeys: String, CodingKey { case like, clock }

  init(from decoder: any Decoder) throws {
    // Either key is one of the short form alone: a slip in one of them does not make it the other form.
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self =
      keys.contains(.like) || keys.contains(.clock)
      ? .board(try BoardProfile(from: decoder)) : .whole(try DeviceProfile(from: decoder))
  }

  /// The whole profile.
  /// - Throws: `DocumentProblem` that names a key of the file.
  func profile() throws(DocumentProblem) -> DeviceProfile {
    switch self {
    case .whole(let profile): profile
    case .board(let board): try board.resolved()
    }
  }
}
