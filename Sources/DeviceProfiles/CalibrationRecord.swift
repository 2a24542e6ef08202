/// The data that the rates of a runtime were fitted to, and the errors of such fits.
package struct CalibrationRecord: Codable, Sendable {
  /// The source that fitted rates name.
  package static let source = "calibration"
  /// The source that bandwidths name which were fitted to texts.
  package static let sourceOfTexts = "calibration-texts"

  /// Cross-validation scheme of the errors.
  package enum Split: String, Codable, Sendable, CaseIterable {
    /// Each network was left out on all devices.
    case network
    /// The device was left out, for a device without measurements.
    case device
  }

  /// Measured inferences of this device and runtime.
  package var rows: Int
  /// How many networks they are of, those with equal costs counted once, and of how many architectures.
  package var networks, architectures: Int
  /// Measured inferences of this and similar runtimes on all devices, in one joint fit.
  package var rowsFittedTogether: Int
  /// The data sets.
  package var measurements: [String]
  /// What was left out to find the errors.
  package var errorsBy: Split
  /// How many errors there are, and of how many devices.
  package var errors, devices: Int
  /// The absolute relative error of predicted times of what was left out; nil where nothing could be.
  package var median, ninetiethPercentile: Double?
  /// Rates are the fitted ones; their intervals go from one over this to this times it.
  package var intervalFactor: Double
  /// The same for networks whose whole architecture was left out; at least `intervalFactor`.
  package var architectureFactor: Double

  package init(
    rows: Int, networks: Int, architectures: Int, rowsFittedTogether: Int, measurements: [String],
    errorsBy: Split, errors: Int, devices: Int, median: Double?, ninetiethPercentile: Double?,
    intervalFactor: Double, architectureFactor: Double
  ) {
    self.rows = rows
    self.networks = networks
    self.architectures = architectures
    self.rowsFittedTogether = rowsFittedTogether
    self.measurements = measurements
    self.errorsBy = errorsBy
    self.errors = errors
    self.devices = devices
    self.median = median
    self.ninetiethPercentile = ninetiethPercentile
    self.intervalFactor = intervalFactor
    self.architectureFactor = architectureFactor
  }

  /// What cannot be about its numbers; nil where nothing is.
  var problem: String? {
    let counts = [rows, networks, architectures, rowsFittedTogether, errors, devices]
    if counts.contains(where: { $0 < 0 }) { return "has a count below 0" }
    if !(0...1e6).contains(median ?? 0) || !(0...1e6).contains(ninetiethPercentile ?? 0) {
      return "has an error outside of 0 to 10^6"
    }
    guard (1...1e6).contains(intervalFactor), (1...1e6).contains(architectureFactor) else {
      return "has a factor outside of 1 to 10^6"
    }
    return nil
  }
}
