import Documents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far off the rates of one device are for another.
///
/// Each measured device was predicted with the rates of each other one that has the same runtime, from fits
/// without its rows (`Scripts/likeness.py`). See `docs/your-own-board.md`.
package struct Likeness: Codable, Sendable {
  /// Errors of such predictions.
  package struct Errors: Codable, Sendable {
    /// How many predictions there are, and of how many devices.
    package var count, devices: Int
    /// The absolute relative error of predicted times.
    package var median, ninetiethPercentile: Double
    /// The factor that nine of ten measured times are within, up or down.
    package var factor: Double

    /// The same with an independent error beside it.
    func with(_ other: Errors) -> Errors {
      var both = self
      let (own, others) = (log(factor), log(other.factor))
      both.factor = exp((own * own + others * others).squareRoot())
      return both
    }
  }

  /// Of units of one sort.
  package struct Units: Codable, Sendable {
    /// With the same core, each at its own clock.
    package var sameCore: Errors
    /// With another core, in proportion to its multiply-accumulates a cycle, too.
    package var otherCore: Errors
  }

  /// Processors of microcontrollers, processors of boards with an operating system, and accelerators.
  package var microcontroller, applicationProcessor, accelerator: Units
  /// How far times of one model on one processor differ between two runtimes.
  package var otherRuntime: Errors

  /// The errors of a unit.
  /// - Parameter hasCore: Whether both devices have its core.
  func errors(of unit: ComputeUnit, in device: DeviceProfile.Class, hasCore: Bool) -> Errors {
    let units =
      unit.isProcessor
      ? device == .microcontroller ? microcontroller : applicationProcessor : accelerator
    return hasCore ? units.sameCore : units.otherCore
  }

  /// The shipped numbers, fitted to the shipped measurements.
  package static let shipped = embedded("Data/likeness").decoded(as: Likeness.self)
}

/// Which parts of a runtime on a board are those of another device.
package struct BorrowedParts: Codable, Hashable, Sendable {
  /// The device that they are of.
  package var device: String
  /// Its runtime where the board has one that no device has.
  package var otherRuntime: String?
  /// Its core where the board has another one.
  package var otherCore: String?
  /// Whether rates are its rates: no model was measured on the board.
  package var rates: Bool
  /// Whether power is its power, in proportion to the clock.
  package var power: Bool

  package init(device: String, otherCore: String? = nil, rates: Bool, power: Bool) {
    self.device = device
    self.otherCore = otherCore
    self.rates = rates
    self.power = power
  }

  /// What is left of it after rates were fitted to measurements of the board.
  /// - Parameter power: Whether power was measured, too.
  func without(power isMeasured: Bool) -> BorrowedParts? {
    guard power, !isMeasured else { return nil }
    var rest = self
    (rest.rates, rest.otherRuntime) = (false, nil)
    return rest
  }

  /// What reports say.
  package var note: String {
    let parts = [rates ? "rates" : nil, power ? "power" : nil].compactMap(\.self)
    let core = otherCore.map { ", another core (\($0))" } ?? ""
    let runtime = otherRuntime.map { ", another runtime (\($0))" } ?? ""
    return
      "\(parts.joined(separator: " and ")) of \(device)\(core)\(runtime), not measured on this board"
  }
}
