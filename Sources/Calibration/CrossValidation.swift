import DeviceProfiles
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Errors of predictions of held-out rows.
package struct CrossValidation: Sendable {
  /// The held-out group.
  package enum Split: String, CaseIterable, Sendable {
    /// All rows of one network, on every device.
    case network
    /// All rows of networks of one architecture, on every device.
    case architecture
    /// All rows of one network on one device; of some of its networks, one after another.
    case networkOnDevice
    /// All rows of one device.
    case device
    /// All rows of one device but those of one network: of some of its networks, one after another.
    case deviceButOne
    /// All rows of one release of a runtime.
    case release
    /// All rows of one device and all of one architecture: what both have is predicted.
    case architectureOnNewDevice

    /// The splits whose errors tell the width of intervals of predictions like these.
    package var references: [Split] {
      switch self {
      case .device, .architectureOnNewDevice: [.device]
      default: [.network, .architecture]
      }
    }

    /// Whether a row is held out together with another.
    package func holdsOut(_ row: MeasuredInference, with other: MeasuredInference) -> Bool {
      let isOnDevice = row.device == other.device
      switch self {
      case .network: return row.network == other.network
      case .architecture: return row.architecture == other.architecture
      case .networkOnDevice: return isOnDevice && row.network == other.network
      case .device: return isOnDevice
      case .deviceButOne: return isOnDevice
      case .release: return row.runtime == other.runtime && row.version == other.version
      case .architectureOnNewDevice:
        return isOnDevice || row.architecture == other.architecture
      }
    }

    /// Which rows are predicted together.
    private func group(_ row: MeasuredInference) -> [String] {
      switch self {
      case .network: [row.network]
      case .architecture: [row.architecture]
      case .networkOnDevice, .deviceButOne: [row.device, row.network]
      case .device: [row.device]
      case .release: [row.runtime, row.version]
      case .architectureOnNewDevice: [row.device, row.architecture]
      }
    }

    /// Of how many networks of a device there is a fit.
    private static let networksOfDevice = 8

    /// All groups; of each device only some where there is a group for each of its networks.
    ///
    /// A fit for each would take an hour. They are spread evenly over the order of the networks' names.
    private func sample(_ groups: [[MeasuredInference]]) -> [[MeasuredInference]] {
      guard self == .networkOnDevice || self == .deviceButOne else { return groups }
      let ofDevice = Dictionary(grouping: groups) { $0[0].device }.sorted { $0.key < $1.key }
      return ofDevice.flatMap { _, groups in
        let count = min(groups.count, Self.networksOfDevice)
        return (0..<count).map { groups[(2 * $0 + 1) * groups.count / (2 * count)] }
      }
    }

    /// The rows that a fit keeps and those that it predicts, for each group that others remain without.
    func folds(
      _ rows: [MeasuredInference]
    ) -> [(kept: [MeasuredInference], left: [MeasuredInference])] {
      let groups = Dictionary(grouping: rows, by: group)
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      return sample(groups).compactMap { group in
        let others = rows.filter { !holdsOut($0, with: group[0]) }
        guard !others.isEmpty else { return nil }
        guard self == .deviceButOne else { return (others, group) }
        return (
          others + group,
          rows.filter { $0.device == group[0].device && $0.network != group[0].network }
        )
      }
    }
  }

  /// A row with the errors of its prediction.
  package struct Prediction: Sendable {
    package var row: MeasuredInference
    package var seconds: Double
    package var joules: Double?
    /// Natural logarithm of predicted over measured time, and of energy.
    package var timeError: Double
    package var energyError: Double?
    /// Standard deviation of the logarithm of time that the fit predicts.
    package var deviation: Double
  }

  package var predictions: [Prediction]

  /// Predicts rows from a fit that leaves their group out; networks with equal costs are one.
  /// - Parameter whole: The fit of all rows, near which those without a group are searched.
  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, split: Split,
    near whole: RuntimeFit? = nil
  ) {
    var rows = measurements.filter {
      $0.isFitted && $0.seconds != nil && terms.amounts[$0.model] != nil
    }
    let twins = terms.twins(of: rows)
    for index in rows.indices { rows[index].network = twins[rows[index].network] ?? "" }
    predictions = []
    let whole = whole ?? RuntimeFit(rows, terms)
    for (kept, left) in split.folds(rows) {
      let fit = RuntimeFit(kept, terms, from: whole)
      for (row, predicted) in zip(left, fit.predictions(left, terms)) {
        guard let predicted, let error = Prediction(predicted, of: row, kept: kept) else {
          continue
        }
        predictions.append(error)
      }
    }
  }
}

extension CrossValidation.Prediction {
  /// The errors of a prediction; nil for a row without a time.
  /// - Parameter kept: The rows that were not left out, which the power comes from.
  init?(
    _ predicted: (seconds: Double, deviation: Double), of row: MeasuredInference,
    kept: [MeasuredInference]
  ) {
    guard let measured = row.seconds else { return nil }
    let power = ActivePower(
      kept, device: row.device, runtime: row.runtime, release: row.version)
    let joules = row.joules.flatMap { _ in power.map { $0.watts * predicted.seconds } }
    self.init(
      row: row, seconds: predicted.seconds, joules: joules,
      timeError: log(predicted.seconds / measured),
      energyError: joules.flatMap { joules in row.joules.map { log(joules / $0) } },
      deviation: predicted.deviation)
  }
}

extension [CrossValidation.Prediction] {
  /// With fewer errors, the 90 % quantile would be the largest of them.
  private static var leastErrors: Int { 10 }

  /// The predictions for a device if they are enough for a quantile, else for its runtime, else all.
  package func nearest(runtime: String, device: String) -> Self {
    let ofRuntime = filter { $0.row.runtime == runtime }
    let own = ofRuntime.filter { $0.row.device == device }
    if own.count >= Self.leastErrors { return own }
    return ofRuntime.count >= Self.leastErrors ? ofRuntime : self
  }

  /// Half the width of an interval that holds nine of ten measured times, in standard deviations of the
  /// predicted one; 2 without any error.
  package var quantile: Double {
    conformalQuantile(map { $0.timeError / $0.deviation }) ?? 2
  }

  /// The logarithm of the factor that the measured power of nine of ten stays within.
  package var logPowerWidth: Double {
    let errors = compactMap { one in one.energyError.map { $0 - one.timeError } }
    return Swift.max(ActivePower.logUnitWidth, conformalQuantile(errors) ?? 0)
  }
}

/// Statistics of prediction errors.
package struct ErrorSummary: Sendable {
  package var count: Int
  /// Quantiles of the absolute relative error.
  package var median, ninetieth, maximum: Double
  /// The mean relative error with its sign.
  package var bias: Double

  /// Summarises logs of predicted over measured; nil without any.
  package init?(_ logarithms: [Double]) {
    guard !logarithms.isEmpty else { return nil }
    let errors = logarithms.map { exp($0) - 1 }
    let sizes = errors.map(abs).sorted()
    count = sizes.count
    median = Statistics.quantile(0.5, of: sizes)
    ninetieth = Statistics.quantile(0.9, of: sizes)
    maximum = sizes[sizes.count - 1]
    bias = errors.reduce(0, +) / Double(count)
  }
}

/// Power while a device computes: the geometric mean over the rows with energy.
package struct ActivePower: Sendable {
  package var watts: Double
  package var low, high: Double
  package var count: Int

  /// How far a unit and its supply can be from those that were measured, as the logarithm of a factor: another
  /// Raspberry Pi 4 of the same source draws 20 % less.
  package static let logUnitWidth = 0.2

  /// Nil when no row of the device has energy.
  /// - Parameter release: The release whose rows are taken, where any of them has energy.
  package init?(
    _ measurements: [MeasuredInference], device: String, runtime: String, release: String? = nil
  ) {
    let all = measurements.compactMap { row -> (release: String, watts: Double)? in
      guard row.device == device, row.runtime == runtime, row.isFitted, let joules = row.joules,
        let seconds = row.seconds
      else { return nil }
      return (row.version, joules / seconds)
    }
    let own = all.filter { Version.isSame($0.release, release) }
    let powers = (own.isEmpty ? all : own).map(\.watts)
    guard let least = powers.min(), let most = powers.max() else { return nil }
    watts = exp(powers.map { log($0) }.reduce(0, +) / Double(powers.count))
    (low, high, count) = (least, most, powers.count)
  }
}
