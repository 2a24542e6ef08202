import Documents

/// How far off the rates of one device are for another.
///
/// Each measured device was predicted with the rates of each other one that has the same runtime, from fits
/// without its rows. See `docs/your-own-board.md`.
package struct Likeness: Codable, Sendable {
  /// Errors of such predictions.
  package struct Errors: Codable, Sendable {
    /// How many predictions there are, and of how many devices.
    package var count, devices: Int
    /// The absolute relative error of predicted times.
    package var median, ninetiethPercentile: Double
    /// The factor that nine of ten measured times are within, up or down.
    package var factor: Double

    package init(
      count: Int, devices: Int, median: Double, ninetiethPercentile: Double, factor: Double
    ) {
      self.count = count
      self.devices = devices
      self.median = median
      self.ninetiethPercentile = ninetiethPercentile
      self.factor = factor
    }
  }

  /// Of devices with the same core, each at its own clock.
  package var sameCore: Errors
  /// Of devices with another core, in proportion to its multiply-accumulates a cycle, too.
  package var otherCore: Errors

  package init(sameCore: Errors, otherCore: Errors) {
    self.sameCore = sameCore
    self.otherCore = otherCore
  }

  /// The shipped numbers, fitted to the shipped measurements.
  package static let shipped = embedded("Data/likeness").decoded(as: Likeness.self)
}

/// Which parts of a runtime on a board are those of another device.
package struct BorrowedParts: Codable, Hashable, Sendable {
  /// The device that they are of.
  package var device: String
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
    return BorrowedParts(device: device, otherCore: otherCore, rates: false, power: true)
  }

  /// What reports say.
  package var note: String {
    let parts = [rates ? "rates" : nil, power ? "power" : nil].compactMap(\.self)
    let core = otherCore.map { ", another core (\($0))" } ?? ""
    return "\(parts.joined(separator: " and ")) of \(device)\(core), not measured on this board"
  }
}
