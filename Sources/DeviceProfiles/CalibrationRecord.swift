/// What the rates of a runtime were fitted to, and how far off such fits are.
package struct CalibrationRecord: Codable, Sendable {
  /// How the errors were come by.
  package enum Split: String, Codable, Sendable, CaseIterable {
    /// Each network was left out on all devices.
    case network
    /// The device was left out, for a device without measurements.
    case device
  }

  /// Measured inferences of this device and runtime, and how many networks they are of.
  package var rows, networks: Int
  /// Measured inferences of this and like runtimes on all devices, which were fitted together.
  package var rowsFittedTogether: Int
  /// The data sets.
  package var measurements: [String]
  /// What was left out to find the errors.
  package var errorsBy: Split
  /// How many errors there are, and of how many devices.
  package var errors, devices: Int
  /// The absolute relative error of predicted times of what was left out.
  package var median, ninetiethPercentile: Double
  /// Rates are the fitted ones; their intervals go from one over this to this times it.
  package var intervalFactor: Double

  /// Creates a record.
  package init(
    rows: Int, networks: Int, rowsFittedTogether: Int, measurements: [String], errorsBy: Split,
    errors: Int, devices: Int, median: Double, ninetiethPercentile: Double, intervalFactor: Double
  ) {
    self.rows = rows
    self.networks = networks
    self.rowsFittedTogether = rowsFittedTogether
    self.measurements = measurements
    self.errorsBy = errorsBy
    self.errors = errors
    self.devices = devices
    self.median = median
    self.ninetiethPercentile = ninetiethPercentile
    self.intervalFactor = intervalFactor
  }
}
