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
    /// All rows of one network on one device.
    case networkOnDevice
    /// All rows of one device.
    case device
    /// All rows of one device but those of one network.
    case deviceButOne
  }

  /// A row with the errors of its prediction.
  package struct Prediction: Sendable {
    package var row: MeasuredInference
    package var seconds: Double
    package var joules: Double?
    /// Natural logarithm of predicted over measured time, and of energy.
    package var timeError: Double
    package var energyError: Double?
  }

  package var predictions: [Prediction]

  /// Predicts every row from a fit that leaves its group out.
  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, split: Split
  ) {
    let rows = measurements.filter { $0.seconds != nil && terms.amounts[$0.model] != nil }
    predictions = []
    for (kept, left) in Self.folds(rows, split) where !kept.isEmpty {
      let fit = RuntimeFit(kept, terms)
      for row in left {
        guard let measured = row.seconds, let seconds = fit.seconds(row, terms) else { continue }
        let power = ActivePower(
          kept, device: row.device, runtime: row.runtime, release: row.version)
        let joules = row.joules.flatMap { _ in power.map { $0.watts * seconds } }
        predictions.append(
          Prediction(
            row: row, seconds: seconds, joules: joules, timeError: log(seconds / measured),
            energyError: joules.flatMap { joules in row.joules.map { log(joules / $0) } }))
      }
    }
  }

  private static func folds(
    _ rows: [MeasuredInference], _ split: Split
  ) -> [(kept: [MeasuredInference], left: [MeasuredInference])] {
    let fitted = rows.filter(\.isFitted)
    switch split {
    case .network:
      return Set(fitted.map(\.network)).sorted().map { network in
        (fitted.filter { $0.network != network }, fitted.filter { $0.network == network })
      }
    case .architecture:
      return Set(fitted.map(\.architecture)).sorted().map { architecture in
        (
          fitted.filter { $0.architecture != architecture },
          fitted.filter { $0.architecture == architecture }
        )
      }
    case .networkOnDevice:
      return Set(fitted.map(\.device)).sorted().flatMap { device in
        let own = fitted.filter { $0.device == device }
        return Set(own.map(\.network)).sorted().map { network in
          (
            fitted.filter { $0.device != device || $0.network != network },
            own.filter { $0.network == network }
          )
        }
      }
    case .device:
      return Set(fitted.map(\.device)).sorted().map { device in
        (fitted.filter { $0.device != device }, fitted.filter { $0.device == device })
      }
    case .deviceButOne:
      return Set(fitted.map(\.device)).sorted().flatMap { device in
        let own = fitted.filter { $0.device == device }
        return Set(own.map(\.network)).sorted().map { network in
          (
            fitted.filter { $0.device != device || $0.network == network },
            own.filter { $0.network != network }
          )
        }
      }
    }
  }
}

/// Statistics of prediction errors.
package struct ErrorSummary: Sendable {
  package var count: Int
  /// Quantiles of the absolute relative error.
  package var median, ninetieth, maximum: Double
  /// The mean relative error with its sign.
  package var bias: Double
  /// The share of measured values inside the stated interval.
  package var coverage: Double

  /// Summarises logs of predicted over measured.
  /// - Parameter factor: The interval goes from the prediction over it to the prediction times it.
  package init?(_ logarithms: [Double], factor: Double) {
    guard !logarithms.isEmpty else { return nil }
    let errors = logarithms.map { exp($0) - 1 }
    let sizes = errors.map(abs).sorted()
    count = sizes.count
    median = quantile(0.5, of: sizes)
    ninetieth = quantile(0.9, of: sizes)
    maximum = sizes[sizes.count - 1]
    bias = errors.reduce(0, +) / Double(count)
    let inside = logarithms.filter { abs($0) <= log(factor) + 1e-12 }
    coverage = Double(inside.count) / Double(count)
  }
}

/// Power while a device computes: the geometric mean over the rows with energy.
package struct ActivePower: Sendable {
  package var watts: Double
  package var low, high: Double
  package var count: Int

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
